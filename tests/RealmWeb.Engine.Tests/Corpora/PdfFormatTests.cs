using System.IO.Compression;
using System.Text;
using RealmWeb.Engine.Corpora;
using UglyToad.PdfPig.Core;
using static RealmWeb.Engine.Tests.Corpora.PdfFiles;

namespace RealmWeb.Engine.Tests.Corpora;

/// <summary>PDF files written here word by word at their places, and files that are not what they say.</summary>
public sealed class PdfFormatTests : IDisposable
{
    private readonly ImportFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Columns_AreReadOneAfterTheOther_AndHyphensAtLineEndsAreJoined()
    {
        var document = Read(Write(page =>
        {
            Lines(page, 60, "The dam was built by Ada Quist, who had", "learned her trade in the valley and knew", "every sluice of the old irri-", "gation by heart.");
            Lines(page, 330, "In the year of the flood it held, and the", "village below stayed dry. Nobody forgot", "that she had asked for", "a higher wall.");
        }));

        var text = document.Text.ReplaceLineEndings(" ");
        Assert.Contains("knew every sluice of the old irrigation by heart.", text, StringComparison.Ordinal);
        Assert.Contains("the village below stayed dry.", text, StringComparison.Ordinal);
        Assert.True(text.IndexOf("by heart", StringComparison.Ordinal) < text.IndexOf("In the year", StringComparison.Ordinal));
    }

