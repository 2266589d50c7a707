using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.TestKit;

namespace RealmWeb.Engine.Tests.Questions;

public sealed class QuestionSetsTests
{
    private static readonly string File = Path.Combine(TestPaths.Repository, "samples", "encyclopedia", "questions", "train.jsonl");

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Read_CutsIntoPartsThatAreDisjointAndComplete(int count)
    {
        var all = QuestionSets.Read(new QuestionSource { File = File }, "");

        var parts = Enumerable.Range(0, count).Select(i => QuestionSets.Read(new QuestionSource { File = File, Part = $"{i}/{count}" }, "")).ToList();

        Assert.Equal(all.Select(example => example.Id).Order(), parts.SelectMany(part => part).Select(example => example.Id).Order());
        Assert.All(parts, part => Assert.True(part.Count > all.Count / (3 * count), $"A part of {count} has {part.Count} of {all.Count} questions."));
        // No passage is in two parts: what one part trains on, the other does not know.
        var passages = parts.Select(part => part.Select(example => example.Context).OfType<string>().ToHashSet()).ToList();
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < i; j++)
                Assert.False(passages[i].Overlaps(passages[j]));
        }
    }

    [Theory]
    [InlineData("2/2")]
    [InlineData("-1/2")]
    [InlineData("0")]
    [InlineData("0/0")]
    [InlineData("a/b")]
    [InlineData("1/2/3")]
    public void Read_Refuses_WhenThePartIsNone(string part)
    {
        var failure = Assert.Throws<FormatException>(() => QuestionSets.Read(new QuestionSource { File = File, Part = part }, ""));

        Assert.Contains($"\"{part}\"", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_FindsTheFileBesideTheConfiguration()
    {
        using var folder = new TemporaryFolder();
        folder.Write("q.jsonl", """{"id":"1","question":"Who  is the Ada?","answers":["Ada"]}"""u8.ToArray());
        var source = new QuestionSource { File = "q.jsonl" };

        Assert.Single(QuestionSets.Read(source, folder.At("")));
        Assert.Equal(["who is ada"], QuestionSets.Questions([source], folder.At("")));
        Assert.Throws<FileNotFoundException>(() => QuestionSets.Read(new QuestionSource { File = "none.jsonl" }, folder.At("")));
    }
}
