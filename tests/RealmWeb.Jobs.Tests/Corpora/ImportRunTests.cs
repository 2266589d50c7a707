using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data;
using RealmWeb.Data.Uploads;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Text;
using RealmWeb.Jobs.Corpora;
using RealmWeb.TestKit;

namespace RealmWeb.Jobs.Tests.Corpora;

public sealed class ImportRunTests : IDisposable
{
    private readonly TempData _data = new();

    public ImportRunTests()
    {
        _data.Corpora.Create("handbook");
        File.WriteAllText(Path.Combine(_data.Folder, "go"), "");
    }

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Import_StoresDocuments_AndBuildsTheIndexAfter()
    {
        var folder = Files(("a.md", "# Leave\n\nParental leave is six months."), ("b.txt", "The garden is open."));
        await using var host = await JobsHost.StartAsync(_data.Folder);

        var launched = await host.Launcher.LaunchAsync(new ImportParameters("handbook", [folder]), "ann");
        var run = await host.WaitForEndAsync(launched.Id);

        Assert.Equal(RunState.Succeeded, run.State);
        Assert.Equal(2, run.Metrics["documents"]);
        Assert.Equal(run.Total, run.Done);
        Assert.Equal(2, host.Corpora.Open("handbook").Info().Documents);
        Assert.Equal(BlockSplitter.DefaultMaxPieces, host.Corpora.Open("handbook").Info().BlockPieces);
        var build = (await host.Reader.ListAsync()).Single(other => other.Kind == RunKind.IndexBuild);
        Assert.Equal((RunState.Succeeded, "ann"), ((await host.WaitForEndAsync(build.Id)).State, build.StartedBy));
    }

    [Fact]
    public async Task Import_ChangesNothing_WhenItIsDoneAgain()
    {
        var folder = Files(("a.md", "# Leave\n\nParental leave is six months."));
        await using var host = await JobsHost.StartAsync(_data.Folder);
        await host.WaitForEndAsync((await host.Launcher.LaunchAsync(new ImportParameters("handbook", [folder], BuildIndex: false), "ann")).Id);
        var before = host.Corpora.Open("handbook").Info();

        var run = await host.WaitForEndAsync((await host.Launcher.LaunchAsync(new ImportParameters("handbook", [folder]), "ann")).Id);

        Assert.Equal(RunState.Succeeded, run.State);
        Assert.Equal(before, host.Corpora.Open("handbook").Info());
        Assert.DoesNotContain(await host.Reader.ListAsync(), other => other.Kind == RunKind.IndexBuild);
    }

