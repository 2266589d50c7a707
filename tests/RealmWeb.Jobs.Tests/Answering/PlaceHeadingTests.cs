using RealmWeb.Data.Corpora;
using RealmWeb.Jobs.Answering;
using RealmWeb.TestKit;

namespace RealmWeb.Jobs.Tests.Answering;

public sealed class PlaceHeadingTests : IDisposable
{
    private static readonly string Long = string.Concat(Enumerable.Range(1, 100).Select(day => $"On day {day} the ferry sailed at nine.\n"));

    private readonly TempData _data = new();
    private readonly CorpusStore _corpus;

    public PlaceHeadingTests() => _corpus = _data.Corpora.Create("handbook");

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData("On day 1 ", "Winter")]
    // More than a thousand letters below it.
    [InlineData("On day 90 ", "Winter")]
    [InlineData("The crew", "Crew")]
    public void Of_IsTheNearestHeadingAbove(string place, string heading)
    {
        var text = $"Ferry of Karrow\n\nIt sails.\n\nWinter\n\n{Long}\nCrew\n\nThe crew is from Karrow.";

        Assert.Equal(heading, HeadingOf(text, place));
    }

    [Fact]
    public void Of_IsNone_WhereItWouldBeFarAbove()
    {
        var text = $"Ferry of Karrow\n\n{Long}{Long}{Long}{Long}{Long}The end is here.";

        Assert.Null(HeadingOf(text, "The end"));
    }

    private string? HeadingOf(string text, string place)
    {
        _corpus.Import("ferry.md", "Ferry", text);
        return PlaceHeading.Of(_corpus.Documents, _corpus.Documents.FindId("ferry.md")!.Value, text.IndexOf(place, StringComparison.Ordinal));
    }
}
