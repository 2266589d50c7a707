using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Questions;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts;
using RealmWeb.Data.Models;
using RealmWeb.TestKit;

namespace RealmWeb.Server.Tests.Hosting;

public sealed class FirstStartTests
{
    private static readonly string Articles = Path.Combine(AppContext.BaseDirectory, "samples", "encyclopedia", "articles");

    private static readonly string FittingQuestions = Path.Combine(AppContext.BaseDirectory, "samples", "encyclopedia", "questions", "train.jsonl");

    [Fact]
    public async Task FirstStart_AnswersFromTheSample_AndTheSecondImportsNothing()
    {
        var folder = Directory.CreateTempSubdirectory("realmweb-first-").FullName;
        try
        {
            RandomModel.Make(Path.Combine(folder, "models", AskableSite.Model));
            using var stores = TempData.ServicesIn(folder);
            stores.GetRequiredService<ModelLibrary>().Promote(AskableSite.Model, "the test", "in the place of the shipped one");

            await using (var first = await Site.StartAsync(folder, "Realm:ImportSample=true"))
            {
                using var client = first.Anonymous();
                var info = await IndexedAsync(client);
                using var reply = await client.PostAsJsonAsync(ApiRoutes.Ask, new AskRequest(info.Examples[0]), TestContext.Current.CancellationToken);

                Assert.Equal(("encyclopedia", "Encyclopedia (sample)"), (info.Corpus, info.Title));
                Assert.Equal(Directory.GetFiles(Articles, "*.md").Length, info.Documents);
                Assert.NotEmpty((await Reply.ValueAsync<AskResponse>(reply)).Evidence);
            }

            await using var second = await Site.StartAsync(folder, "Realm:ImportSample=true");
            using var admin = await second.AdminAsync();
            var sample = await Reply.GetAsync<CorpusSummary>(admin, ApiRoutes.Corpus("encyclopedia"));
            // For the shipped model; another one, as here, says how sure it is as it would elsewhere.
            Assert.Equal(("realm-arctic", false), (sample.Fit?.Model, sample.Fit?.FitsRefusals));
            Assert.Equal(File.ReadLines(FittingQuestions).Count(), sample.Fit!.Questions);
            Assert.Equal(1, (await Reply.GetAsync<List<RunSnapshot>>(admin, ApiRoutes.Runs)).Count(run => run.Kind == Contracts.Runs.RunKind.Import));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<AskInfo> IndexedAsync(HttpClient client)
    {
        var until = TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(10);
        while (true)
        {
            var info = await Reply.GetAsync<AskInfo>(client, ApiRoutes.AskInfo);
            if (info is { AnswersFrom: not null, Building: false })
                return info;
            Assert.True(TimeProvider.System.GetUtcNow() < until, $"After ten minutes the sample of {info.Documents} documents is not indexed.");
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }
    }
}
