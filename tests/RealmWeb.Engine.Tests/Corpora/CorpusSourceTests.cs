using RealmWeb.Engine.Corpora;
using static RealmWeb.Engine.Tests.Corpora.ImportFolder;

namespace RealmWeb.Engine.Tests.Corpora;

public sealed class CorpusSourceTests : IDisposable
{
    private readonly ImportFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_NamesTheLine_WhereEncodedDataStands()
    {
        using var folder = new ImportFolder();
        folder.Add("mail.txt", $"The pump is red.\nPicture: {string.Concat(Enumerable.Repeat("iVBORw0KGgo", 60))}\nThe valve is blue.");

        var items = folder.Read();

        Assert.Contains("iVBORw0KGgo", items[0].Document!.Text, StringComparison.Ordinal);
        Assert.Equal("mail.txt, line 2 of its text", items[1].Skipped!.Path);
        Assert.StartsWith("660 characters with hardly a space", items[1].Skipped!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_FindsDocuments_InFoldersAndArchives()
    {
        _folder.Add("b/plain.txt", "one");
        _folder.Add("a.zip", Zip(("docs/z.txt", Bytes("two")), ("docs\\w.txt.gz", Gzip("three"))));
        _folder.Add("c.tgz", Gzip(Tar(TarFile("./t.md", "four"), TarFile("inner.zip", Zip(("q.txt", Bytes("five")))))));
        _folder.Add("d.tar", Tar(TarFile("inner.tar.gz", Gzip(Tar(TarFile("r.txt", "six"))))));
        _folder.Add("e.jsonl.gz", Gzip("{\"id\":\"e1\",\"text\":\"seven\"}"));

        var items = _folder.Read();

        Assert.Equal(
        [
            ("a.zip/docs/z.txt", "two"), ("a.zip/docs/w.txt.gz", "three"), ("b/plain.txt", "one"), ("c.tgz/t.md", "four"), ("c.tgz/inner.zip/q.txt", "five"),
            ("d.tar/inner.tar.gz/r.txt", "six"), ("e1", "seven"),
        ], items.Select(item => (item.Document!.SourceId, item.Document.Text)));
        Assert.Equal(items.Select(item => item.Position), _folder.Read().Select(item => item.Position));
    }

    [Fact]
    public void Read_TakesNames_HoweverTheyAreWritten()
    {
        var name = $"{new string('x', 200)}/日本 Überſicht.txt";
        _folder.Add("a.zip", Zip((name, Bytes("one")), ("trail. /CON.txt", Bytes("two"))));
        _folder.Add("b.tar.gz", Gzip(Tar(TarFile(name, "three"))));

        Assert.Equal([($"a.zip/{name}", "one"), ("a.zip/trail. /CON.txt", "two"), ($"b.tar.gz/{name}", "three")],
            _folder.Read().Select(item => (item.Document!.SourceId, item.Document.Text)));
    }

    [Fact]
    public void Read_CountsBytes_UpToTheTotal()
    {
        _folder.Add("a.jsonl", string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{{\"id\":\"{i}\",\"text\":\"some text of {i}\"}}\n")));
        _folder.Add("b.zip", Zip(("1.txt", Bytes("x")), ("2.txt", Bytes("y"))));
        _folder.Add("c.pdf", "%PDF-1.4");

        var items = _folder.Read();

        var total = Directory.EnumerateFiles(_folder.Root).Sum(path => new FileInfo(path).Length);
        Assert.All(items, item => Assert.Equal(total, item.BytesTotal));
        Assert.True(items.Zip(items.Skip(1)).All(pair => pair.First.BytesRead <= pair.Second.BytesRead));
        Assert.Equal(total, items[^1].BytesRead);
        Assert.InRange(items[10_000].BytesRead, total / 4, total * 3 / 4);
    }

    [Fact]
    public void Read_GoesOn_BehindAnyItem()
    {
        _folder.Add("a.jsonl", "{\"id\":\"1\",\"text\":\"a\"}\nnonsense\n{\"id\":\"2\",\"text\":\"b\"}\n{\"id\":\"1\",\"text\":\"c\"}\n");
        _folder.Add("b.zip", Zip(("1.txt", Bytes("x")), ("2.bin", Bytes("y")), ("3.txt", Bytes("z"))));
        _folder.Add("c.txt", "end");
        var all = _folder.Read();

        for (var i = 0; i < all.Count; i++)
        {
            var rest = _folder.Read(after: CorpusPosition.Parse(all[i].Position.ToString()));

            Assert.Equal(all.Skip(i + 1), rest);
        }
        Assert.Equal(9, all.Count);
    }

    [Fact]
    public void Read_KeepsEachDocument_WhenAnIdStandsTwiceInOneFile()
    {
        _folder.Add("a.jsonl", """
            {"id":"1","text":"nine boats"}
            {"id":"1#2","text":"no boat"}
            {"id":"1","text":"six nets"}
            {"id":"1","text":"nine boats"}
            {"id":"1","text":"six nets"}
            {"id":"1","text":"one oar"}
            """);

        var items = _folder.Read();

        Assert.Equal(
            [("1", "nine boats"), ("1#2", "no boat"), ("1#3", "six nets"), ("1#4", "one oar")],
            items.SkipLast(1).Select(item => (item.Document!.SourceId, item.Document.Text)));
        Assert.True(items[^1].IsRemark);
        var remark = items[^1].Skipped!;
        Assert.StartsWith("2 of its documents have an id that stands there before, the first is '1'", remark.Reason, StringComparison.Ordinal);
        Assert.Contains("2 that are the same word for word once", remark.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SaysWhichFileADocumentIsOf_AlsoInsideAnArchive()
    {
        var plain = _folder.Add("a/readme.txt", "one");
        var lines = _folder.Add("lines.jsonl", "{\"id\":\"7\",\"text\":\"two\"}\nnonsense\n");
        var packed = _folder.Add("pack.zip", Zip(("b/notes.jsonl", Bytes("{\"id\":\"7\",\"text\":\"three\"}")), ("pic.xyz", Bytes("?"))));

        var items = _folder.Read();

        Assert.Equal(
            [plain, lines, lines, $"{packed}/b/notes.jsonl", $"{packed}/pic.xyz"],
            items.Select(item => item.Origin));
    }

    [Fact]
    public void Read_ReadsAFileOnce_WhenItIsGivenTwice()
    {
        var path = _folder.Add("a.txt", "one");

        var items = CorpusSource.Read([_folder.Root, path]).ToList();

        Assert.Equal("one", items[0].Document!.Text);
        Assert.Contains("twice in this import", items[1].Skipped!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Fingerprint_Differs_WhenAFileComesGrowsOrIsReadAnotherWay()
    {
        var path = _folder.Add("a.txt", "one");
        var before = CorpusSource.List([_folder.Root]).Fingerprint;

        var again = CorpusSource.List([_folder.Root]).Fingerprint;
        var otherFormat = CorpusSource.List([_folder.Root], new CorpusReadOptions { Format = "md" }).Fingerprint;
        File.SetLastWriteTimeUtc(path, new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var otherTime = CorpusSource.List([_folder.Root]).Fingerprint;
        _folder.Add("b.txt", "two");
        var oneMore = CorpusSource.List([_folder.Root]).Fingerprint;

        Assert.Equal(before, again);
        Assert.Equal(4, new HashSet<string> { before, otherFormat, otherTime, oneMore }.Count);
    }

    [Fact]
    public void Read_TakesSingleFiles_ByTheirName()
    {
        var path = _folder.Add("deep/down/x.txt", "text");

        var items = CorpusSource.Read([path, Path.Combine(_folder.Root, "missing.txt")]).ToList();

        Assert.Equal("x.txt", items[0].Document!.SourceId);
        Assert.Contains("no such file", items[1].Skipped!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Stops_WhenCancelled()
    {
        _folder.Add("a.jsonl", string.Concat(Enumerable.Range(0, 100).Select(i => $"{{\"id\":\"{i}\",\"text\":\"t\"}}\n")));
        using var source = new CancellationTokenSource();

        var read = 0;
        var error = Record.Exception(() =>
        {
            foreach (var _ in CorpusSource.Read([_folder.Root], cancellationToken: source.Token))
            {
                if (++read == 10)
                    source.Cancel();
            }
        });

        Assert.IsType<OperationCanceledException>(error);
        Assert.Equal(10, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("3")]
    [InlineData("3:-1")]
    [InlineData("3:x")]
    public void Parse_Throws_WhenTextIsNoPosition(string text) => Assert.Throws<FormatException>(() => CorpusPosition.Parse(text));
}
