using System.IO.Hashing;
using System.Net.Http.Json;
using System.Net;
using System.Text.Json;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Models;
using RealmWeb.Contracts.Questions;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts.Sources;
using RealmWeb.Contracts;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Runs;
using RealmWeb.Engine.Retrieval.Index;
using RealmWeb.TestKit;

namespace RealmWeb.Server.Tests.Hosting;

/// <summary>The server as a user starts it, killed with signal 9 in the middle of its work and started again on the same folder.</summary>
public sealed class KilledServerTests : IDisposable
{
    private const int Documents = 20_000;
    private const string Corpus = "ledger";

    // A value that no embedder writes: where it is found again, the shard was used and not made anew.
    private const float Marker = 12345.5f;

    private readonly string _folder = Directory.CreateTempSubdirectory("realmweb-killed-").FullName;
    private readonly CookieContainer _cookies = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task ImportAndIndexBuild_GoOnWithNothingTwiceAndNothingLost_WhenTheServerIsKilledInEach()
    {
        RandomModel.Make(Path.Combine(_folder, "models", AskableSite.Model));
        Guid import;
        await using (var first = await StartAsync())
        {
            using var client = await SetUpAsync(first);
            import = await UploadAsync(client);
            await WaitAsync(client, runs => runs.Any(run => run.Id == import && Stored() > 0));
            await first.KillAsync();
        }
        var stored = Stored();

        RunSnapshot build;
        await using (var second = await StartAsync())
        {
            using var client = Client(second);
            var runs = await WaitAsync(client, runs => runs.Any(run => run is { Kind: RunKind.IndexBuild, Done: > 0 }));
            build = runs.Single(run => run.Kind == RunKind.IndexBuild);
            await second.KillAsync();
        }
        await EndOfChildAsync(build.Id);
        var whole = MarkFirstShard();

        await using var third = await StartAsync();
        using var user = Client(third);
        var ended = await WaitAsync(user, runs => runs.All(run => run.IsFinal));
        var corpus = await Reply.GetAsync<CorpusSummary>(user, ApiRoutes.Corpus(Corpus));
        var answer = await Reply.ValueAsync<AskResponse>(await user.PostAsJsonAsync(
            ApiRoutes.Ask, new AskRequest("Who keeps ledger 19999?", Corpus), TestContext.Current.CancellationToken));
        var log = await Reply.GetAsync<List<RunLogLine>>(user, ApiRoutes.RunLog(import, 0));

        Assert.InRange(stored, 1, Documents - 1);
        Assert.InRange(whole, 1, Documents / IndexBuilder.ShardBlocks);
        Assert.Equal([RunKind.IndexBuild, RunKind.Import], ended.Select(run => run.Kind));
        Assert.All(ended, run => Assert.True(run.State == RunState.Succeeded, $"{run.Kind} ended as {run.State}: {run.Error}"));
        Assert.All(await AttemptsAsync(build.Id, import), attempt => Assert.Equal(2, attempt));
        // Had the import begun anew, what was stored before the kill would count as unchanged.
        Assert.Contains(log, line => line.Message.StartsWith($"{Documents} documents added, 0 changed, 0 unchanged, 0 skipped", StringComparison.Ordinal));
        Assert.Equal((Documents, Documents, Documents, false), (corpus.Documents, corpus.Blocks, corpus.IndexedBlocks, corpus.IndexStale));
        Assert.Equal(Documents, DistinctTitles());
        Assert.Equal(Marker, FirstValueOfTheIndex(out var generations));
        Assert.Equal(1, generations);
        Assert.Contains(answer.Evidence, passage => passage.Text.Contains("ledger 19999", StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(_folder, "uploads")));
    }

