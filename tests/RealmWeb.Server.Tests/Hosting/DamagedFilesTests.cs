using System.Net;
using System.Net.Http.Json;
using Microsoft.Data.Sqlite;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Questions;
using RealmWeb.Contracts.QuestionSets;
using RealmWeb.Contracts.Runs;
using RealmWeb.Engine.Retrieval.Index;

namespace RealmWeb.Server.Tests.Hosting;

/// <summary>One bad file costs only what it holds, and the site says which it is and what to do.</summary>
public sealed class DamagedFilesTests : IAsyncLifetime
{
    private readonly AskableSite _askable = new();

    private Site Site => _askable.Site;

    public ValueTask InitializeAsync() => _askable.InitializeAsync();

    public ValueTask DisposeAsync() => _askable.DisposeAsync();

    [Theory]
    [InlineData("manifest.json")]
    [InlineData("vectors.realm")]
    public async Task Terms_Answer_AndTheIndexIsBuiltAgain_WhenAFileOfItIsDamaged(string name)
    {
        var index = Path.Combine(Site.DataFolder, "corpora", AskableSite.Corpus, "index");
        var file = Path.Combine(index, IndexFolder.Current(index)!, name);
        using var admin = await Site.AdminAsync();
        using var anybody = Site.Anonymous();
        Damage(file);

        var byTerms = await AskAsync(anybody, Retriever.Hybrid);
        var refused = await Reply.ProblemAsync(
            await anybody.PostAsJsonAsync(ApiRoutes.Ask, Question(Retriever.Dense), TestContext.Current.CancellationToken), HttpStatusCode.Conflict,
                "no-index");
        var shown = Assert.Single(await Reply.GetAsync<List<CorpusSummary>>(admin, ApiRoutes.Corpora));
        var toAnybody = Assert.Single(await Reply.GetAsync<List<CorpusSummary>>(anybody, ApiRoutes.Corpora));
        var info = await Reply.GetAsync<AskInfo>(anybody, ApiRoutes.AskInfo);
        var build = await Reply.ValueAsync<RunStarted>(await admin.PostAsync(ApiRoutes.Index(AskableSite.Corpus), null, TestContext.Current.CancellationToken));
        var built = await Reply.EndOfRunAsync(admin, build.RunId);
        var byMeaning = await AskAsync(anybody, Retriever.Dense);
        var repaired = Assert.Single(await Reply.GetAsync<List<CorpusSummary>>(admin, ApiRoutes.Corpora));

        Assert.NotEmpty(byTerms.Evidence);
        Assert.Contains("is damaged", refused.Detail, StringComparison.Ordinal);
        Assert.Equal((null, true), (shown.Generation, shown.Documents > 0));
        Assert.Contains(file, shown.IndexDamage, StringComparison.Ordinal);
        Assert.DoesNotContain(Site.DataFolder, toAnybody.IndexDamage, StringComparison.Ordinal);
        Assert.Equal((null, true), (info.AnswersFrom, info.IndexDamaged));
        Assert.Equal(RunState.Succeeded, built.State);
        Assert.NotEmpty(byMeaning.Evidence);
        Assert.Equal((null, null), (repaired.Damage, repaired.IndexDamage));
    }

