using System.IO.Compression;
using System.Net.Http.Json;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Models;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts;
using RealmWeb.Data.Models;
using RealmWeb.Engine.Models;
using RealmWeb.Server.Models;
using RealmWeb.Server.Tests.Hosting;
using RealmWeb.TestKit;

namespace RealmWeb.Server.Tests.Api;

[Collection(AskingTests.Name)]
public sealed class ModelsTests(AskableSite shared)
{
    [Fact]
    public async Task Promotion_RebuildsTheIndexAndIsWrittenDown_AndRollbackGoesBack()
    {
        using var admin = await shared.Site.AdminAsync();
        RandomModel.Make(Path.Combine(shared.Site.DataFolder, "models", "other"), seed: 2);

        var promotion = await Reply.ValueAsync<Promotion>(await PostAsync(admin, ApiRoutes.PromoteModel("other"), "it is newer"));
        var promoted = await Reply.GetAsync<ModelSummary>(admin, ApiRoutes.Production);
        await EndOfBuildsAsync(admin);
        var corpus = await Reply.GetAsync<CorpusSummary>(admin, ApiRoutes.Corpus(AskableSite.Corpus));
        await Reply.ValueAsync<Promotion>(await PostAsync(admin, ApiRoutes.Rollback, ""));
        var models = await Reply.GetAsync<List<ModelSummary>>(admin, ApiRoutes.Models);
        var ledger = await Reply.GetAsync<List<Promotion>>(admin, ApiRoutes.Promotions);
        await EndOfBuildsAsync(admin);

        Assert.Equal(("other", AskableSite.Model, "it is newer", Site.AdminName), (promotion.Model, promotion.Previous, promotion.Reason, promotion.By));
        Assert.Equal("other", promoted.Name);
        Assert.Equal(("other", false), (corpus.Model, corpus.IndexStale));
        Assert.Equal(AskableSite.Model, models.Single(model => model.InProduction).Name);
        Assert.Equal([AskableSite.Model, "other"], ledger.Take(2).Select(entry => entry.Model));
    }

    [Fact]
    public async Task Model_IsGivenOutAsAFolderThatLoads()
    {
        using var admin = await shared.Site.AdminAsync();

        await using var archive = await admin.GetStreamAsync(ApiRoutes.ModelFiles(AskableSite.Model), TestContext.Current.CancellationToken);
        using var unknown = await admin.GetAsync(ApiRoutes.ModelFiles("nobody"), TestContext.Current.CancellationToken);

        var folder = Directory.CreateTempSubdirectory("realm-model-").FullName;
        await ZipFile.ExtractToDirectoryAsync(archive, folder, TestContext.Current.CancellationToken);
        Assert.True(ModelFiles.Exists(folder));
        var kept = ModelFiles.Weights(Path.Combine(shared.Site.DataFolder, "models", AskableSite.Model));
        Assert.Equal(await File.ReadAllBytesAsync(kept, TestContext.Current.CancellationToken),
            await File.ReadAllBytesAsync(ModelFiles.Weights(folder), TestContext.Current.CancellationToken));
        Directory.Delete(folder, recursive: true);
        await Reply.ProblemAsync(unknown, HttpStatusCode.NotFound, "unknown-model");
    }

    [Fact]
    public async Task Archive_HasNoName_SoThatAKilledDownloadLeavesNothing()
    {
        var entry = shared.Site.Services.GetRequiredService<ModelLibrary>().Get(AskableSite.Model);

        await using var archive = await shared.Site.Services.GetRequiredService<ModelDownload>().OpenAsync(entry, TestContext.Current.CancellationToken);

        Assert.NotEqual(0, archive.Length);
        Assert.Equal(OperatingSystem.IsWindows() ? 1 : 0, Directory.EnumerateFiles(Path.Combine(shared.Site.DataFolder, "scratch")).Count());
    }

    [Theory]
    [InlineData(RunKind.Import, 10, "fresh", "articles", HttpStatusCode.BadRequest, "bad-training")]
    [InlineData(RunKind.FineTune, 0, "fresh", "articles", HttpStatusCode.BadRequest, "bad-training")]
    [InlineData(RunKind.FineTune, 10, AskableSite.Model, "articles", HttpStatusCode.BadRequest, "bad-training")]
    [InlineData(RunKind.PreTrain, 10, "fresh", "nowhere", HttpStatusCode.NotFound, "unknown-corpus")]
    public async Task Training_IsRefusedWithTheReason_WhenSomethingIsWrong(
        RunKind kind, int steps, string newModel, string corpus, HttpStatusCode status, string problem)
    {
        using var admin = await shared.Site.AdminAsync();

        using var reply = await admin.PostAsJsonAsync(
            ApiRoutes.Training, new StartTrainingRequest(kind, corpus, steps, "", newModel), TestContext.Current.CancellationToken);

        await Reply.ProblemAsync(reply, status, problem);
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string route, string reason) =>
        client.PostAsJsonAsync(route, new PromoteRequest(reason), TestContext.Current.CancellationToken);

    private static async Task EndOfBuildsAsync(HttpClient admin)
    {
        // Other tests of this site import files that cannot be read.
        var runs = await Reply.GetAsync<List<RunSnapshot>>(admin, ApiRoutes.Runs);
        foreach (var run in runs.Where(run => run is { Kind: RunKind.IndexBuild, Target: AskableSite.Corpus }))
        {
            var ended = await Reply.EndOfRunAsync(admin, run.Id);
            Assert.True(ended.State == RunState.Succeeded, $"{ended.Kind} ended as {ended.State}: {ended.Error}");
        }
    }
}
