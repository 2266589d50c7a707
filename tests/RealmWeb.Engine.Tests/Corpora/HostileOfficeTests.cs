using System.IO.Compression;
using System.Text;
using RealmWeb.Engine.Corpora;
using static RealmWeb.Engine.Tests.Corpora.OfficeFiles;

namespace RealmWeb.Engine.Tests.Corpora;

/// <summary>Documents made to break their reader: each is refused by name with a remedy, in bounded memory.</summary>
public sealed class HostileOfficeTests : IDisposable
{
    private const string Main = "word/document.xml";

    private static readonly byte[] Plain = Word(Paragraph("Text."));

    private readonly ImportFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ABomb_IsLeftAtItsBudget()
    {
        // A paragraph without text in 20 MB of spaces, packed to less than a thousandth.
        var bomb = With(Plain, Main, (xml, part) =>
        {
            part.Write(Encoding.UTF8.GetBytes(xml[..xml.IndexOf("<w:p>", StringComparison.Ordinal)]));
            var paragraphs = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat($"<w:p>{new string(' ', 1000)}</w:p>", 1000)));
            for (var i = 0; i < 20; i++)
                part.Write(paragraphs);
        });

        Assert.Contains("more than 200 times its size, as archive bombs do", Skip(bomb).Reason, StringComparison.Ordinal);
        Assert.Contains("unpacks to more than 1,000,000 bytes", Skip(bomb, new CorpusReadOptions { MaxPackageBytes = 1_000_000 }).Reason, StringComparison.Ordinal);
    }

    [Theory]
    // A tag, a run of text and a CDATA section of 10 MB each, and a million names: what an XML reader would hold as a whole.
    [InlineData("<w:p a='", "x", "A run of text or a tag of its part word/document.xml is longer than 4,194,304 bytes")]
    [InlineData("<w:p>", "x", "is longer than 4,194,304 bytes")]
    [InlineData("<w:p><![CDATA[", "<", "is longer than 4,194,304 bytes")]
    [InlineData("<w:p>", "<n#/>", "more than 50,000 names")]
    [InlineData("", "<w:p>", "nested more than 512 deep")]
    [InlineData("", "<w:tbl><w:tr><w:tc>", "nested more than 512 deep")]
    public void WhatAReaderWouldHold_IsBounded(string before, string repeated, string reason)
    {
        var count = 0;
        var hostile = With(Plain, Main, (xml, part) =>
        {
            part.Write(Encoding.UTF8.GetBytes(xml[..xml.IndexOf("<w:p>", StringComparison.Ordinal)] + before));
            for (var megabyte = 0; megabyte < 10; megabyte++)
            {
                part.Write(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 1_000_000 / repeated.Length)
                    .Select(_ => repeated.Contains('#', StringComparison.Ordinal) ? repeated.Replace("#", $"{count++}", StringComparison.Ordinal) : repeated))));
            }
        });
        var options = new CorpusReadOptions { MaxCompressionRatio = 100_000 };
        _folder.Add("paper.docx", hostile);

        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var skipped = Assert.Single(_folder.Read(options)).Skipped!;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;

        Assert.Contains(reason, skipped.Reason, StringComparison.Ordinal);
        Assert.InRange(allocated, 0, 50 << 20);
    }

    [Theory]
    [InlineData("<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/passwd\">]>", "&f;")]
    [InlineData("<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>", "&b;")]
    [InlineData("<!DOCTYPE x SYSTEM \"http://127.0.0.1:1/x.dtd\">", "")]
    public void DocumentTypes_AreRefused_AndNothingIsFetched(string type, string text)
    {
        var hostile = With(Plain, Main, xml => type + xml[xml.IndexOf("<w:document", StringComparison.Ordinal)..].Replace("Text.", text, StringComparison.Ordinal));

        var reason = Skip(hostile).Reason;

        Assert.Contains("word/document.xml declares a document type", reason, StringComparison.Ordinal);
        Assert.Contains("save it anew and import that", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void LongTexts_AndManyCells_AreRefusedAtTheirLimit()
    {
        var cells = Word("<w:tbl>" + Row("a", "b") + string.Concat(Enumerable.Repeat("<w:tr><w:tc/><w:tc/></w:tr>", 2000)) + "</w:tbl>");
        var options = new CorpusReadOptions { MaxDocumentBytes = 20_000 };

        Assert.Contains("Its text is longer than 20,000 letters. Split it", Skip(Word(Paragraph(new string('x', 30_000))), options).Reason, StringComparison.Ordinal);
        Assert.Contains("Its text is longer than 20,000 letters. Split it", Skip(cells, options).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void RelationsThatLeadInACircle_OrOutOfTheFile_AreNotFollowed()
    {
        const string type = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        var hostile = With(Plain, "word/_rels/document.xml.rels", _ => $"""
            <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
            <Relationship Id="a" Type="{type}/styles" Target="/word/document.xml"/><Relationship Id="b" Type="{type}/numbering" Target="document.xml"/>
            <Relationship Id="c" Type="{type}/footnotes" Target="../../../../etc/passwd"/>
            <Relationship Id="d" Type="{type}/endnotes" Target="http://127.0.0.1:1/x" TargetMode="External"/></Relationships>
            """);
        _folder.Add("paper.docx", hostile);

        Assert.Equal("Text.", Assert.Single(_folder.Read()).Document!.Text);
    }

    [Fact]
    public void ManyRelations_AreRefused_BeforeTheyAreHeld()
    {
        var hostile = With(Plain, "word/_rels/document.xml.rels", (_, part) =>
        {
            part.Write("<Relationships>"u8);
            var relations = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 10_000).Select(i => $"<Relationship Id=\"{i}\" Type=\"t\" Target=\"a\"/>")));
            for (var i = 0; i < 50; i++)
                part.Write(relations);
        });

        Assert.Contains("word/_rels/document.xml.rels is no XML", Skip(hostile).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void CutAndAlteredFiles_AreNamed()
    {
        var altered = Word(Paragraph("The dam held."));
        var stored = Stored(altered);
        var at = stored.AsSpan().IndexOf("The dam held."u8);
        stored[at + 4] = (byte)'D';

        Assert.Contains("no Word document, or damaged or cut off", Skip(altered[..(altered.Length / 2)]).Reason, StringComparison.Ordinal);
        Assert.Contains("no Word document, or damaged or cut off (a checksum in it is wrong)", Skip(stored).Reason, StringComparison.Ordinal);
        Assert.Contains("its part word/document.xml is no XML", Skip(With(Plain, Main, xml => xml[..^30])).Reason, StringComparison.Ordinal);
        Assert.Contains("no part of it is the document", Skip(ImportFolder.Zip(("a.txt", "x"u8.ToArray()))).Reason, StringComparison.Ordinal);
    }

    private static byte[] Stored(byte[] package)
    {
        using var file = new MemoryStream();
        using (var from = new ZipArchive(new MemoryStream(package)))
        using (var to = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var entry in from.Entries)
            {
                using var read = entry.Open();
                using var written = to.CreateEntry(entry.FullName, CompressionLevel.NoCompression).Open();
                read.CopyTo(written);
            }
        }
        return file.ToArray();
    }

    private Skipped Skip(byte[] file, CorpusReadOptions? options = null)
    {
        _folder.Add("paper.docx", file);
        return Assert.Single(_folder.Read(options)).Skipped!;
    }
}
