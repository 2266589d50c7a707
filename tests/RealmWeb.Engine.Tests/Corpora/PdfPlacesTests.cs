using RealmWeb.Engine.Corpora;
using static RealmWeb.Engine.Tests.Corpora.PdfFiles;

namespace RealmWeb.Engine.Tests.Corpora;

/// <summary>Where a mark in the text lies on the page.</summary>
public sealed class PdfPlacesTests : IDisposable
{
    private const double PageHeight = 842;
    private readonly ImportFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Boxes_LieWhereTheWordsWereWritten_InBothColumns()
    {
        var document = Read(Write(page =>
        {
            page.AddBold("On the flood of 1831", 20, 60, Top);
            Lines(page, 60, 740, "The dam was built by Ada Quist, who had", "learned her trade in the valley and knew", "every sluice of the old irri-",
                "gation by heart.");
            Lines(page, 330, 740, "In the year of the flood it held, and the", "village below stayed dry. Nobody forgot", "that she had asked for", "a higher wall.");
        }));

        var left = Boxes(document, "Ada Quist");
        var right = Boxes(document, "stayed dry. Nobody");
        var parted = Boxes(document, "irrigation by");
        var over = Boxes(document, "forgot that she");

        var box = Assert.Single(left);
        // Base line at 740: letters reach from a little below it to most of the font's height above.
        Assert.InRange(PageHeight - box.Bottom, 740 - 4, 740);
        Assert.InRange(PageHeight - box.Top, 740 + 6, 740 + 11);
        // Behind "The dam was built by ", which in Helvetica of 11 points is 106.99 wide; the words with their comma are 51.36.
        Assert.InRange(box.Left, 166.5, 167.5);
        Assert.InRange(box.Right, 217.9, 218.9);
        box = Assert.Single(right);
        Assert.InRange(box.Left, 395.5, 396.5);
        Assert.InRange(PageHeight - box.Bottom, 726 - 4, 726);
        Assert.Equal(2, parted.Count);
        Assert.True(parted[0].Left > 150 && parted[0].Right < 330 && parted[1].Left < 61 && parted[1].Top > parted[0].Bottom - 3, $"{parted[0]} {parted[1]}");
        Assert.Equal(("irri", "gation by"), (Text(document, parted[0]), Text(document, parted[1])));
        Assert.Equal(["forgot", "that she"], over.Select(part => Text(document, part)));
        Assert.InRange(over[1].Left, 329, 331);
    }

    [Fact]
    public void EveryWordOfATable_HasItsPlace()
    {
        var document = Read(Write(page =>
        {
            string[][] rows = [["Mill", "Built", "Wheels"], ["Karrow", "1820", "2"], ["Orne", "1831", "2"], ["Vall", "1844", "1"]];
            for (var row = 0; row < rows.Length; row++)
            {
                for (var cell = 0; cell < rows[row].Length; cell++)
                    page.Add(rows[row][cell], 11, 60 + 140 * cell, Top - 20 * row);
            }
        }));

        var words = Assert.Single(document.Layouts).Words;

        Assert.Equal(12, words.Count);
        Assert.All(words.Select((word, number) => (word.Left, Cell: number % 3)), word => Assert.InRange(word.Left, 59 + 140 * word.Cell, 61 + 140 * word.Cell));
        Assert.Equal([20f, 40f], words.Where(word => Text(document, word) == "2").Select(word => MathF.Round(word.Bottom - words[0].Bottom)));
        Assert.Equal(words.Select(word => word.Start).Order(), words.Select(word => word.Start));
    }

    [Fact]
    public void TurnedPages_HaveTheirPlacesAsTheyAreShown()
    {
        var document = Read(Pages(["BT /F 11 Tf 0 1 -1 0 100 60 Tm 14 TL (This page is printed along its long side, because) Tj T* (what it shows is wide.) Tj "
            + "0 1 -1 0 100 700 Tm (Far to the right) Tj ET"], "/Rotate 90"));

        var layout = Assert.Single(document.Layouts);
        var box = Assert.Single(layout.Boxes(0, 4));

        Assert.Equal((842f, 595f), (layout.Width, layout.Height));
        Assert.InRange(box.Left, 59, 61);
        Assert.InRange(box.Bottom, 100, 104);
        Assert.True(box.Right - box.Left > box.Bottom - box.Top, $"{box}");
        Assert.InRange(layout.Words.Max(word => word.Right), 760, 800);
    }

    [Fact]
    public void CutPages_ShowWhatIsOnThem_FromTheirOwnCorner()
    {
        var document = Read(Pages(["BT /F 11 Tf 120 700 Td (Within the cut) Tj 0 -650 Td (Below it) Tj ET"], "/CropBox [100 100 500 742]"));

        var layout = Assert.Single(document.Layouts);

        Assert.Equal(("Within the cut", (400f, 642f)), (document.Text, (layout.Width, layout.Height)));
        Assert.InRange(layout.Words[0].Left, 19, 21);
        Assert.InRange(layout.Words[0].Bottom, 42, 46);
    }

    [Fact]
    public void Encode_KeepsPlacesToHalfAPoint_InFewBytes()
    {
        var document = Read(Write(page => Lines(page, 60, [.. Enumerable.Range(0, 40).Select(line => $"Line {line} tells of the mills in the valley and of the people in them")])));
        var layout = Assert.Single(document.Layouts);

        var bytes = layout.Encode();
        var again = PageLayout.Decode(bytes);

        Assert.Equal(layout.Words.Select(word => (word.Start, word.End)), again.Words.Select(word => (word.Start, word.End)));
        Assert.All(layout.Words.Zip(again.Words), pair =>
        {
            Assert.InRange(pair.First.Left - pair.Second.Left, -0.26, 0.26);
            Assert.InRange(pair.First.Right - pair.Second.Right, -0.26, 0.26);
            Assert.InRange(pair.First.Top - pair.Second.Top, -0.26, 0.26);
            Assert.InRange(pair.First.Bottom - pair.Second.Bottom, -0.26, 0.26);
        });
        Assert.InRange(bytes.Length, 1, 8 * layout.Words.Count);
    }

    private Document Read(byte[] file)
    {
        _folder.Add("made.pdf", file);
        return Assert.Single(_folder.Read(), item => item.Document is not null).Document!;
    }

    private static IReadOnlyList<PlacedWord> Boxes(Document document, string words)
    {
        var start = document.Text.ReplaceLineEndings(" ").IndexOf(words, StringComparison.Ordinal);
        Assert.True(start >= 0, document.Text);
        return Assert.Single(document.Layouts).Boxes(start, start + words.Length);
    }

    private static string Text(Document document, PlacedWord word) => document.Text[word.Start..word.End];
}
