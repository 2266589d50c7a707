using System.Formats.Tar;
using System.IO.Compression;
using RealmWeb.Engine.Corpora;
using static RealmWeb.Engine.Tests.Corpora.ImportFolder;

namespace RealmWeb.Engine.Tests.Corpora;

/// <summary>Each kind of bad input gets a skip that names it and says what to do, and does not keep its neighbours from being read.</summary>
public sealed class HostileImportTests : IDisposable
{
    private readonly ImportFolder _folder = new();

    // Read last, so that each test sees that the import went on.
    public HostileImportTests() => _folder.Add("zz.txt", "survivor");

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, byte[], string> BadFiles => new()
    {
        { "empty.txt", [], "is empty" },
        { "blank.txt", Bytes(" \n\t\n"), "only white space" },
        { "blank.md", Bytes("---\ntitle: x\n---\n"), "no text" },
        { "blank.html", Bytes("<script>x</script>"), "no text" },
        { "blank.jsonl", Bytes("\n\n"), "no documents" },
        { "paper.docx", Bytes("PK"), "no Word document, or damaged or cut off" },
        { "book.cbz", Bytes("PK"), "ending in .cbz is not read" },
        { "paper.pdf", Bytes("%PDF-1.7"), "no PDF, or damaged or cut off" },
        { "README", Bytes("text"), "without an ending" },
        { "image.txt", [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10], "PNG image" },
        { "paper.txt", Bytes("%PDF-1.7 rest"), "PDF document" },
        { "book.md", Zip(("a", Bytes("b"))), "zip archive or an office document" },
        { "twice.txt.gz", Gzip(Gzip("text")), "gzip file, not text" },
        { "nul.txt", Bytes("abc\0def"), "byte 3 is 0" },
        { "controls.txt", Bytes("a\u0001b\u0002c\u0003d\u0004"), "control characters" },
        { "late-nul.txt", Bytes(new string('a', 5000) + "\0"), "byte 5000 is 0" },
        { "latin1.jsonl", [.. "{\"text\":\"caf"u8, 0xE9, .. "\"}\n"u8], "not UTF-8: byte 12" },
        { "utf16.txt", [0xFF, 0xFE, 0x00, 0xD8, 0x41, 0x00], "UTF-16" },
        { "bad.jsonl", Bytes("{\"text\":\"a\",}\n"), "no valid JSON" },
        { "array.jsonl", Bytes("[1]\n"), "JSON array, not an object" },
        { "number.jsonl", Bytes("{\"text\":5}\n"), "JSON number, not a string" },
        { "none.jsonl", Bytes("{\"id\":\"1\",\"title\":\"t\"}\n"), "among: id, title" },
        { "nothing.jsonl", Bytes("{\"id\":\"1\",\"text\":\" \"}\n"), "text is empty" },
        { "surrogate.jsonl", Bytes("{\"id\":\"1\",\"text\":\"\\ud800\"}\n"), "surrogate" },
        { "deep.jsonl", Bytes("{\"text\":" + new string('[', 500) + "\n"), "no valid JSON" },
        { "deep.html", Bytes(string.Concat(Enumerable.Repeat("<div>", 100_000))), "nested more than 512" },
        { "deep.md", Bytes(new string('>', 5000) + " x"), "nested too deeply" },
        { "damaged.zip", Bytes("PK\u0003\u0004 and no more"), "damaged or cut off" },
        { "damaged.tar", Bytes(new string('x', 2000)), "damaged or cut off" },
        { "empty.zip", Zip(), "empty archive" },
        { "empty.tar", new byte[1024], "empty archive" },
        { "damaged.txt.gz", Bytes("this is no gzip file"), "(its bytes are no gzip, or others than were packed). Nothing of it was read." },
        { "cut.zip", Zip(("a.txt", Bytes("text")))[..40], "(its directory is missing or cut off). Nothing of it was read." },
        { "folder.tar.xz", Bytes("x"), "pack it as .zip or .tar.gz" },
        { "notes.gz", Gzip("text"), "such as .txt.gz" },
        { "renamed.txt", Zip(("a", Bytes("b"))), "Give it the ending that says so" },
    };

