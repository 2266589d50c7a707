using RealmWeb.Contracts.Corpora;
using RealmWeb.Jobs.Corpora;

namespace RealmWeb.Jobs.Tests.Corpora;

public sealed class VersionComparisonTests
{
    [Theory]
    // A paragraph is what stands between blank lines, whatever lines it has.
    [InlineData("a\n\nb\nc\n\nd", "a\n\nb\nx\n\nd", " a|-b\nc|+b\nx| d")]
    [InlineData("a\n\nb", "a\n\nb\n\nc\n\nd", "1| b|+c|+d")]
    [InlineData("a\n\nb", "b", "-a| b")]
    // Of what is the same, a paragraph stands on each side.
    [InlineData("a\n\nb\n\nc\n\nd\n\ne\n\nf\n\ng", "A\n\nb\n\nc\n\nd\n\ne\n\nf\n\nG", "-a|+A| b|3| f|-g|+G")]
    // Rows of a table count for themselves.
    [InlineData("Prices\n\ntea | 2\nmilk | 3\nrum | 4", "Prices\n\ntea | 2\nmilk | 5\nrum | 4", "1| tea | 2|-milk | 3|+milk | 5| rum | 4")]
    [InlineData("a\n\nb", "a\n\n\nb\n", "2")]
    [InlineData("", "a", "+a")]
    [InlineData("a", "", "-a")]
    public void Of_NamesWhatWasAddedAndRemoved(string before, string after, string expected)
    {
        var changes = VersionComparison.Of(1, before, 2, after);

        var said = string.Join('|', changes.Paragraphs.Select(paragraph => paragraph.Change switch
        {
            ParagraphChange.Added => $"+{paragraph.Text}",
            ParagraphChange.Removed => $"-{paragraph.Text}",
            ParagraphChange.LeftOut => $"{paragraph.Count}",
            _ => $" {paragraph.Text}",
        }));
        Assert.Equal(expected, said);
        Assert.Equal((expected.Count(letter => letter == '+'), expected.Count(letter => letter == '-')), (changes.Added, changes.Removed));
    }

    [Fact]
    public void Of_TakesLongTextsForReplaced_WhenNothingInThemIsTheSame()
    {
        var before = string.Join("\n\n", Enumerable.Range(0, 200_000));
        var after = string.Join("\n\n", Enumerable.Range(0, 200_000).Select(number => -1 - number));

        var changes = VersionComparison.Of(3, $"first\n\n{before}\n\nlast", 5, $"first\n\n{after}\n\nlast");

        Assert.Equal((3, 5, 200_000, 200_000, true), (changes.From, changes.To, changes.Added, changes.Removed, changes.IsCut));
        Assert.Equal(VersionComparison.MostNamed, changes.Paragraphs.Count);
    }
}