    [Fact]
    public async Task Import_NamesWhatItSkipped()
    {
        var folder = Files(("a.md", "# Leave\n\nParental leave is six months."), ("photo.xyz", "???"));
        await using var host = await JobsHost.StartAsync(_data.Folder);

        var run = await host.WaitForEndAsync((await host.Launcher.LaunchAsync(new ImportParameters("handbook", [folder]), "ann")).Id);

        Assert.Equal(RunState.CompletedWithErrors, run.State);
        Assert.StartsWith("1 of 2 items", run.Error, StringComparison.Ordinal);
        Assert.Contains(await host.Reader.ReadLogAsync(run.Id), line => line.Level == "warning"
            && line.Message.Contains("photo.xyz", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Import_Fails_WhenNothingCanBeRead()
    {
        await using var host = await JobsHost.StartAsync(_data.Folder);

        var run = await host.WaitForEndAsync((await host.Launcher.LaunchAsync(new ImportParameters("handbook", ["/nowhere/at-all"]), "ann")).Id);

        Assert.Equal(RunState.Failed, run.State);
        Assert.Contains("/nowhere/at-all", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_DeletesNothing_WhenNothingCanBeRead()
    {
        var folder = Files(("a.txt", "The garden is open."));
        await using var host = await JobsHost.StartAsync(_data.Folder);
        await host.WaitForEndAsync((await host.Launcher.LaunchAsync(new ImportParameters("handbook", [folder], BuildIndex: false), "ann")).Id);
        File.Delete(Path.Combine(folder, "a.txt"));

        var run = await host.WaitForEndAsync((await host.Launcher.LaunchAsync(new ImportParameters("handbook", [folder], Prune: true), "ann")).Id);

        Assert.Equal((RunState.Failed, 1), (run.State, host.Corpora.Open("handbook").Info().Documents));
    }

    [Fact]
    public async Task Import_KeepsTheSendersNames_AndRemovesTheUpload()
    {
        await using var host = await JobsHost.StartAsync(_data.Folder);
        var uploads = host.Get<UploadStore>();
        using var pending = uploads.Begin();
        pending.Keep();
        var upload = pending.Name;
        await uploads.AddAsync(upload, "notes/Garden rules.txt", new MemoryStream("The garden is open."u8.ToArray()));
        await uploads.AddAsync(upload, "list.jsonl", new MemoryStream("{\"title\":\"T\",\"text\":\"One line.\"}\n"u8.ToArray()));

        var run = await host.WaitForEndAsync(
            (await host.Launcher.LaunchAsync(new ImportParameters("handbook", [], upload, BuildIndex: false), "ann", "key-1")).Id);
        var again = await host.Launcher.LaunchAsync(new ImportParameters("handbook", [], upload), "ann", "key-1");

        Assert.Equal((RunState.Succeeded, run.Id), (run.State, again.Id));
        var documents = host.Corpora.Open("handbook").Documents.List().Documents;
        Assert.Contains(documents, document => document is { SourceId: "notes/Garden rules.txt", Title: "Garden rules" });
        Assert.Contains(documents, document => document.SourceId.StartsWith("list.jsonl", StringComparison.Ordinal) && document.Title == "T");
        await host.WaitAsync(run.Id, _ => !Directory.Exists(Path.Combine(_data.Folder, "uploads", upload)));
    }

    [Fact]
    public async Task Import_FailsBeforeItBegins_WhenTheDiskHasNoRoom()
    {
        var folder = Files(("a.txt", "The garden is open."));
        await using var host =
            await JobsHost.StartAsync(
            _data.Folder, services: services => services.Configure<RealmDataOptions>(options => options.ReservedBytes = long.MaxValue / 2));

        var run = await host.WaitForEndAsync((await host.Launcher.LaunchAsync(new ImportParameters("handbook", [folder]), "ann")).Id);

        Assert.Equal(RunState.Failed, run.State);
        Assert.StartsWith("The import needs 0.0 MiB but only 0.0 MiB may be used on the data disk.", run.Error, StringComparison.Ordinal);
        Assert.Equal(0, host.Corpora.Open("handbook").Info().Documents);
    }

    [Fact]
    public async Task Cancel_ReachesTheLoop()
    {
        var folder = Files([.. Enumerable.Range(0, 1500).Select(i => ($"{i}.txt", string.Join(' ', Enumerable.Repeat($"word {i}.", 400))))]);
        await using var host = await JobsHost.StartAsync(_data.Folder);
        var launched = await host.Launcher.LaunchAsync(new ImportParameters("handbook", [folder]), "ann");
        await host.WaitAsync(launched.Id, run => run.Done > 0);

        await host.Launcher.CancelAsync(launched.Id);
        var run = await host.WaitForEndAsync(launched.Id);

        Assert.Equal(RunState.Cancelled, run.State);
        Assert.True(host.Corpora.Open("handbook").Info().Documents < 1500);
    }

    [Fact]
    public async Task Import_GoesOnWhereItWas_AfterAnOrderlyShutdown()
    {
        // Six batches: the shutdown comes in the middle however fast the machine is.
        const int Count = 3000;
        var folder = Files([.. Enumerable.Range(0, Count).Select(i => ($"{i:D4}.txt", string.Join(' ', Enumerable.Repeat($"word {i}.", 100))))]);
        Guid id;
        await using (var host = await JobsHost.StartAsync(_data.Folder))
        {
            id = (await host.Launcher.LaunchAsync(new ImportParameters("handbook", [folder], BuildIndex: false), "ann")).Id;
            await host.WaitAsync(id, _ => host.Corpora.Open("handbook").Info().Documents > 0);
        }
        var between = _data.Corpora.Open("handbook").Info().Documents;

        await using var next = await JobsHost.StartAsync(_data.Folder);
        var run = await next.WaitForEndAsync(id);

        Assert.InRange(between, 1, Count - 1);
        Assert.Equal((RunState.Succeeded, Count), (run.State, run.Metrics["documents"]));
        Assert.Equal(Count, next.Corpora.Open("handbook").Info().Documents);
        Assert.Equal(1, (await next.Store.FindAsync(id))!.Attempt);
        Assert.Contains($"{Count} documents added", (await next.Reader.ReadLogAsync(id))[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_StoresOneBlockForEachPiece_ThatTheSplitterMakes()
    {
        var vocabulary = new Vocabulary(
            ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "word", ".", .. Enumerable.Range(0, 10).SelectMany(i => new[] { $"{i}", $"##{i}" })]);
        var text = string.Join(' ', Enumerable.Range(0, 400).Select(i => $"Word word {i}."));
        var folder = Files(("long.txt", text));
        var corpus = _data.Corpora.Open("handbook");

        var (done, _) = CorpusImporter.Import(
            corpus, new WordPieceTokenizer(vocabulary), [folder], "key", cancellationToken: TestContext.Current.CancellationToken);

        var stored = new CorpusBlockStore(corpus).EnumerateBlocks().ToList();
        Assert.Equal(done.Blocks, stored.Count);
        Assert.True(stored.Count > 5);
        Assert.Equal(text, corpus.Documents.Find(stored[0].DocumentId)!.Text);
        Assert.All(stored, block => Assert.Equal(text[block.Block.Start..block.Block.End], block.Block.Text));
        Assert.NotEmpty(new CorpusLexicalIndex(corpus).Search("word 399", 3, TestContext.Current.CancellationToken));
    }

    private string Files(params (string Name, string Text)[] files)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_data.Folder, "in")).FullName;
        foreach (var (name, text) in files)
            File.WriteAllText(Path.Combine(folder, name), text);
        return folder;
    }
}