    [Theory]
    [MemberData(nameof(BadFiles))]
    public void Read_SkipsWithReason_AndGoesOn(string name, byte[] bytes, string reason)
    {
        _folder.Add(name, bytes);

        var items = _folder.Read();

        Assert.Equal(2, items.Count);
        Assert.StartsWith(name, items[0].Skipped!.Path, StringComparison.Ordinal);
        Assert.Contains(reason, items[0].Skipped!.Reason, StringComparison.Ordinal);
        Assert.Equal("survivor", items[1].Document!.Text);
    }

    [Fact]
    public void Read_NamesTheLine_AndReadsTheOthers()
    {
        _folder.Add("a.jsonl", [.. "{\"id\":\"1\",\"text\":\"a\"}\n{oops\n{\"text\":\"x"u8, 0xFF, .. "\"}\n{\"id\":\"4\",\"text\":\"d\"}\n"u8]);

        var items = _folder.Read();

        Assert.Equal(["1", null, null, "4", "zz.txt"], items.Select(item => item.Document?.SourceId));
        Assert.Equal(["a.jsonl, line 2", "a.jsonl, line 3"], items.Where(item => item.Skipped is not null).Select(item => item.Skipped!.Path));
    }

    [Fact]
    public void Read_PassesOverHugeLine_WithoutHoldingIt()
    {
        // 100 MB in one line, between two that are fine.
        var path = Path.Combine(_folder.Root, "huge.jsonl");
        using (var file = File.Create(path))
        {
            file.Write("{\"id\":\"1\",\"text\":\"a\"}\n{\"text\":\""u8);
            var chunk = new byte[1 << 20];
            chunk.AsSpan().Fill((byte)'x');
            for (var i = 0; i < 100; i++)
                file.Write(chunk);
            file.Write("\"}\n{\"id\":\"3\",\"text\":\"c\"}\n"u8);
        }
        var options = new CorpusReadOptions { MaxLineBytes = 1 << 20 };

        var before = GC.GetAllocatedBytesForCurrentThread();
        var items = _folder.Read(options);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(["1", null, "3", "zz.txt"], items.Select(item => item.Document?.SourceId));
        Assert.Equal("huge.jsonl, line 2", items[1].Skipped!.Path);
        Assert.Contains("longer than 1,048,576 bytes", items[1].Skipped!.Reason, StringComparison.Ordinal);
        Assert.InRange(allocated, 0, 8 << 20);
    }

    [Theory]
    [InlineData("a.json", "[{\"text\":\"", "\"}]", "longer than 1,000 bytes")]
    [InlineData("a.csv", "text\n", "\n", "longer than 1,000 bytes")]
    [InlineData("a.txt", "", "", "larger than 2,000 bytes")]
    [InlineData("a.md", "", "", "larger than 2,000 bytes")]
    [InlineData("a.html", "<p>", "", "larger than 2,000 bytes")]
    public void Read_SkipsWhatIsTooLarge(string name, string before, string after, string reason)
    {
        _folder.Add(name, before + new string('x', 5000) + after);

        var items = _folder.Read(new CorpusReadOptions { MaxLineBytes = 1000, MaxDocumentBytes = 2000, MaxMarkupBytes = 2000 });

        Assert.Contains(reason, items[0].Skipped!.Reason, StringComparison.Ordinal);
        Assert.Equal("survivor", items[1].Document!.Text);
    }

