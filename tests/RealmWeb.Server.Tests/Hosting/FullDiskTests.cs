using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Questions;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Access;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Questions;
using RealmWeb.TestKit;

namespace RealmWeb.Server.Tests.Hosting;

/// <summary>The server as a user starts it, on a disk that takes no more: here a limit for the size of a file, which needs no rights of an
/// administrator and gives the same errors of the same calls.</summary>
public sealed class FullDiskTests : IAsyncLifetime
{
    private const string Corpus = "notes";
    private const int Asked = 12;

    private readonly string _folder = Directory.CreateTempSubdirectory("realmweb-full-").FullName;
    private readonly CookieContainer _cookies = new();

    public async ValueTask InitializeAsync()
    {
        await using var site = await Site.StartAsync(_folder);
        RandomModel.Make(Path.Combine(_folder, "models", "tiny"));
        using var admin = await site.AdminAsync();
        (await admin.PostAsJsonAsync(
            ApiRoutes.PromoteModel("tiny"), new Contracts.Models.PromoteRequest("the only one"), TestContext.Current.CancellationToken))
            .EnsureSuccessStatusCode();
        (await admin.PostAsJsonAsync(ApiRoutes.Corpora, new CreateCorpusRequest(Corpus), TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        await Reply.EndOfRunAsync(admin, await UploadAsync(admin, 3));
        foreach (var build in (await Reply.GetAsync<List<RunSnapshot>>(admin, ApiRoutes.Runs)).Where(run => !run.IsFinal))
            await Reply.EndOfRunAsync(admin, build.Id);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Asking_GoesOn_WhenNoQuestionCanBeKept()
    {
        // Enough for SQLite's index of the log, and a few pages of the log.
        await using var server = await ServerProcess.StartOnFullDiskAsync(AppContext.BaseDirectory, _folder, 128, "Realm:ImportSample=false");
        using var client = new HttpClient { BaseAddress = server.Address };

        for (var i = 0; i < Asked; i++)
        {
            var answer = await Reply.ValueAsync<AskResponse>(await client.PostAsJsonAsync(
                ApiRoutes.Ask, new AskRequest($"Who keeps ledger {i}? {new string('x', 800)}", Corpus), TestContext.Current.CancellationToken));
            Assert.NotEmpty(answer.Evidence);
        }

        // Beside the answers: it may come a moment after the last.
        for (var waited = 0; !server.Output.Contains("could not be kept", StringComparison.Ordinal); waited++)
        {
            Assert.True(waited < 600, server.Output);
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
        await server.KillAsync();
        using var services = TempData.ServicesIn(_folder);
        var kept = await services.GetRequiredService<QuestionStore>().ListAsync(CorpusScope.All, Corpus, cancellationToken: TestContext.Current.CancellationToken);
        Assert.InRange(kept.Count, 0, Asked - 1);
    }

    [Fact]
    public async Task Upload_IsRefused_AndAnImportFailsWithTheReason_WhenTheyFillTheDisk()
    {
        await using var server = await ServerProcess.StartOnFullDiskAsync(
            AppContext.BaseDirectory, _folder, 4096, "Realm:ImportSample=false", "Realm:Jobs:ReconcileInterval=00:00:01");
        using var admin = new HttpClient(new SocketsHttpHandler { CookieContainer = _cookies }) { BaseAddress = server.Address };
        (await admin.PostAsJsonAsync(ApiRoutes.SignIn, new SignInRequest(Site.AdminName, Site.Password), TestContext.Current.CancellationToken))
            .EnsureSuccessStatusCode();

        using var large = new MultipartFormDataContent { { new ByteArrayContent(new byte[3 << 20]), "files", "large.txt" } };
        var refused = await Reply.ProblemAsync(
            await admin.PostAsync(ApiRoutes.Files(Corpus), large, TestContext.Current.CancellationToken), HttpStatusCode.InsufficientStorage, "disk-full");
        var run = await Reply.EndOfRunAsync(admin, await UploadAsync(admin, 20_000));

        Assert.StartsWith("The data disk is full", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(RunState.Failed, run.State);
        Assert.StartsWith("The data disk is full, or a quota or a limit for files is reached (the database cannot grow).", run.Error, StringComparison.Ordinal);
        // Removed beside the end of the run, which may be told before.
        for (var waited = 0; Directory.EnumerateFileSystemEntries(Path.Combine(_folder, "uploads")).Any(); waited++)
        {
            Assert.True(waited < 600, "The uploads are left behind.");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
        // What was stored before stays whole.
        Assert.Equal(3, new CorpusLibrary(new(_folder), TimeProvider.System).Open(Corpus).Documents.List("Note ").Total);
    }

    [Fact]
    public async Task Ready_Fails_WhenTooLittleIsFree()
    {
        await using var site = await Site.StartAsync(_folder, "Realm:Data:LeastFreeBytes=9000000000000000000");
        using var client = site.Anonymous();

        using var ready = await client.GetAsync(ApiRoutes.Ready, TestContext.Current.CancellationToken);
        using var live = await client.GetAsync(ApiRoutes.Live, TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK), (ready.StatusCode, live.StatusCode));
    }

    private static async Task<Guid> UploadAsync(HttpClient client, int documents)
    {
        using var file = new MemoryStream();
        using (var zip = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var i = 0; i < documents; i++)
                zip.Write(Encoding.UTF8.GetBytes(
                    JsonSerializer.Serialize(
                    new { id = $"{documents}-{i}", title = documents > 3 ? $"Ledger {i}" : $"Note {i}",
                    text = $"The keeper of ledger {i} is clerk number {i * 7}." }) + "\n"));
        }
        using var form = new MultipartFormDataContent { { new ByteArrayContent(file.ToArray()), "files", "ledgers.jsonl.gz" } };
        return (await Reply.ValueAsync<UploadAccepted>(await client.PostAsync(ApiRoutes.Files(Corpus), form, TestContext.Current.CancellationToken))).RunId;
    }
}
