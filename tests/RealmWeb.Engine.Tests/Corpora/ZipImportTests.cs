using System.IO.Hashing;
using System.Text;
using static RealmWeb.Engine.Tests.Corpora.ImportFolder;

namespace RealmWeb.Engine.Tests.Corpora;

/// <summary>What zip archives of other programs hold: names in any code page, wrong checksums, entries on top of each other.</summary>
public sealed class ZipImportTests : IDisposable
{
    private readonly ImportFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(437, "Übung", "Brücke")]
    [InlineData(850, "São Paulo", "ação")]
    [InlineData(1252, "Éclair", "naïve façade")]
    [InlineData(932, "港の歴史", "ソース表")]
    [InlineData(936, "港口历史", "年度报告")]
    [InlineData(950, "港口歷史", "檔案說明")]
    [InlineData(949, "항구 역사", "보고서")]
    [InlineData(866, "История порта", "отчёт")]
    [InlineData(1251, "История порта", "отчёт")]
    [InlineData(20866, "История порта", "отчёт")]
    [InlineData(1250, "Łódź", "zażółć")]
    [InlineData(65001, "Übung", "История")]
    public void Read_FindsTheCodePageOfNames(int page, string one, string other)
    {
        var encoding = page == 65001 ? Encoding.UTF8 : CodePagesEncodingProvider.Instance.GetEncoding(page)!;
        _folder.Add("a.zip", RawZip.Of(
            new RawZip.Entry(encoding.GetBytes($"{one}.txt"), Bytes("first")), new RawZip.Entry(encoding.GetBytes($"{other}.txt"), Bytes("second"))));

        var items = _folder.Read();

        Assert.Equal([$"a.zip/{one}.txt", $"a.zip/{other}.txt"], items.Select(item => item.Document!.SourceId));
    }

    [Fact]
    public void Read_FindsEachName_WhereAnArchiveMixesCodePages()
    {
        _folder.Add("a.zip", RawZip.Of(
            new RawZip.Entry([0x84, .. ".txt"u8], Bytes("dos")), new RawZip.Entry([.. "M"u8, 0xFC, .. "he.txt"u8], Bytes("windows")),
            new RawZip.Entry([0x93, 0x94, 0x91, 0xE4, 0x83, 0x5C, .. ".txt"u8], Bytes("japan"))));

        Assert.Equal(["a.zip/ä.txt", "a.zip/Mühe.txt", "a.zip/灯台ソ.txt"], _folder.Read().Select(item => item.Document!.SourceId));
    }

    [Fact]
    public void Read_TakesTheUnicodeName_WhereAnEntryHasOne()
    {
        var name = "порт.txt"u8.ToArray();
        byte[] extra = [0x75, 0x70, (byte)(name.Length + 5), 0, 1, 0, 0, 0, 0, .. name];
        _folder.Add("a.zip", RawZip.Of(new RawZip.Entry("____.txt"u8.ToArray(), Bytes("text"), Extra: extra)));

        Assert.Equal("a.zip/порт.txt", _folder.Read().Single().Document!.SourceId);
    }

    [Fact]
    public void Read_KeepsBoth_WhenTwoEntriesHaveOneName()
    {
        _folder.Add("a.zip", Zip(("b/x.txt", Bytes("one")), ("b/x.txt", Bytes("two")), ("b/e\u0301.txt", Bytes("three")), ("b/é.txt", Bytes("four"))));
        _folder.Add("b.tar", Tar(TarFile("x.txt", "five"), TarFile("./x.txt", "six")));

        Assert.Equal(
            [
                ("a.zip/b/x.txt", "one"), ("a.zip/b/x (2).txt", "two"), ("a.zip/b/é.txt", "three"), ("a.zip/b/é (2).txt", "four"),
                ("b.tar/x.txt", "five"), ("b.tar/x (2).txt", "six"),
            ],
            _folder.Read().Select(item => (item.Document!.SourceId, item.Document.Text)));
    }

    [Fact]
    public void Read_TakesNothing_OfAnEntryWhoseChecksumIsWrong()
    {
        _folder.Add("a.zip", RawZip.Of(
            new RawZip.Entry("a.jsonl"u8.ToArray(), Bytes("{\"id\":\"1\",\"text\":\"altered\"}\n"), Checksum: 1),
            new RawZip.Entry("b.txt"u8.ToArray(), Bytes("whole"))));

        var items = _folder.Read();

        Assert.Equal("a.zip/a.jsonl", items[0].Skipped!.Path);
        Assert.Contains("checksum is wrong", items[0].Skipped!.Reason, StringComparison.Ordinal);
        Assert.Equal("whole", items[1].Document!.Text);
        Assert.Equal(2, items.Count);
    }

    [Fact]
    public void Read_ReadsBytesOnce_WhenEntriesShareThem()
    {
        var text = Bytes(string.Concat(Enumerable.Repeat("The same harbour again. ", 1000)));
        _folder.Add("bomb.zip", RawZip.Of(
        [
            new RawZip.Entry("0.txt"u8.ToArray(), text),
            .. Enumerable.Range(1, 50).Select(i => new RawZip.Entry(Encoding.ASCII.GetBytes($"{i}.txt"), text, SameAs: 0)),
        ]));

        var items = _folder.Read();

        Assert.Equal("bomb.zip/0.txt", Assert.Single(items, item => item.Document is not null).Document!.SourceId);
        Assert.Equal(50, items.Count(item => item.Skipped is { } skipped && skipped.Reason.Contains("shares its bytes", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(0xA1FF, "symbolic link")]
    [InlineData(0x21B6, "no regular file")]
    [InlineData(0x11B6, "no regular file")]
    public void Read_LeavesOut_WhatIsNoFile(int mode, string reason)
    {
        _folder.Add("a.zip", RawZip.Of(new RawZip.Entry("a.txt"u8.ToArray(), Bytes("text"), UnixMode: mode)));

        Assert.Contains(reason, _folder.Read().Single().Skipped!.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(12, "BZip2")]
    [InlineData(14, "LZMA")]
    [InlineData(77, "method 77")]
    public void Read_NamesTheMethod_ThatItCannotUnpack(int method, string name)
    {
        var zip = RawZip.Of(new RawZip.Entry("a.txt"u8.ToArray(), Bytes("text")));
        // Offsets of the method in the entry's header and in the directory behind its 39 bytes.
        zip[8] = zip[39 + 10] = (byte)method;
        _folder.Add("a.zip", zip);

        Assert.Equal($"It is compressed in a way that is not read ({name}). Pack it again with Deflate, which every program has.",
            _folder.Read().Single().Skipped!.Reason);
    }

    [Fact]
    public void Read_ReadsGzipAndTar_WithinAnArchive()
    {
        _folder.Add("a.zip", Zip(("a.txt.gz", Gzip("one")), ("b\\c.tgz", Gzip(Tar(TarFile("d/e.txt", "two"))))));

        Assert.Equal([("a.zip/a.txt.gz", "one"), ("a.zip/b/c.tgz/d/e.txt", "two")],
            _folder.Read().Select(item => (item.Document!.SourceId, item.Document.Text)));
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.9)]
    public void Read_SaysSo_WhenAnArchiveIsCutOff(double share)
    {
        // Text that does not shrink, so that each cut goes through an entry.
        var text = string.Concat(Enumerable.Range(0, 2000).Select(i => Convert.ToHexString(Crc32.Hash(BitConverter.GetBytes(i)))));
        byte[][] whole = [Zip(("a.txt", Bytes(text))), Gzip(Tar(TarFile("a.txt", text))), Gzip(text)];
        foreach (var (bytes, name) in whole.Zip(["a.zip", "b.tar.gz", "c.txt.gz"]))
            _folder.Add(name, bytes[..(int)(bytes.Length * share)]);

        var items = _folder.Read();

        Assert.Equal(["a.zip", "b.tar.gz", "c.txt.gz"], items.Select(item => item.Skipped!.Path.Split('/')[0]).Distinct());
        Assert.All(items, item => Assert.Contains("damaged or cut off", item.Skipped!.Reason, StringComparison.Ordinal));
    }
}