    [Theory]
    [InlineData("../../etc/passwd.txt")]
    [InlineData("/etc/passwd.txt")]
    [InlineData("..\\up.txt")]
    [InlineData("C:\\x.txt")]
    [InlineData("a/../../b.txt")]
    public void Read_RefusesNamesThatLeadOutOfTheArchive(string name)
    {
        _folder.Add("a.zip", Zip((name, Bytes("evil")), ("good.txt", Bytes("good"))));
        _folder.Add("b.tar", Tar(TarFile(name, "evil"), TarFile("good.txt", "good")));

        var items = _folder.Read();

        Assert.Equal(["good", "good", "survivor"], items.Where(item => item.Document is not null).Select(item => item.Document!.Text));
        Assert.Equal(2, items.Count(item => item.Skipped?.Reason.Contains("leads out of the archive", StringComparison.Ordinal) == true));
    }

    [Fact]
    public void Read_DoesNotFollowLinks()
    {
        var outside = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllText(outside, "secret");
        File.CreateSymbolicLink(Path.Combine(_folder.Root, "link.txt"), outside);
        Directory.CreateSymbolicLink(Path.Combine(_folder.Root, "loop"), _folder.Root);
        _folder.Add("a.tar", Tar(
            new PaxTarEntry(TarEntryType.SymbolicLink, "s.txt") { LinkName = "/etc/passwd" },
            new PaxTarEntry(TarEntryType.HardLink, "h.txt") { LinkName = "s.txt" },
            new PaxTarEntry(TarEntryType.Fifo, "f.txt")));
        using (var packed = new FileStream(Path.Combine(_folder.Root, "b.zip"), FileMode.Create))
        using (var archive = new ZipArchive(packed, ZipArchiveMode.Create))
        {
            var entry = archive.CreateEntry("s.txt");
            entry.ExternalAttributes = 0xA1FF << 16;
            using var content = entry.Open();
            content.Write("/etc/passwd"u8);
        }

        var items = _folder.Read();

        File.Delete(outside);
        Assert.Equal(["survivor"], items.Where(item => item.Document is not null).Select(item => item.Document!.Text));
        Assert.Equal(["a.tar/s.txt", "a.tar/h.txt", "a.tar/f.txt", "b.zip/s.txt", "link.txt", "loop"],
            items.Where(item => item.Skipped is not null).Select(item => item.Skipped!.Path));
    }

    [Theory]
    [InlineData("bomb.txt.gz")]
    [InlineData("bomb.zip")]
    [InlineData("bomb.tar.gz")]
    public void Read_StopsArchiveBombs(string name)
    {
        // 4 MB of one letter, packed about 200 times smaller.
        var zeros = Bytes(new string('x', 4 << 20));
        _folder.Add(name, name switch
        {
            "bomb.zip" => Zip(("a.txt", zeros), ("b.txt", zeros)),
            "bomb.tar.gz" => Gzip(Tar(TarFile("a.txt", zeros))),
            _ => Gzip(zeros),
        });
        var options = new CorpusReadOptions { RatioFloorBytes = 1 << 20, MaxCompressionRatio = 50 };

        var items = _folder.Read(options);

        var skip = Assert.Single(items, item => item.Skipped is not null).Skipped!;
        Assert.Equal(name, skip.Path);
        Assert.Contains("more than 50 times its size", skip.Reason, StringComparison.Ordinal);
        Assert.Equal("survivor", items[^1].Document!.Text);
    }

