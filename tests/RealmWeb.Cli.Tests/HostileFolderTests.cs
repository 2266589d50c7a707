using System.IO.Compression;
using System.Text;
using System.Text.Json;
using RealmWeb.TestKit;
using static RealmWeb.Engine.Tests.Corpora.ImportFolder;
using static RealmWeb.Engine.Tests.Corpora.PdfFiles;

namespace RealmWeb.Cli.Tests;

/// <summary>A folder of files that were made to do harm, imported under the limits that everybody has, in a process whose memory and time have an end.</summary>
public sealed class HostileFolderTests : IDisposable
{
    // The import passes with 200 MB and 10 s, too; unpacked in memory, any of the bombs alone takes more.
    private const long Heap = 300L << 20;
    private const int ProcessorSeconds = 60;

    private const string Secret = "keepthistoyourself";

    private static readonly byte[] Blank = [.. Enumerable.Repeat((byte)' ', 1 << 20)];

    private readonly string _folder = Directory.CreateTempSubdirectory("realmweb-hostile-").FullName;
    private readonly string _files;

    public HostileFolderTests()
    {
        RandomModel.Make(Path.Combine(_folder, "models", TrainingCommand.Model));
        _files = Directory.CreateDirectory(Path.Combine(_folder, "files")).FullName;
        File.WriteAllText(Path.Combine(_folder, "secret"), Secret);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Import_RefusesEachByName_OrReadsIt_AndGoesOn()
    {
        Add("bomb.txt.gz", Packed(stream => new GZipStream(stream, CompressionLevel.SmallestSize), 200));
        Add("bomb.pdf", Page(Packed(stream => new ZLibStream(stream, CompressionLevel.SmallestSize), 200)));
        Add("bomb.docx", Word(part =>
        {
            for (var mebibyte = 0; mebibyte < 200; mebibyte++)
                part.Write(Blank);
        }));
        Add("entities.docx", Word(Bytes($"<!DOCTYPE x [<!ENTITY s SYSTEM \"file://{_folder}/secret\">]><w:document><w:p><w:t>&s;</w:t></w:p></w:document>")));
        Add("laughs.xml", Bytes(
            "<!DOCTYPE x [<!ENTITY a \"" + new string('a', 1000) + "\">" + string.Concat(Enumerable.Range('b', 9).Select(letter =>
                $"<!ENTITY {(char)letter} \"{string.Concat(Enumerable.Repeat($"&{(char)(letter - 1)};", 10))}\">")) + "]><mediawiki>&j;</mediawiki>"));
        Add("cycle.pdf", Raw(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"]));
        Add("font.pdf", Pages(["BT /F 11 Tf 60 780 Td (The dam held.) Tj ET"], font: "<< /Type /Font /Subtype /TrueType /BaseFont /Broken /FirstChar 32 "
            + "/LastChar 33 /Widths [1 2] /FontDescriptor << /Type /FontDescriptor /FontName /Broken /FontFile2 3 0 R >> /ToUnicode 3 0 R >>"));
        Add("pages.pdf", ManyPages(10_000));
        Add("deep.html", Bytes(string.Concat(Enumerable.Repeat("<div>", 500_000))));
        Add("deep.rtf", Bytes(@"{\rtf1 " + new string('{', 5_000_000)));
        Add("nest.zip", Zip(("a.zip", Zip(("b.zip", Zip(("c.txt", Bytes("deep"))))))));
        Add("out.zip", Zip(("../../evil.txt", Bytes("evil"))));
        Add("survivor.txt", Bytes("The weir was rebuilt in 1902."));

        var (code, output, errors) = await RealmProgram.RunWithinAsync(
            Heap, ProcessorSeconds, ["--data-dir", _folder, "import", _files, "--corpus", "hostile", "--model", TrainingCommand.Model, "--json"],
            TestContext.Current.CancellationToken);

        Assert.True(code == 0, $"realm ended with {code}: {errors}");
        var result = JsonSerializer.Deserialize<JsonElement>(output);
        var skipped = result.GetProperty("skipped").EnumerateArray().ToDictionary(
            skip => skip.GetProperty("path").GetString()!, skip => skip.GetProperty("reason").GetString()!);
        Assert.Equal(
            ["bomb.docx", "bomb.pdf", "bomb.txt.gz", "cycle.pdf", "deep.html", "deep.rtf", "entities.docx", "laughs.xml", "nest.zip/a.zip/b.zip", "out.zip/../../evil.txt"],
            skipped.Keys.Where(path => path != "font.pdf").Order(StringComparer.Ordinal));
        Assert.All(skipped.Values, reason => Assert.DoesNotContain(Secret, reason, StringComparison.Ordinal));
        Assert.InRange(result.GetProperty("documents").GetInt32(), 2, 3);
        var listed = await RealmProgram.RunAsync(["--data-dir", _folder, "documents", "list", "--corpus", "hostile"], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Contains("pages.pdf", listed.Output, StringComparison.Ordinal);
        Assert.Contains("survivor.txt", listed.Output, StringComparison.Ordinal);
    }

    private void Add(string name, byte[] bytes) => File.WriteAllBytes(Path.Combine(_files, name), bytes);

    private static byte[] Packed(Func<Stream, Stream> pack, int mebibytes)
    {
        using var file = new MemoryStream();
        using (var packed = pack(file))
        {
            for (var mebibyte = 0; mebibyte < mebibytes; mebibyte++)
                packed.Write(Blank);
        }
        return file.ToArray();
    }

    private static byte[] Page(byte[] packed) => Raw(
        ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
            $"<< /Length {packed.Length} /Filter /FlateDecode >>\nstream\n{Encoding.Latin1.GetString(packed)}\nendstream"]);

    private static byte[] Word(byte[] document) => Word(part => part.Write(document));

    private static byte[] Word(Action<Stream> write)
    {
        using var file = new MemoryStream();
        using (var package = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            using (var relations = package.CreateEntry("_rels/.rels").Open())
            {
                relations.Write(Bytes("<Relationships><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" "
                    + "Target=\"word/document.xml\"/></Relationships>"));
            }
            using var part = package.CreateEntry("word/document.xml", CompressionLevel.SmallestSize).Open();
            write(part);
        }
        return file.ToArray();
    }
}
