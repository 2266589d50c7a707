using RealmWeb.Engine.Corpora;

namespace RealmWeb.Engine.Tests.Corpora;

/// <summary>Rich text, reStructuredText and AsciiDoc made to break their reader: each is refused with a remedy, or read in bounded memory.</summary>
public sealed class HostileMarkupTests : IDisposable
{
    private readonly ImportFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string, string> Refused => new()
    {
        { "none.rtf", "The mills", "It is no rich text: it does not begin with {\\rtf" },
        { "empty.rtf", @"{\rtf1\pard\par}", "It holds no text" },
        { "deep.rtf", @"{\rtf1 " + new string('{', 100_000), "Its groups are nested more than 512 deep. Open it in a word processor" },
        // More bytes than there are.
        { "bytes.rtf", @"{\rtf1{\pict\bin2000000000 x}}", "It holds no text" },
        // One long cell that all rows below it go on with.
        {
            "cells.rtf", @"{\rtf1\trowd\cellx1\cellx2\pard\intbl " + new string('x', 5000) + @"\cell b\cell\row"
                + string.Concat(Enumerable.Repeat(@"\trowd\clvmrg\cellx1\cellx2\pard\intbl\cell c\cell\row", 50)) + "}", "Its text is longer than 100,000 letters. Split it"
        },
        { "comments.rst", ".. a comment\n   and no more\n", "It holds no text behind its markup" },
        { "comments.adoc", "////\na comment\n", "It holds no text behind its markup" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Read_SkipsWithReason(string name, string content, string reason)
    {
        _folder.Add(name, content);

        var skipped = Assert.Single(_folder.Read(new CorpusReadOptions { MaxDocumentBytes = 100_000 + (name == "deep.rtf" ? 1000 : 0) })).Skipped!;

        Assert.Contains(reason, skipped.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_KeepsWhatStandsBeforeTheCut()
    {
        _folder.Add("cut.rtf", @"{\rtf1\pard The dam held.\par {\b It di");

        var items = _folder.Read();

        Assert.Equal("The dam held.\n\nIt di", items[0].Document!.Text);
        Assert.Contains("It is cut off", items[1].Skipped!.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("marks.rst", "`a *b |c [d ``e :f:`g ")]
    [InlineData("marks.adoc", "`a *b _c [[d <<e https://x[f footnote:[g {h ^i ")]
    public void Read_CostsNoSquareOfALine_OfOpenedMarks(string name, string marks)
    {
        _folder.Add(name, string.Concat(Enumerable.Repeat(marks, 5000)));

        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var document = Assert.Single(_folder.Read()).Document!;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;

        Assert.Contains("b", document.Text, StringComparison.Ordinal);
        Assert.InRange(allocated, 0, 100 << 20);
    }

    [Fact]
    public void Read_TakesListsWithinListsWithoutEnd_AsTheyAreWritten_BelowABound()
    {
        _folder.Add("deep.rst", string.Concat(Enumerable.Range(0, 500).Select(depth => $"{new string(' ', 2 * depth)}- item {depth}\n\n")));

        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var document = Assert.Single(_folder.Read()).Document!;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;

        Assert.Contains("- item 499", document.Text, StringComparison.Ordinal);
        Assert.InRange(allocated, 0, 100 << 20);
    }

    [Fact]
    public void Read_PutsWordsInOnce_WhereTheyStandForThemselves()
    {
        _folder.Add("laughs.adoc", ":a: {a}{a}{a}\n:b: {a}{a}{a}\n\nThe {b}{b} held.\n");

        Assert.Equal("The {a}{a}{a}{a}{a}{a} held.", Assert.Single(_folder.Read()).Document!.Text);
    }
}