    [Fact]
    public async Task Sync_GoesOnAndTakesOverExactlyTheChanges_WhenServerAndChildAreKilledInIt()
    {
        RandomModel.Make(Path.Combine(_folder, "models", AskableSite.Model));
        var watched = Directory.CreateDirectory(Path.Combine(_folder, "watched")).FullName;
        var settings = $"Realm:Jobs:SourceFolders:watched={watched}";
        Write("same.txt", "The pier is of oak.");
        Write("changes.txt", "The harbour opens at six.");
        Write("goes.txt", "The crane is yellow.");
        SourceView source;
        Guid sync;
        await using (var first = await StartAsync(settings))
        {
            using var client = await SetUpAsync(first);
            source = await Reply.ValueAsync<SourceView>(await client.PostAsJsonAsync(
                ApiRoutes.Sources(Corpus), new SaveSourceRequest("Watched", SourceKind.Folder, "watched"), TestContext.Current.CancellationToken));
            await SyncAsync(client, source);
            await WaitAsync(client, runs => runs.Count == 2 && runs.All(run => run.IsFinal));
            Write("changes.txt", "The harbour opens at five.");
            File.Delete(Path.Combine(watched, "goes.txt"));
            Write("ledgers.jsonl", Ledgers());
            sync = await SyncAsync(client, source);
            await WaitAsync(client, _ => Stored() > 3);
            await first.KillAsync(children: true);
        }
        var stored = Stored();

        await using var second = await StartAsync(settings);
        using var user = Client(second);
        var ended = (await WaitAsync(user, runs => runs.Any(run => run.Id == sync && run.IsFinal))).Single(run => run.Id == sync);
        var attempts = await AttemptsAsync(sync);
        var done = (await Reply.GetAsync<List<SourceView>>(user, ApiRoutes.Sources(Corpus))).Single().Last.Single(last => last.RunId == sync);
        var documents = await Reply.GetAsync<DocumentPage>(user, $"{ApiRoutes.Documents(Corpus)}?search=.txt");

        Assert.InRange(stored, 4, Documents + 2);
        Assert.True(ended.State == RunState.Succeeded, $"The sync ended as {ended.State}: {ended.Error}");
        Assert.Equal([2], attempts);
        Assert.Equal(((long)Documents, 1L, 1L, 1L), (done.Added, done.Changed, done.Removed, done.Unchanged));
        Assert.Equal(["changes.txt"], done.Changes.Where(change => change.What == SourceChangeKind.Changed).Select(change => change.Document));
        Assert.Equal(["goes.txt"], done.Changes.Where(change => change.What == SourceChangeKind.Removed).Select(change => change.Document));
        Assert.Equal(["changes.txt", "same.txt"], documents.Documents.Select(document => document.SourceId).Order(StringComparer.Ordinal));
        Assert.Equal((Documents + 2, Documents + 2), (Stored(), DistinctTitles()));

        void Write(string name, string text) => File.WriteAllText(Path.Combine(watched, name), text);
    }

    private static async Task<Guid> SyncAsync(HttpClient client, SourceView source) => (await Reply.ValueAsync<RunStarted>(await client.PostAsJsonAsync(
        ApiRoutes.SyncSource(Corpus, source.Id), new SyncSourceRequest(), TestContext.Current.CancellationToken))).RunId;

    private Task<ServerProcess> StartAsync(params string[] settings) => ServerProcess.StartAsync(
        AppContext.BaseDirectory, _folder, ["Realm:ImportSample=false", "Realm:Jobs:ReconcileInterval=00:00:01", .. settings]);

    // The keys that sign cookies lie in the data folder, so the one from before the first kill stays good.
    private HttpClient Client(ServerProcess server) => new(new SocketsHttpHandler { CookieContainer = _cookies }) { BaseAddress = server.Address };

    private async Task<HttpClient> SetUpAsync(ServerProcess server)
    {
        var client = Client(server);
        (await client.PostAsJsonAsync(
            ApiRoutes.Setup, new SetupRequest(await server.SetupCodeAsync(), Site.AdminName, Site.Password), TestContext.Current.CancellationToken))
            .EnsureSuccessStatusCode();
        (await client.PostAsJsonAsync(ApiRoutes.PromoteModel(AskableSite.Model), new PromoteRequest("small"), TestContext.Current.CancellationToken))
            .EnsureSuccessStatusCode();
        (await client.PostAsJsonAsync(ApiRoutes.Corpora, new CreateCorpusRequest(Corpus, "Ledgers"), TestContext.Current.CancellationToken))
            .EnsureSuccessStatusCode();
        return client;
    }