    [Fact]
    public async Task Corpora_AreListed_AndTheDamagedOneCanBeDeleted_WhenItsDatabaseIsDamaged()
    {
        using var admin = await Site.AdminAsync();
        using var anybody = Site.Anonymous();
        (await admin.PostAsJsonAsync(ApiRoutes.Corpora, new CreateCorpusRequest("a-lost-one"), TestContext.Current.CancellationToken))
            .EnsureSuccessStatusCode();
        SqliteConnection.ClearAllPools();
        await File.WriteAllTextAsync(
            Path.Combine(Site.DataFolder, "corpora", "a-lost-one", "corpus.db"), new string('x', 8192), TestContext.Current.CancellationToken);

        var shown = await Reply.GetAsync<List<CorpusSummary>>(admin, ApiRoutes.Corpora);
        var byDefault = await Reply.GetAsync<AskInfo>(anybody, ApiRoutes.AskInfo);
        var asked = await Reply.ProblemAsync(
            await anybody.PostAsJsonAsync(ApiRoutes.Ask, new AskRequest("Who?", "a-lost-one"), TestContext.Current.CancellationToken),
            HttpStatusCode.ServiceUnavailable, "corpus-damaged");
        await Reply.ProblemAsync(
            await admin.GetAsync($"{ApiRoutes.Corpora}/a-lost-one/documents", TestContext.Current.CancellationToken), HttpStatusCode.ServiceUnavailable,
                "file-damaged");
        using var deleted = await admin.DeleteAsync(ApiRoutes.Corpus("a-lost-one"), TestContext.Current.CancellationToken);

        Assert.Equal(["a-lost-one", AskableSite.Corpus], shown.Select(corpus => corpus.Name));
        Assert.Contains("corpus.db is damaged", shown[0].Damage, StringComparison.Ordinal);
        Assert.Equal(AskableSite.Corpus, byDefault.Corpus);
        Assert.DoesNotContain(Site.DataFolder, asked.Detail, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Single(await Reply.GetAsync<List<CorpusSummary>>(admin, ApiRoutes.Corpora));
    }

    [Fact]
    public async Task QuestionSets_AreListed_AndTheDamagedOneCanBeDeleted()
    {
        using var admin = await Site.AdminAsync();
        var folder = Directory.CreateDirectory(Path.Combine(Site.DataFolder, "question-sets", "exam")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "set.json"), "{\"name\":", TestContext.Current.CancellationToken);

        var shown = Assert.Single(await Reply.GetAsync<List<QuestionSetSummary>>(admin, ApiRoutes.QuestionSets));
        using var deleted = await admin.DeleteAsync(ApiRoutes.QuestionSet("exam"), TestContext.Current.CancellationToken);

        Assert.Equal("exam", shown.Name);
        Assert.Contains("Delete the question set", shown.Damage, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.NoContent, false), (deleted.StatusCode, Directory.Exists(folder)));
    }

    [Fact]
    public async Task Asking_SaysWhichModelIsDamaged()
    {
        await File.WriteAllTextAsync(
            Path.Combine(Site.DataFolder, "models", AskableSite.Model, "model.safetensors"), "cut", TestContext.Current.CancellationToken);
        using var anybody = Site.Anonymous();

        var refused = await Reply.ProblemAsync(
            await anybody.PostAsJsonAsync(ApiRoutes.Ask, Question(Retriever.Hybrid), TestContext.Current.CancellationToken), HttpStatusCode.ServiceUnavailable,
                "model-damaged");

        Assert.StartsWith($"The model \"{AskableSite.Model}\" that answers is damaged: ", refused.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(Site.DataFolder, refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Site_Starts_WhenTheSampleIsDamaged_AndSweepsWhatAKilledOneLeft()
    {
        var folder = Directory.CreateTempSubdirectory("realmweb-damaged-").FullName;
        try
        {
            foreach (var left in new[] { "corpora/encyclopedia", "corpora/.deleted-1", $"uploads/{Guid.NewGuid():N}" })
                Directory.CreateDirectory(Path.Combine(folder, left));
            await File.WriteAllTextAsync(Path.Combine(folder, "corpora", "encyclopedia", "corpus.db"), "no database", TestContext.Current.CancellationToken);

            await using var site = await Site.StartAsync(folder, "Realm:ImportSample=true");
            using var anybody = site.Anonymous();

            Assert.NotNull(Assert.Single(await Reply.GetAsync<List<CorpusSummary>>(anybody, ApiRoutes.Corpora)).Damage);
            Assert.Equal(["encyclopedia"], Directory.GetDirectories(Path.Combine(folder, "corpora")).Select(Path.GetFileName));
            Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(folder, "uploads")));
            Assert.Contains(site.Log, line => line.Contains("Removed 2 files and folders", StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<AskResponse> AskAsync(HttpClient client, Retriever retriever) => await Reply.ValueAsync<AskResponse>(
        await client.PostAsJsonAsync(ApiRoutes.Ask, Question(retriever), TestContext.Current.CancellationToken));

    private static AskRequest Question(Retriever retriever) => new("Which lighthouse is the oldest?", AskableSite.Corpus, Retriever: retriever);

    // In the place of the file, so that what is open stays what it was.
    private static void Damage(string file)
    {
        var bytes = File.ReadAllBytes(file);
        // Behind the header, in what is read with the first search.
        for (var i = bytes.Length / 3; i < bytes.Length; i++)
            bytes[i] ^= 0x5A;
        File.WriteAllBytes(file + ".damaged", bytes);
        File.Move(file + ".damaged", file, overwrite: true);
        File.SetLastWriteTimeUtc(Path.Combine(Path.GetDirectoryName(file)!, "manifest.json"), TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(1));
    }
}
