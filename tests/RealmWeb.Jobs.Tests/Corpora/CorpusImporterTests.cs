using System.Text;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Uploads;
using RealmWeb.Engine.Text;
using RealmWeb.Jobs.Corpora;
using RealmWeb.TestKit;

namespace RealmWeb.Jobs.Tests.Corpora;

/// <summary>Nothing of what is imported is lost or altered silently, however often and in whatever company it comes.</summary>
public sealed class CorpusImporterTests : IDisposable
{
    private static readonly WordPieceTokenizer Tokenizer = new(new Vocabulary(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "word"]));
    private readonly TempData _data = new();
    private readonly CorpusStore _corpus;

    public CorpusImporterTests() => _corpus = _data.Corpora.Create("handbook");

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Import_BeginsAgain_WhenAFileCameWhileItWasInterrupted()
    {
        var folder = Files([.. Enumerable.Range(0, 600).Select(i => ($"n{i:D4}.txt", $"word {i}"))]);
        Interrupt(folder, after: 550);
        // Sorts before all that were stored.
        Files(("a new one.txt", "word new"));

        var (done, _) = Import(folder);

        // A batch is stored after 500 documents, or after a second.
        Assert.InRange(done.Unchanged, 51, 550);
        Assert.Equal(601, done.Added + done.Unchanged);
        Assert.NotNull(_corpus.Documents.FindId("a new one.txt"));
        Assert.Equal(601, _corpus.Info().Documents);
    }

    [Fact]
    public void Import_BeginsAgain_WhenAFileChangedWhileItWasInterrupted()
    {
        var folder = Files([.. Enumerable.Range(0, 600).Select(i => ($"n{i:D4}.txt", $"word {i}"))]);
        Interrupt(folder, after: 550);
        Files(("n0001.txt", "word changed"));

        var (done, _) = Import(folder);

        Assert.Equal((1, 599), (done.Changed, done.Added + done.Unchanged));
    }

    [Fact]
    public void Import_GoesOn_WhenNothingChangedWhileItWasInterrupted()
    {
        var folder = Files([.. Enumerable.Range(0, 600).Select(i => ($"n{i:D4}.txt", $"word {i}"))]);
        Interrupt(folder, after: 550);

        var (done, departed) = Import(folder);

        Assert.Equal((600, 0), (done.Added, done.Unchanged));
        Assert.Empty(departed);
    }

    [Fact]
    public void Import_GoesOnWithinADumpOfAWiki_WithoutLossOrDoubles()
    {
        // Two streams of bzip2 in one file, as the parts of a dump follow each other; the import ends within the second.
        const string Head = "<mediawiki><siteinfo><namespaces><namespace key=\"0\" /></namespaces></siteinfo>\n";
        string Pages(int from) => string.Concat(Enumerable.Range(from, 600).Select(page =>
            $"<page><title>Word {page}</title><ns>0</ns><id>{page + 1}</id><revision><id>9</id><text>word {page}</text></revision></page>\n"));
        var folder = Directory.CreateDirectory(Path.Combine(_data.Folder, "wiki")).FullName;
        File.WriteAllBytes(
            Path.Combine(folder, "dump.xml.bz2"), [.. Bzip2Files.Pack(Head + Pages(0)), .. Bzip2Files.Pack($"{Pages(600)}</mediawiki>\n")]);
        Interrupt(folder, after: 1150);
        var stored = Documents();

        var (done, departed) = Import(folder);

        Assert.InRange(stored.Count, 650, 1150);
        Assert.Equal((1200, 0, 0), (done.Added, done.Changed, done.Unchanged));
        Assert.Empty(departed);
        var all = Documents();
        Assert.Equal(Enumerable.Range(0, 1200).Select(page => $"Word {page}").Order(StringComparer.Ordinal), all.Keys.Order(StringComparer.Ordinal));
        Assert.All(stored, document => Assert.Equal(document.Value, all[document.Key]));
        Assert.Equal(1200, _corpus.Info().Blocks);
    }

    [Fact]
    public void Import_ChangesNothingTheSecondTime_WhenIdsStandTwice()
    {
        var folder = Files(
            ("d.jsonl", "{\"id\":\"1\",\"text\":\"nine boats\"}\n{\"id\":\"2\",\"text\":\"another\"}\n{\"id\":\"1\",\"text\":\"six nets\"}\n"),
            ("e.jsonl", "{\"id\":\"1\",\"text\":\"three oars\"}\n"));
        var (first, _) = Import(folder);
        var stored = _corpus.Info();

        var (second, departed) = Import(folder);

        Assert.Equal((4, 1), (first.Added, first.ToldApart));
        Assert.Equal((0, 0, 4, 0), (second.Added, second.Changed, second.Unchanged, second.ToldApart));
        Assert.Empty(departed);
        Assert.Equal(stored, _corpus.Info());
        Assert.Equal(["1", "1#2", "2", "e.jsonl#1"], Ids());
    }

    [Fact]
    public void Import_KeepsBoth_WhenTwoFoldersHaveAFileOfOneName()
    {
        var (a, b) = (Files("a", ("readme.txt", "word eight")), Files("b", ("readme.txt", "word ten")));
        Import(a);

        Import(b);
        var (again, _) = Import(a, b);

        Assert.Equal(["b/readme.txt", "readme.txt"], Ids());
        Assert.Equal((0, 2), (again.Added + again.Changed, again.Unchanged));
    }

    [Fact]
    public void Import_NamesDocumentsThatLeft_ButNotThoseOfFilesThatCannotBeRead()
    {
        var folder = Files(
            ("gone.txt", "word"), ("kept.txt", "word kept"), ("bad.jsonl", "{\"id\":\"7\",\"text\":\"word\"}\n{\"id\":\"8\",\"text\":\"word 8\"}\n"));
        Import(folder);
        File.Delete(Path.Combine(folder, "gone.txt"));
        Files(("bad.jsonl", "{\"id\":\"7\",\"text\":\"word\"}\nbroken\n"));

        var (_, departed) = Import(folder);

        Assert.Equal("gone.txt", Assert.Single(departed).SourceId);
        Assert.Equal(4, _corpus.Info().Documents);
    }

    [Fact]
    public async Task Import_KeepsBoth_WhenAnUploadHasTwoFilesOfOneName()
    {
        var uploads = _data.Get<UploadStore>();
        using var upload = uploads.Begin();
        await uploads.AddAsync(
            upload.Name, "Garden rules.txt", new MemoryStream("word one"u8.ToArray()), cancellationToken: TestContext.Current.CancellationToken);
        await uploads.AddAsync(
            upload.Name, "Garden rules.txt", new MemoryStream("word two"u8.ToArray()), cancellationToken: TestContext.Current.CancellationToken);

        var (first, _) = ImportUpload(uploads, upload.Name);
        var (second, departed) = ImportUpload(uploads, upload.Name);

        Assert.Equal((2, 2), (first.Added, second.Unchanged));
        Assert.Empty(departed);
        Assert.Equal(["Garden rules (2).txt", "Garden rules.txt"], Ids());
    }

    [Fact]
    public async Task Import_ReplacesADocument_WhenItsFileIsSentAgain()
    {
        var uploads = _data.Get<UploadStore>();
        foreach (var text in new[] { "word one", "word two" })
        {
            using var upload = uploads.Begin();
            await uploads.AddAsync(
                upload.Name, "rules.txt", new MemoryStream(Encoding.UTF8.GetBytes(text)), cancellationToken: TestContext.Current.CancellationToken);
            ImportUpload(uploads, upload.Name);
        }

        Assert.Equal("word two", _corpus.Documents.Find(_corpus.Documents.FindId("rules.txt")!.Value)!.Text);
        Assert.Equal(1, _corpus.Info().Documents);
    }

    private ImportResult ImportUpload(UploadStore uploads, string upload)
    {
        var files = uploads.Files(upload);
        return CorpusImporter.Import(
            _corpus, Tokenizer, [.. files.Select(file => uploads.PathOf(upload, file))], "key", names: new UploadNames(files),
            cancellationToken: TestContext.Current.CancellationToken);
    }

    private ImportResult Import(params string[] paths) =>
        CorpusImporter.Import(_corpus, Tokenizer, paths, "key", cancellationToken: TestContext.Current.CancellationToken);

    // 500 documents are a batch, which is stored; one second of work is one too.
    private void Interrupt(string folder, int after)
    {
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => CorpusImporter.Import(
            _corpus, Tokenizer, [folder], "key",
            progress: now =>
            {
                if (now.Documents == after)
                    stop.Cancel();
            },
            cancellationToken: stop.Token));
    }

    private Dictionary<string, long> Documents() =>
        _corpus.Documents.List(pageSize: 10_000).Documents.ToDictionary(document => document.Title, document => document.Id);

    private string[] Ids() => [.. _corpus.Documents.List().Documents.Select(document => document.SourceId).Order(StringComparer.Ordinal)];

    private string Files(params (string Name, string Text)[] files) => Files("in", files);

    private string Files(string folder, params (string Name, string Text)[] files)
    {
        var path = Directory.CreateDirectory(Path.Combine(_data.Folder, folder)).FullName;
        foreach (var (name, text) in files)
            File.WriteAllText(Path.Combine(path, name), text);
        return path;
    }
}