    [Fact]
    public void RunningLines_AreLeftOut_AndPagesAreKnown()
    {
        string[] said = ["The first page tells of the mill.", "The second page tells of the weir.", "The third page tells of the dam.", "The fourth is the last."];
        var document = Read(Write([.. said.Select((words, i) => (Action<Sheet>)(page =>
        {
            page.Add("Annals of the Orne valley", 9, 60, 815);
            Lines(page, 60, words, "It goes on for a while, so that there is a paragraph.");
            page.Add("Kept by the parish council", 9, 60, 45);
            page.Add($"{i + 1}", 9, 295, 30);
        }))]));

        Assert.DoesNotContain("Annals", document.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("parish council", document.Text, StringComparison.Ordinal);
        Assert.All(said, words => Assert.Contains(words, document.Text, StringComparison.Ordinal));
        var starts = document.PageStarts!;
        Assert.Equal(4, starts.Count);
        for (var page = 0; page < 4; page++)
            Assert.Equal(said[page], document.Text.Substring(starts[page], said[page].Length));
    }

    [Fact]
    public void LargeWords_AreAHeading_AndTheTitle()
    {
        var document = Read(Write(page =>
        {
            page.Add("The Mills of Karrow", 22, 60, Top);
            for (var line = 0; line < 3; line++)
                page.Add("The mills stand by the river and grind rye for the valley.", 11, 60, Top - 40 - line * LineHeight);
        }));

        Assert.Equal("The Mills of Karrow", document.Title);
        Assert.StartsWith("The Mills of Karrow\n", document.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Tables_GiveARowALine()
    {
        (string, string, string)[] rows = [("Mill", "Built", "Stones"), ("Karrow", "1820", "4"), ("Orne", "1831", "6"), ("Vall", "1844", "2"), ("Tarn", "1850", "3")];
        var document = Read(Write(page =>
        {
            for (var row = 0; row < rows.Length; row++)
            {
                var height = Top - row * 18;
                page.Add(rows[row].Item1, 11, 60, height);
                page.Add(rows[row].Item2, 11, 220, height);
                page.Add(rows[row].Item3, 11, 380, height);
            }
        }));

        Assert.Equal(string.Join('\n', rows.Select(row => $"{row.Item1} | {row.Item2} | {row.Item3}")), document.Text);
    }

    [Fact]
    public void PagesWithoutLetters_AreSaidToNeedTextRecognition()
    {
        var skipped = Skip(Write(page => page.Page.DrawLine(new PdfPoint(10, 10), new PdfPoint(200, 200))));

        Assert.Contains("no text layer", skipped.Reason, StringComparison.Ordinal);
        Assert.Contains("text recognition", skipped.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(1, 2)]
    [InlineData(9, 10)]
    public void ACutFile_WithoutItsTrailer_IsNamed(int parts, int of)
    {
        var whole = Write([.. Enumerable.Range(1, 6).Select(number => (Action<Sheet>)(page => Lines(page, 60, $"Page {number} says that the dam held.")))]);

        var skipped = Skip(whole[..(whole.Length * parts / of)]);

        Assert.Contains("no PDF, or damaged or cut off", skipped.Reason, StringComparison.Ordinal);
        Assert.Contains("Print it to a new PDF and import that", skipped.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void ACutFile_WithItsTrailerInFront_IsReadAsFarAsItGoes()
    {
        // As files for the web are written: what leads to the pages first, then page after page, here four of them.
        var pages = Enumerable.Range(0, 4).SelectMany(page => new[]
        {
            $"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * page} 0 R /Resources << /Font << /F 3 0 R >> >> >>",
            $"<< /Length 74 >>\nstream\n{$"BT /F 11 Tf 60 780 Td (Page {page + 1} says that the dam held in the flood.) Tj ET",-74}\nendstream",
        });
        var whole = Encoding.Latin1.GetString(Raw(
            ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [4 0 R 6 0 R 8 0 R 10 0 R] /Count 4 >>", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>", .. pages]));
        var cut = whole.Replace("%PDF-1.7\n", "%PDF-1.7\ntrailer\n<< /Size 12 /Root 1 0 R >>\n", StringComparison.Ordinal);
        cut = cut[..cut.IndexOf("8 0 obj", StringComparison.Ordinal)];

        var items = ReadAll(Encoding.Latin1.GetBytes(cut));

        Assert.Equal("Page 1 says that the dam held in the flood.\n\nPage 2 says that the dam held in the flood.", items[0].Document!.Text);
        Assert.Equal(
            "2 of its pages, the first page 3, cannot be read (it is not in the file, which is damaged or cut off). Print it to a new PDF and import that. "
                + "The text of 2 pages was read.",
            Assert.Single(items.Skip(1)).Skipped!.Reason);
    }

    [Fact]
    public void AnEncryptedFile_IsSaidToBe()
    {
        // A standard security handler with passwords that nobody here knows.
        var skipped = Skip(Raw(
            ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>",
                $"<< /Filter /Standard /V 1 /R 2 /P -4 /O <{new string('A', 64)}> /U <{new string('B', 64)}> >>"],
            "/Encrypt 3 0 R /ID [<00112233445566778899AABBCCDDEEFF> <00112233445566778899AABBCCDDEEFF>]"));

        Assert.Contains("encrypted with a password", skipped.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void ABomb_EndsInItsReason_NotInTheMemory()
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var space = new byte[1 << 20];
            Array.Fill(space, (byte)' ');
            for (var mebibyte = 0; mebibyte < 600; mebibyte++)
                zlib.Write(space);
        }
        var before = GC.GetTotalAllocatedBytes(precise: true);

        var skipped = Skip(Page($"<< /Length {packed.Length} /Filter /FlateDecode >>\nstream\n", packed.ToArray()));

        // Of the whole process, whose other tests allocate too; unpacked in memory, this file alone takes more.
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 800L << 20);
        Assert.Contains("unpacks to more than 33,554,432 bytes", skipped.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void PagesThatHoldEachOther_EndInAReason()
    {
        var items = ReadAll(Raw(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"]));

        Assert.Contains(items, item => item.Skipped is not null);
        Assert.DoesNotContain(items, item => item.Document is not null);
    }

    [Fact]
    public void TenThousandPages_AreRefusedAtTheLimit_BeforeOneIsRead()
    {
        var pages = string.Concat(Enumerable.Repeat("3 0 R ", 10_000));
        _folder.Add("paper.pdf", Raw(
            ["<< /Type /Catalog /Pages 2 0 R >>", $"<< /Type /Pages /Kids [{pages}] /Count 10000 >>", "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"]));

        var skipped = Assert.Single(_folder.Read(new CorpusReadOptions { MaxPages = 1000 })).Skipped!;

        Assert.Contains("it has 10,000 pages, and 1,000 is the limit", skipped.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void PagesThatTakeTooLongTogether_AreLeft()
    {
        // They take seconds of a processor.
        _folder.Add("paper.pdf", ManyPages(10_000));

        var items = _folder.Read(new CorpusReadOptions { MaxPagesTime = TimeSpan.FromMilliseconds(200) });

        Assert.InRange(items.Sum(item => item.Document?.PageStarts.Count ?? 0), 0, 9999);
        Assert.Contains("the pages before took longer than", Assert.Single(items, item => item.Skipped is not null).Skipped!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void ABrokenFont_DoesNotKeepTheOthersFromBeingRead()
    {
        const string font = "<< /Type /Font /Subtype /TrueType /BaseFont /Broken /FirstChar 32 /LastChar 33 /Widths [1 2] /FontDescriptor "
            + "<< /Type /FontDescriptor /FontName /Broken /FontFile2 3 0 R >> /ToUnicode 3 0 R >>";
        _folder.Add("next.txt", "The next file.");

        var items = ReadAll(Pages(["BT /F 11 Tf 60 780 Td (The dam held.) Tj ET"], font: font));

        Assert.Equal("The next file.", items[0].Document!.Text);
        Assert.NotEmpty(items.Skip(1));
        Assert.All(items.Skip(1), item => Assert.True(item.Skipped is not null || item.Document!.Text == "The dam held."));
    }

    // One page whose content is the stream given.
    private static byte[] Page(string dictionary, byte[] stream) => Raw(
        ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>", $"{dictionary}{Encoding.Latin1.GetString(stream)}\nendstream"]);

    private List<CorpusItem> ReadAll(byte[] file)
    {
        _folder.Add("paper.pdf", file);
        return _folder.Read();
    }

    private Document Read(byte[] file) => Assert.Single(ReadAll(file), item => item.Document is not null).Document!;

    private Skipped Skip(byte[] file) => Assert.Single(ReadAll(file)).Skipped!;
}