    [Fact]
    public void Read_StopsArchives_AtTheTotalLimit()
    {
        var random = new Random(7);
        var text = string.Concat(Enumerable.Range(0, 30_000).Select(i => i % 8 == 7 ? ' ' : (char)random.Next('a', 'z')));
        _folder.Add("a.zip", Zip(("1.txt", Bytes(text)), ("2.txt", Bytes(text)), ("3.txt", Bytes(text))));

        var items = _folder.Read(new CorpusReadOptions { MaxUnpackedBytes = 70_000 });

        Assert.Equal(["a.zip/1.txt", "a.zip/2.txt", null, "zz.txt"], items.Select(item => item.Document?.SourceId));
        Assert.Contains("more than 70,000 bytes", items[2].Skipped!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_GoesNoDeeperThanOneArchiveInAnother()
    {
        var inner = Zip(("deep.txt", Bytes("deep")));
        _folder.Add("a.zip", Zip(("b.zip", Zip(("c.zip", inner), ("d.tar", Tar(TarFile("e.txt", "deep"))), ("ok.txt", Bytes("ok"))))));

        var items = _folder.Read();

        Assert.Equal(["a.zip/b.zip/c.zip", "a.zip/b.zip/d.tar"], items.Where(item => item.Skipped is not null).Select(item => item.Skipped!.Path));
        Assert.All(items.Where(item => item.Skipped is not null), item => Assert.Contains("3 levels deep", item.Skipped!.Reason, StringComparison.Ordinal));
        Assert.Equal(["ok", "survivor"], items.Where(item => item.Document is not null).Select(item => item.Document!.Text));
    }

    [Fact]
    public void Read_SkipsArchive_WhenItHasTooManyEntries()
    {
        _folder.Add("a.zip", Zip([.. Enumerable.Range(0, 30).Select(i => ($"{i}.txt", Bytes("x")))]));
        _folder.Add("b.tar", Tar([.. Enumerable.Range(0, 30).Select(i => TarFile($"{i}.txt", "x"))]));

        var items = _folder.Read(new CorpusReadOptions { MaxArchiveEntries = 20 });

        Assert.Contains("30 entries", items[0].Skipped!.Reason, StringComparison.Ordinal);
        Assert.Equal(20, items.Count(item => item.Document?.SourceId.StartsWith("b.tar", StringComparison.Ordinal) == true));
        Assert.Contains("more than 20 entries", items[^2].Skipped!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_KeepsWhatCameBefore_WhenGzipIsCutOff()
    {
        var random = new Random(7);
        var lines = string.Concat(Enumerable.Range(0, 5000).Select(i => $"{{\"id\":\"{i}\",\"text\":\"{random.NextInt64()}\"}}\n"));
        _folder.Add("a.jsonl.gz", Gzip(lines)[..20_000]);

        var items = _folder.Read();

        Assert.InRange(items.Count(item => item.Document is not null), 100, 4999);
        Assert.Contains(items, item => item.Skipped is { Path: "a.jsonl.gz" } skip && skip.Reason.Contains("cut off", StringComparison.Ordinal));
        Assert.Equal("survivor", items[^1].Document!.Text);
    }

    [Fact]
    public void Read_GoesOnInTheArchive_WhenOneEntryIsBad()
    {
        _folder.Add("a.zip", Zip(("1.txt", Bytes("one")), ("2.txt.gz", Bytes("no gzip")), ("3.cbz", Bytes("x")), ("4.txt", []), ("5.txt", Bytes("five")),
            ("__MACOSX/._1.txt", Bytes("x")), ("__MACOSX/._5.txt", Bytes("x"))));

        var items = _folder.Read();

        Assert.Equal(["one", null, null, null, "five", null, "survivor"], items.Select(item => item.Document?.Text));
        Assert.Contains("'__MACOSX' is a hidden", items[5].Skipped!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ReportsHiddenFoldersOnce()
    {
        _folder.Add(".git/config.txt", "x");
        _folder.Add(".git/HEAD", "x");

        var items = _folder.Read();

        Assert.Equal([".git", null], items.Select(item => item.Skipped?.Path));
    }

    [Fact]
    public void Read_SkipsFile_WhenItMayNotBeRead()
    {
        var path = _folder.Add("locked.txt", "text");
        // Held open for writing without sharing: nobody else may read it, whoever they are.
        using var holder = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.None);

        var items = _folder.Read();

        Assert.Equal("locked.txt", items[0].Skipped!.Path);
        Assert.Contains("cannot be opened", items[0].Skipped!.Reason, StringComparison.Ordinal);
        Assert.Equal("survivor", items[1].Document!.Text);
    }
}
