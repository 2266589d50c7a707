using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts.Schedules;
using RealmWeb.Contracts.Sources;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Sources;
using RealmWeb.Server.Tests.Hosting;
using RealmWeb.TestKit;

namespace RealmWeb.Server.Tests.Api;

public sealed class SourceTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sources_AreMadeTriedAndSynced_ByWhoeverCuratesTheCorpus()
    {
        var folder = Directory.CreateTempSubdirectory("realmweb-kept-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "garden.txt"), "The garden is open.", Stop);
            await using var site = await Site.StartAsync(null, [$"Realm:Jobs:SourceFolders:kept={folder.FullName}"]);
            var corpus = site.Services.GetRequiredService<CorpusLibrary>().Create("handbook");
            using var admin = await site.AdminAsync();
            using var curator = await site.SignedInAsync(Roles.Curator);
            var (sources, kept) = (ApiRoutes.Sources("handbook"), new SaveSourceRequest("Kept", SourceKind.Folder, "kept"));

            // what lies on the server is an administrator's to offer
            await Reply.ProblemAsync(await curator.PostAsJsonAsync(sources, kept, Stop), HttpStatusCode.Forbidden, "private-source");
            Assert.Empty((await Reply.GetAsync<SourceChoices>(curator, ApiRoutes.SourceChoices("handbook"))).Folders);
            Assert.Equal(["kept"], (await Reply.GetAsync<SourceChoices>(admin, ApiRoutes.SourceChoices("handbook"))).Folders);
            var made = await Reply.ValueAsync<SourceView>(await admin.PostAsJsonAsync(sources, kept, Stop));
            await Reply.ProblemAsync(
                await curator.PostAsJsonAsync(sources, new SaveSourceRequest("Inside", SourceKind.Website, "http://169.254.169.254/"), Stop),
                HttpStatusCode.BadRequest, "bad-source");

            // and a curator brings it into step
            var tried = await SyncAsync(curator, made.Id, dry: true);
            Assert.Equal((true, 1L, 0), (tried.DryRun, tried.Added, corpus.Info().Documents));
            var synced = await SyncAsync(curator, made.Id, dry: false);
            Assert.Equal((RunState.Succeeded, 1L, 1), (synced.State, synced.Added, corpus.Info().Documents));
            Assert.Equal(new SourceChange(SourceChangeKind.Added, "garden.txt", "garden"), Assert.Single(synced.Changes));

            // but does not change or delete it
            await Reply.ProblemAsync(
                await curator.PutAsJsonAsync(ApiRoutes.Source("handbook", made.Id), kept with { Name = "Mine" }, Stop), HttpStatusCode.Forbidden, "private-source");
            await Reply.ProblemAsync(
                await curator.DeleteAsync(ApiRoutes.DeleteSource("handbook", made.Id, documents: true), Stop), HttpStatusCode.Forbidden, "private-source");
            await Reply.ProblemAsync(await admin.DeleteAsync(ApiRoutes.Source("handbook", Guid.NewGuid()), Stop), HttpStatusCode.NotFound, "unknown-source");

            // with the corpus its sources go
            foreach (var run in await Reply.GetAsync<List<RunSnapshot>>(admin, ApiRoutes.Runs))
                await Reply.EndOfRunAsync(admin, run.Id);
            using var deleted = await admin.DeleteAsync(ApiRoutes.Corpus("handbook"), Stop);
            Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
            site.Services.GetRequiredService<CorpusLibrary>().Create("handbook");
            Assert.Empty(await Reply.GetAsync<List<SourceView>>(admin, sources));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Sources_OfAFormerCorpus_AreNotThoseOfTheNext()
    {
        await using var site = await Site.StartAsync();
        using var admin = await site.AdminAsync();
        var corpora = site.Services.GetRequiredService<CorpusLibrary>();
        await MakeAsync();

        // deleted by the command
        var deleted = await RealmProgram.RunAsync(["corpora", "delete", "handbook", "--data-dir", site.DataFolder]);
        Assert.True(deleted.Code == 0, deleted.Errors);
        await AssertNoneAsync();

        // and in a way that nobody told of
        await MakeAsync();
        corpora.Delete("handbook");
        (await admin.PostAsJsonAsync(ApiRoutes.Corpora, new CreateCorpusRequest("handbook"), Stop)).EnsureSuccessStatusCode();
        await AssertNoneAsync();
        Assert.Empty(await Reply.GetAsync<List<SourceView>>(admin, ApiRoutes.Sources("handbook")));

        async Task MakeAsync()
        {
            corpora.Create("handbook");
            var made = await Reply.ValueAsync<SourceView>(await admin.PostAsJsonAsync(
                ApiRoutes.Sources("handbook"), new SaveSourceRequest("Site", SourceKind.Website, "https://example.org", Times: new("0 3 * * *", "UTC")), Stop));
            Directory.CreateDirectory(site.Services.GetRequiredService<SourceStore>().FolderOf(made.Id));
        }

        async Task AssertNoneAsync()
        {
            Assert.Empty(await site.Services.GetRequiredService<SourceStore>().ListAsync("handbook", Stop));
            Assert.Empty(await Reply.GetAsync<List<ScheduleView>>(admin, ApiRoutes.Schedules));
            Assert.Empty(Directory.EnumerateDirectories(Path.Combine(site.DataFolder, "sources")));
        }
    }

    private static async Task<SourceSync> SyncAsync(HttpClient client, Guid id, bool dry)
    {
        var started = await Reply.ValueAsync<RunStarted>(
            await client.PostAsJsonAsync(ApiRoutes.SyncSource("handbook", id), new SyncSourceRequest(dry), Stop));
        while (true)
        {
            var sync = (await Reply.GetAsync<List<SourceView>>(client, ApiRoutes.Sources("handbook"))).Single().Last.First(last => last.RunId == started.RunId);
            if (sync.IsFinal)
                return sync;
            await Task.Delay(50, Stop);
        }
    }
}
