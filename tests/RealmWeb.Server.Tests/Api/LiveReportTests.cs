using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Annotation;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Flags;
using RealmWeb.Data.Flags;
using RealmWeb.Data.Questions;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Server.Tests.Hosting;

namespace RealmWeb.Server.Tests.Api;

/// <summary>What is known of answers that were really given, each test over a corpus of its own.</summary>
[Collection(AskingTests.Name)]
public sealed class LiveReportTests(AskableSite shared)
{
    // A Sunday, the last day of its week.
    private static readonly DateTimeOffset Sunday = new(2026, 3, 1, 23, 0, 0, TimeSpan.Zero);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Accuracy_HasNAndWilsonsInterval_ByModelAndWeek()
    {
        using var curator = await shared.Site.SignedInAsync(Roles.Curator);
        var corpus = await CorpusAsync();
        await AskAsync(corpus, "One?", "first", Sunday, AnswerVerdict.Right);
        await AskAsync(corpus, "Two?", "first", Sunday, AnswerVerdict.Right);
        await AskAsync(corpus, "Three?", "first", Sunday.AddHours(2), AnswerVerdict.Wrong);
        await AskAsync(corpus, "Four?", "second", Sunday.AddHours(3), AnswerVerdict.Right);

        var accuracy = await Reply.GetAsync<LiveAccuracy>(curator, ApiRoutes.LiveAccuracy(corpus));

        var (low, high) = Wilson.Interval(2, 3);
        Assert.Equal(4, accuracy.Right.N);
        Assert.Equal(["second", "first"], accuracy.Models.Select(model => model.Model));
        Assert.Equal(new Figure(2 / 3.0, low, high, 3), accuracy.Models[1].Right);
        Assert.Equal(
            [(new DateOnly(2026, 2, 23), 1.0, 2), (new DateOnly(2026, 3, 2), 0.5, 2)],
            accuracy.Weeks.Select(week => (week.Monday, week.Right.Value!.Value, week.Right.N)));
    }

    [Fact]
    public async Task Gaps_HoldEachQuestionOnce_InGroupsByMeaning()
    {
        using var curator = await shared.Site.SignedInAsync(Roles.Curator);
        var corpus = await CorpusAsync();
        await AskAsync(corpus, "Where does the ferry land?", "first", Sunday, refused: true);
        await AskAsync(corpus, "where does the ferry land?", "first", Sunday.AddHours(1), refused: true);
        await AskAsync(corpus, "Who built the lighthouse?", "first", Sunday.AddHours(2), refused: true);

        var report = await Reply.GetAsync<GapReport>(curator, ApiRoutes.Gaps(corpus));

        Assert.True(report.ByMeaning);
        var ferry = report.Gaps.Single(gap => gap.Questions.Any(question => question.Question == "where does the ferry land?"));
        Assert.Equal((2, 0), (ferry.Questions[0].Asked, ferry.Questions[0].Flagged));
        // How near the vectors of a model with random weights lie means nothing: one group or two.
        Assert.Equal((2, 3), (report.Questions, report.Gaps.Sum(gap => gap.Asked)));
        Assert.Equal(["Who built the lighthouse?", "where does the ferry land?"], report.Gaps.SelectMany(gap => gap.Questions).Select(question => question.Question).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Reports_AreRefused_ForACorpusThatIsNotThere()
    {
        using var curator = await shared.Site.SignedInAsync(Roles.Curator);

        foreach (var route in new[] { ApiRoutes.Gaps("nothing"), ApiRoutes.LiveAccuracy("nothing") })
        {
            using var reply = await curator.GetAsync(route, Stop);
            await Reply.ProblemAsync(reply, HttpStatusCode.NotFound, "unknown-corpus");
        }
    }

    private async Task<string> CorpusAsync()
    {
        using var admin = await shared.Site.AdminAsync();
        var name = $"live-{Guid.NewGuid():N}";
        using var made = await admin.PostAsJsonAsync(ApiRoutes.Corpora, new CreateCorpusRequest(name, ""), Stop);
        made.EnsureSuccessStatusCode();
        return name;
    }

    private async Task AskAsync(
        string corpus, string question, string model, DateTimeOffset at, AnswerVerdict? verdict = null, bool refused = false)
    {
        var asked = new AskedQuestion
        {
            Id = Guid.NewGuid(), Corpus = corpus, Question = question, NoAnswer = refused, Model = model, Generation = "1", AskedAt = at,
        };
        await shared.Site.Services.GetRequiredService<QuestionStore>().AddAsync(asked, Stop);
        if (verdict is not null)
            await shared.Site.Services.GetRequiredService<FlagStore>().PutAsync(new Flag { QuestionId = asked.Id, Answer = verdict }, Stop);
    }
}
