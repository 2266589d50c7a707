using System.Net.Http.Json;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Runs;

namespace RealmWeb.Server.Tests.Hosting;

/// <summary>An update may ship another model than the one that made the indexes.</summary>
public sealed class GoneModelTests
{
    [Fact]
    public async Task Start_BuildsTheIndexAnewWithTheShippedModel_WhenItsModelIsGone()
    {
        var folder = Directory.CreateTempSubdirectory("realmweb-gone-").FullName;
        try
        {
            await using (var first = await Site.StartAsync(folder))
            {
                using var owner = await first.AdminAsync();
                await AskableSite.FillAsync(first, owner);
            }
            Directory.Delete(Path.Combine(folder, "models", AskableSite.Model), recursive: true);

            await using var second = await Site.StartAsync(folder);
            using var admin = second.Anonymous();
            (await admin.PostAsJsonAsync(ApiRoutes.SignIn, new SignInRequest(Site.AdminName, Site.Password), TestContext.Current.CancellationToken))
                .EnsureSuccessStatusCode();
            var builds = (await Reply.GetAsync<List<RunSnapshot>>(admin, ApiRoutes.Runs)).Where(run => run.Kind == RunKind.IndexBuild).ToList();
            foreach (var build in builds)
                Assert.Equal(RunState.Succeeded, (await Reply.EndOfRunAsync(admin, build.Id)).State);
            var corpus = await Reply.GetAsync<CorpusSummary>(admin, ApiRoutes.Corpus(AskableSite.Corpus));

            Assert.Equal(2, builds.Count);
            Assert.Equal("realm-arctic", corpus.Model);
            Assert.False(corpus.IndexStale);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
