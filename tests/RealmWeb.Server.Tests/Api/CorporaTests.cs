using System.Net;
using System.Net.Http.Json;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Server.Tests.Hosting;

namespace RealmWeb.Server.Tests.Api;

[Collection(SiteTests.Name)]
public sealed class CorporaTests(SharedSite shared)
{
    [Fact]
    public async Task Corpus_IsMadeListedAndDeleted()
    {
        using var admin = await shared.Site.AdminAsync();

        using var made = await PostAsync(admin, "handbook", "The Handbook");
        var summary = await Reply.ValueAsync<CorpusSummary>(made);
        var listed = await Reply.GetAsync<List<CorpusSummary>>(admin, ApiRoutes.Corpora);
        using var deleted = await admin.DeleteAsync(ApiRoutes.Corpus("handbook"), TestContext.Current.CancellationToken);
        using var gone = await admin.GetAsync(ApiRoutes.Corpus("handbook"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        Assert.Equal(ApiRoutes.Corpus("handbook"), made.Headers.Location?.ToString());
        Assert.Equal(("The Handbook", 0L, null), (summary.Title, summary.Documents, summary.Generation));
        Assert.Contains(listed, corpus => corpus.Name == "handbook");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await Reply.ProblemAsync(gone, HttpStatusCode.NotFound, "unknown-corpus");
    }

    [Theory]
    [InlineData("")]
    [InlineData("Handbook")]
    [InlineData("../handbook")]
    [InlineData("hand book")]
    [InlineData("-handbook")]
    public async Task CreateCorpus_IsRefused_WhenTheNameIsNone(string name)
    {
        using var admin = await shared.Site.AdminAsync();

        using var reply = await PostAsync(admin, name, "");

        await Reply.ProblemAsync(reply, HttpStatusCode.BadRequest, "bad-corpus-name");
    }

    [Fact]
    public async Task CreateCorpus_IsRefused_WhenTheNameIsTaken()
    {
        using var admin = await shared.Site.AdminAsync();
        (await PostAsync(admin, "taken", "")).Dispose();

        using var reply = await PostAsync(admin, "taken", "");

        await Reply.ProblemAsync(reply, HttpStatusCode.Conflict, "corpus-exists");
    }

    [Fact]
    public async Task BuildIndex_IsRefused_WhenTheCorpusIsEmpty()
    {
        using var admin = await shared.Site.AdminAsync();
        (await PostAsync(admin, "hollow", "")).Dispose();

        using var reply = await admin.PostAsync(ApiRoutes.Index("hollow"), null, TestContext.Current.CancellationToken);

        await Reply.ProblemAsync(reply, HttpStatusCode.Conflict, "corpus-empty");
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string name, string title) =>
        client.PostAsJsonAsync(ApiRoutes.Corpora, new CreateCorpusRequest(name, title), TestContext.Current.CancellationToken);
}
