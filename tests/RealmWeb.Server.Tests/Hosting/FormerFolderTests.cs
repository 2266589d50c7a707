using System.Net;
using System.Net.Http.Json;
using Microsoft.Data.Sqlite;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Models;
using RealmWeb.Contracts.Questions;
using RealmWeb.TestKit;

namespace RealmWeb.Server.Tests.Hosting;

/// <summary>A data folder that an older version left opens, is brought to the newest form once, and answers.</summary>
public sealed class FormerFolderTests
{
    [Fact]
    public async Task FormerFolder_Opens_IsMigratedOnce_AndAnswers()
    {
        var folder = FormerFolder.Make();
        try
        {
            FormerFolder.AddModel(folder, model => RandomModel.Make(model));

            var first = await SeenAsync(folder);
            var second = await SeenAsync(folder);

            Assert.Equal((FormerFolder.Model, "fine-tuning of realm-small on encyclopedia, 2 steps", true, FormerFolder.Training), first.Model);
            Assert.Equal((FormerFolder.Evaluation, "exam"), first.Measured);
            Assert.Equal(["tuned"], first.Promotions);
            Assert.Equal(["Who built the crane of the north pier?", "When does the harbour of Lower Quay open?"], first.Questions);
            Assert.Equal(1, first.Sets);
            Assert.Contains("opens at six in the morning", first.Passage, StringComparison.Ordinal);
            Assert.Equal((first.Model, first.Measured), (second.Model, second.Measured));
            Assert.Equal(first.Promotions, second.Promotions);
            // The question of the first start has come to those from before.
            Assert.Equal(["When does the harbour open?", .. first.Questions], second.Questions);
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<Seen> SeenAsync(string folder)
    {
        await using var site = await Site.StartAsync(folder);
        using var admin = site.Client(new CookieContainer());
        using var signedIn =
            await admin.PostAsJsonAsync(ApiRoutes.SignIn, new SignInRequest("ada", "a long password 1"), TestContext.Current.CancellationToken);
        signedIn.EnsureSuccessStatusCode();
        var model = (await Reply.GetAsync<List<ModelSummary>>(admin, ApiRoutes.Models)).Single(model => model.Name == FormerFolder.Model);
        var promotions = await Reply.GetAsync<List<Promotion>>(admin, ApiRoutes.Promotions);
        var questions = await Reply.GetAsync<List<QuestionRecord>>(admin, ApiRoutes.Questions);
        var sets = await Reply.GetAsync<List<Contracts.QuestionSets.QuestionSetSummary>>(admin, ApiRoutes.QuestionSets);
        using var reply = await admin.PostAsJsonAsync(
            ApiRoutes.Ask, new AskRequest("When does the harbour open?", FormerFolder.Corpus), TestContext.Current.CancellationToken);
        var answer = await Reply.ValueAsync<AskResponse>(reply);
        return new Seen(
            (model.Name, model.Recipe, model.InProduction, model.RunId!.Value), (model.Quality!.RunId!.Value, model.Quality.QuestionSet),
            [.. promotions.Select(promotion => promotion.Model)], [.. questions.Select(question => question.Question)], sets.Count, answer.Evidence[0].Text);
    }

    private sealed record Seen(
        (string Name, string Recipe, bool InProduction, Guid Run) Model, (Guid Run, string Set) Measured, IReadOnlyList<string> Promotions,
        IReadOnlyList<string> Questions, int Sets, string Passage);
}
