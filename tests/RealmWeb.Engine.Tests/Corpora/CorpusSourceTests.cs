using RealmWeb.Engine.Corpora;
using static RealmWeb.Engine.Tests.Corpora.ImportFolder;

namespace RealmWeb.Engine.Tests.Corpora;

public sealed class CorpusSourceTests : IDisposable
{
    private readonly ImportFolder _folder = new();

    public void Dispose() => _folder.Dispose();

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
    public void Read_ReportsDoubleIds_AndGivesTheLaterDocumentLast()
    {
        _folder.Add("a.jsonl", "{\"id\":\"1\",\"text\":\"old\"}\n");
        _folder.Add("b.jsonl", "{\"id\":\"1\",\"text\":\"new\"}\n");

        var items = _folder.Read();

        Assert.Equal(["old", null, "new"], items.Select(item => item.Document?.Text));
        Assert.Equal("1", items[1].Skipped!.Path);
        Assert.Contains("twice", items[1].Skipped!.Reason, StringComparison.Ordinal);
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