    private static string Ledgers() => string.Concat(Enumerable.Range(0, Documents).Select(i =>
        JsonSerializer.Serialize(new { id = $"{i}", title = $"Ledger {i}", text = $"The keeper of ledger {i} is clerk number {i * 7}." }) + "\n"));

    private static async Task<Guid> UploadAsync(HttpClient client)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes(Ledgers())), "files", "ledgers.jsonl" } };
        return (await Reply.ValueAsync<UploadAccepted>(await client.PostAsync(ApiRoutes.Files(Corpus), form, TestContext.Current.CancellationToken))).RunId;
    }

    private static async Task<List<RunSnapshot>> WaitAsync(HttpClient client, Func<List<RunSnapshot>, bool> passes)
    {
        var until = TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(10);
        while (true)
        {
            var runs = await Reply.GetAsync<List<RunSnapshot>>(client, ApiRoutes.Runs);
            if (passes(runs))
                return runs;
            Assert.True(TimeProvider.System.GetUtcNow() < until,
                string.Join('\n', runs.Select(run => $"{run.Kind} stays {run.State} at {run.Done} of {run.Total}: {run.Error}")));
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    // The child that embeds hears its parent's end as the end of its input, and stops behind the shard it is in.
    private async Task EndOfChildAsync(Guid run)
    {
        using var services = TempData.ServicesIn(_folder);
        var left = await services.GetRequiredService<RunStore>().FindAsync(run, TestContext.Current.CancellationToken);
        for (var waited = 0; left!.Child is { } child && ProcessIdentity.IsAlive(child) != false; waited++)
        {
            Assert.True(waited < 1200, "The child of the killed server lives on after a minute.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private long Stored() => new CorpusLibrary(new(_folder), TimeProvider.System).Open(Corpus).Info().Documents;

    private int DistinctTitles() =>
        new CorpusLibrary(new(_folder), TimeProvider.System).Open(Corpus).Blocks.Enumerate().Select(block => block.Title).Distinct().Count();

    private async Task<int[]> AttemptsAsync(params Guid[] runs)
    {
        using var services = TempData.ServicesIn(_folder);
        var store = services.GetRequiredService<RunStore>();
        return await Task.WhenAll(runs.Select(async run => (await store.FindAsync(run, TestContext.Current.CancellationToken))!.Attempt));
    }

    /// <returns>How many whole shards the killed build left.</returns>
    private int MarkFirstShard()
    {
        var index = new CorpusLibrary(new(_folder), TimeProvider.System).Open(Corpus).IndexFolder;
        var building = Assert.Single(Directory.EnumerateDirectories(index, "building-*"));
        // Count, checksum, rows, ids of 16 bytes, vectors.
        var shard = File.ReadAllBytes(GenerationFiles.Shard(building, 0));
        const int Header = 2 * sizeof(long);
        BitConverter.GetBytes(Marker).CopyTo(shard, Header + (sizeof(long) + 16) * IndexBuilder.ShardBlocks);
        BitConverter.GetBytes(XxHash3.HashToUInt64(shard.AsSpan(Header))).CopyTo(shard, sizeof(long));
        File.WriteAllBytes(GenerationFiles.Shard(building, 0), shard);
        return Directory.EnumerateFiles(building, "shard-*.bin").Count();
    }

    private float FirstValueOfTheIndex(out int generations)
    {
        var index = new CorpusLibrary(new(_folder), TimeProvider.System).Open(Corpus).IndexFolder;
        generations = Directory.EnumerateDirectories(index).Count();
        using var current = IndexFolder.OpenCurrent(index)!;
        return current.Vectors([new CorpusLibrary(new(_folder), TimeProvider.System).Open(Corpus).Blocks.Enumerate().First().Row])[0];
    }
}
