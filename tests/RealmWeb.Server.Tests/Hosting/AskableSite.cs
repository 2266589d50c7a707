using System.Net.Http.Json;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts;
using RealmWeb.TestKit;

namespace RealmWeb.Server.Tests.Hosting;

/// <summary>A site that answers: some articles of the sample, uploaded and indexed by ordinary runs, read by a tiny model with random weights.
/// What it answers means nothing; that everything it says fits together is what is tested.</summary>
public sealed class AskableSite : IAsyncLifetime
{
    public const string Corpus = "articles";
    public const string Model = "tiny";

    public Site Site { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Site = await Site.StartAsync(null, "Realm:AsksPerMinute=10000", "Realm:FileMaxBytes=100000");
        try
        {
            await FillAsync();
        }
        catch (Exception exception)
        {
            // The reply names only a trace; what happened stands in the log.
            throw new InvalidOperationException(string.Join('\n', Site.Log.Where(line => line.StartsWith("Error", StringComparison.Ordinal))), exception);
        }
    }

    private async Task FillAsync()
    {
        using var admin = await Site.AdminAsync();
        await FillAsync(Site, admin);
    }

    /// <summary>Promotes a model with random weights and imports the articles, up to the end of the index build.</summary>
    public static async Task FillAsync(Site site, HttpClient admin)
    {
        RandomModel.Make(Path.Combine(site.DataFolder, "models", Model));
        (await admin.PostAsJsonAsync(ApiRoutes.Corpora, new CreateCorpusRequest(Corpus, "Articles"), TestContext.Current.CancellationToken))
            .EnsureSuccessStatusCode();
        (await admin.PostAsJsonAsync(ApiRoutes.PromoteModel(Model), new Contracts.Models.PromoteRequest("the only one"), TestContext.Current.CancellationToken))
            .EnsureSuccessStatusCode();
        using var form = new MultipartFormDataContent();
        foreach (var article in RandomModel.Articles)
            form.Add(new ByteArrayContent(await File.ReadAllBytesAsync(article, TestContext.Current.CancellationToken)), "files", Path.GetFileName(article));
        var accepted = await Reply.ValueAsync<UploadAccepted>(await admin.PostAsync(ApiRoutes.Files(Corpus), form, TestContext.Current.CancellationToken));

        Require(await Reply.EndOfRunAsync(admin, accepted.RunId));
        foreach (var run in (await Reply.GetAsync<List<RunSnapshot>>(admin, ApiRoutes.Runs)).Where(run => run.Kind == RunKind.IndexBuild))
            Require(await Reply.EndOfRunAsync(admin, run.Id));
    }

    public ValueTask DisposeAsync() => Site.DisposeAsync();

    private static void Require(RunSnapshot run) => Assert.True(run.State == RunState.Succeeded, $"{run.Kind} ended as {run.State}: {run.Error}");
}

[CollectionDefinition(Name)]
public sealed class AskingTests : ICollectionFixture<AskableSite>
{
    public const string Name = "asking";
}
