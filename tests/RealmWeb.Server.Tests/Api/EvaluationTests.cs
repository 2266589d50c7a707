using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Evaluations;
using RealmWeb.Contracts.Gates;
using RealmWeb.Contracts.Questions;
using RealmWeb.Data.Evaluations;
using RealmWeb.Data.Gates;
using RealmWeb.Data.Models;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Server.Tests.Hosting;
using RealmWeb.TestKit;

namespace RealmWeb.Server.Tests.Api;

/// <summary>Evaluations question by question, over reports as the command writes them.</summary>
[Collection(AskingTests.Name)]
public sealed class EvaluationTests(AskableSite shared)
{
    private static readonly ReadPassage Passage = new("b1", 3, "Pioneers", "Ada was first.", 0, 0, 3, 0.9, 0.8);

    private static readonly QuestionOutcome[] Before =
    [
        Outcome("1", "Who was first?", "Ada", "Ada", 0.95),
        Outcome("2", "Who was second?", "Mary", "Ada", 0.35),
        Outcome("3", "Who was third?", "Mary", "Mary", 0.65),
        Outcome("4", "Who was last?", "Ada", "Grace", 0.15) with { NoAnswer = true, GoldRank = null, Evidence = null },
    ];

    [Fact]
    public async Task View_HasFiguresWithIntervals_ReliabilityAndCounts()
    {
        using var curator = await shared.Site.SignedInAsync(Roles.Curator);
        var id = Record(Before);

        var view = await Reply.GetAsync<EvaluationView>(curator, ApiRoutes.EvaluationOf(id));
        var listed = await Reply.GetAsync<List<EvaluationSummary>>(curator, ApiRoutes.EvaluationList(null));

        var exact = view.Figures.Single(figure => figure.Measure == "em");
        // Wilson's interval of 2 of 4.
        Assert.Equal((4, 50.0, 15.0, 85.0), (exact.Questions, exact.Value, Math.Round(exact.Low, 1), Math.Round(exact.High, 1)));
        Assert.Equal((4, 1, 1.0), (view.Reliability.Questions, view.Reliability.Bins[9].Count, view.Reliability.Bins[9].Right));
        Assert.Equal(Math.Round(Wilson.Interval(1, 1).Low, 6), Math.Round(view.Reliability.Bins[9].Low, 6));
        Assert.Equal(new OutcomeCounts(4, 2, 1, 1, 1), view.Counts);
        Assert.Equal((AskableSite.Model, "quiz", AskableSite.Corpus, true), (view.Evaluation.Model, view.Evaluation.QuestionSet, view.Evaluation.Corpus, view.Evaluation.Answers));
        Assert.Contains(listed, evaluation => evaluation.Id == id);
    }

    [Fact]
    public async Task Questions_ComeInPages_Filtered_AndEachOpensWhatWasRead()
    {
        using var curator = await shared.Site.SignedInAsync(Roles.Curator);
        var id = Record(Before);

        var second = await PageAsync(new OutcomeFilter(), 2, 3);
        var refused = await PageAsync(new OutcomeFilter(EvaluationOutcome.Refused), 1, 3);
        var sure = await PageAsync(new OutcomeFilter(From: 0.6, Words: "first"), 1, 3);
        var answer = await Reply.GetAsync<EvaluatedAnswer>(curator, ApiRoutes.EvaluationQuestion(id, 1));
        using var none = await curator.GetAsync(ApiRoutes.EvaluationQuestion(id, 5), TestContext.Current.CancellationToken);

        Assert.Equal((4, 4, "Who was last?"), (second.Total, Assert.Single(second.Questions).Number, second.Questions[0].Question));
        var (question, total) = (Assert.Single(refused.Questions), refused.Total);
        Assert.Equal((1, 4, false, null, null), (total, question.Number, question.Right, question.Answer, question.Rank));
        Assert.Equal(["Ada"], question.Expected.Answers);
        Assert.Equal([1], sure.Questions.Select(found => found.Number));
        Assert.Equal((AskableSite.Corpus, "Ada was first.", 3), (answer.Corpus, answer.Given.Evidence[0].Text, answer.Given.Evidence[0].End));
        await Reply.ProblemAsync(none, HttpStatusCode.NotFound, "unknown-question");

        Task<EvaluatedQuestionPage> PageAsync(OutcomeFilter filter, int page, int size) =>
            Reply.GetAsync<EvaluatedQuestionPage>(curator, ApiRoutes.EvaluationQuestions(id, filter, page, size));
    }

    [Fact]
    public async Task Comparison_CountsWhatWasFixedAndBroken_AndOpensBothModelsEvidence()
    {
        using var curator = await shared.Site.SignedInAsync(Roles.Curator);
        // The second is fixed, the third broken; the order of the second report is another.
        var (first, second) = (Record(Before), Record(
            [Before[3], Before[2] with { Prediction = "Grace", ExactMatch = 0, F1 = 0 }, Before[1] with { Prediction = "Mary", ExactMatch = 1, F1 = 1 }, Before[0]]));

        var comparison = await Reply.GetAsync<EvaluationComparison>(curator, ApiRoutes.CompareEvaluations(first, second));
        var broken = await Reply.GetAsync<ComparedQuestionPage>(curator, ApiRoutes.ComparedQuestions(first, second, QuestionChange.Broken, "grace", 1, 10));
        var elsewhere = await Reply.GetAsync<ComparedQuestionPage>(curator, ApiRoutes.ComparedQuestions(first, second, QuestionChange.Fixed, "grace", 1, 10));
        var evidence = await Reply.GetAsync<QuestionEvidence>(curator, ApiRoutes.ComparedQuestion(first, second, 3));

        Assert.Equal(Enum.GetValues<QuestionChange>().ToDictionary(change => change, _ => 1), comparison.Counts);
        var exact = comparison.Measures.Single(measure => measure.Measure == "em");
        Assert.Equal((50.0, 50.0, 0.0), (exact.Production, exact.Candidate, exact.Difference));
        Assert.True(exact.Low < 0 && exact.High > 0);
        Assert.Equal((3, "Mary", "Grace"), (Assert.Single(broken.Questions).Number, broken.Questions[0].First, broken.Questions[0].Second));
        Assert.Equal(0, elsewhere.Total);
        Assert.Equal(("Mary", true, "Grace", false), (evidence.Production.Answer, evidence.Production.Right, evidence.Candidate.Answer, evidence.Candidate.Right));
    }

    [Fact]
    public async Task Fit_ScalesConfidenceInTheCorpus_UntilItIsForgotten()
    {
        using var curator = await shared.Site.SignedInAsync(Roles.Curator);
        var id = Record(Told(60), at: TimeProvider.System.GetUtcNow());
        var before = await AskAsync(curator);

        using var fitting = await curator.PostAsync(ApiRoutes.EvaluationFit(id), null, TestContext.Current.CancellationToken);
        var fitted = await Reply.ValueAsync<FittedConfidence>(fitting);
        var (corpus, after) = (await Reply.GetAsync<CorpusSummary>(curator, ApiRoutes.Corpus(AskableSite.Corpus)), await AskAsync(curator));
        using var again = await curator.PostAsync(ApiRoutes.EvaluationFit(id), null, TestContext.Current.CancellationToken);
        using var forgotten = await curator.DeleteAsync(ApiRoutes.CorpusFit(AskableSite.Corpus), TestContext.Current.CancellationToken);
        var unfitted = await AskAsync(curator);

        Assert.True(fitted.After < fitted.Before / 2, $"{fitted.Before} became {fitted.After}");
        Assert.Equal((AskableSite.Model, 60, false), (fitted.Fit.Model, fitted.Fit.Questions, fitted.Fit.FitsRefusals));
        Assert.Equal(fitted.Fit, corpus.Fit);
        Assert.Equal((false, true, false), (before.Calibrated, after.Calibrated, unfitted.Calibrated));
        Assert.Equal((before.Answer, before.NullMass, before.Confidence), (after.Answer, after.NullMass, unfitted.Confidence));
        Assert.NotEqual(before.Confidence, after.Confidence);
        await Reply.ProblemAsync(again, HttpStatusCode.Conflict, "not-fitted");
        Assert.Equal(HttpStatusCode.NoContent, forgotten.StatusCode);
    }

    [Fact]
    public async Task Fit_Refuses_WhatSaysNothingOfTheModelInProduction()
    {
        using var curator = await shared.Site.SignedInAsync(Roles.Curator);
        RandomModel.Make(Path.Combine(shared.Site.DataFolder, "models", "candidate"));

        var now = TimeProvider.System.GetUtcNow();
        foreach (var (id, why) in new[]
        {
            (Record(Told(20), at: now), "at least 50"), (Record(Told(60), "candidate", at: now), "not the one in production"),
            (Record(Told(60), at: now.AddYears(-9)), "was changed since"),
        })
        {
            using var refused = await curator.PostAsync(ApiRoutes.EvaluationFit(id), null, TestContext.Current.CancellationToken);
            Assert.Contains(why, (await Reply.ProblemAsync(refused, HttpStatusCode.Conflict, "not-fitted")).Detail, StringComparison.Ordinal);
        }
        using var unknown = await curator.PostAsync(ApiRoutes.EvaluationFit(987654), null, TestContext.Current.CancellationToken);
        await Reply.ProblemAsync(unknown, HttpStatusCode.NotFound, "unknown-evaluation");
        Assert.Null((await Reply.GetAsync<CorpusSummary>(curator, ApiRoutes.Corpus(AskableSite.Corpus))).Fit);
    }

    [Fact]
    public async Task Gate_JudgesAModelOfNoChain_BesideTheNewestEvaluationOfProduction()
    {
        using var admin = await shared.Site.SignedInAsync(Roles.Admin);
        // A name of its own: other tests evaluate the production model with "quiz".
        const string set = "gated";
        RandomModel.Make(Path.Combine(shared.Site.DataFolder, "models", "other"));
        var gates = shared.Site.Services.GetRequiredService<GateRuleStore>();
        var ended = TestContext.Current.CancellationToken;
        await gates.ReplaceAsync(AskableSite.Corpus, [Rule(set, 60, null), Rule(set, null, 90), Rule("", 1, null)], ended);
        try
        {
            var candidate = Record([Before[0], Before[1] with { Prediction = "Mary", ExactMatch = 1, F1 = 1 }, Before[2], Before[3]], "other", set);
            var alone = (await Reply.GetAsync<EvaluationView>(admin, ApiRoutes.EvaluationOf(candidate))).Gate!;
            var production = Record(Before, set: set);
            // The newest is of other questions, and cannot be what the candidate is measured by.
            Record([.. Before[..3], Outcome("5", "Who came late?", "Ada", "Ada", 0.5)], set: set);
            var judged = (await Reply.GetAsync<EvaluationView>(admin, ApiRoutes.EvaluationOf(candidate))).Gate!;
            var own = (await Reply.GetAsync<EvaluationView>(admin, ApiRoutes.EvaluationOf(production))).Gate;

            Assert.Null(own);
            Assert.Equal((AskableSite.Model, null, 1), (alone.Production, alone.ProductionEvaluation, alone.RulesElsewhere));
            Assert.All(alone.Rules, verdict => Assert.Contains("Evaluate it with them", verdict.Reason!, StringComparison.Ordinal));
            Assert.Equal((AskableSite.Model, production, 1), (judged.Production, judged.ProductionEvaluation, judged.RulesElsewhere));
            Assert.Equal([null, null], judged.Rules.Select(verdict => verdict.Reason));
            Assert.Equal((50.0, 75.0), (judged.Rules[0].Measured!.Production, judged.Rules[0].Measured!.Candidate));
        }
        finally
        {
            await gates.ReplaceAsync(AskableSite.Corpus, [], ended);
        }

        static GateRuleRow Rule(string set, double? bound, double? margin) =>
            new() { Corpus = AskableSite.Corpus, QuestionSet = set, Measure = "em", Bound = bound, Margin = margin };
    }

    [Fact]
    public async Task Refusals_NameTheReasonAndTheRemedy()
    {
        using var curator = await shared.Site.SignedInAsync(Roles.Curator);
        var (kept, other, gone, never) = (Record(Before), Record(Before[..2]), Record(Before), Record(null));
        File.Delete(FileOf(gone));

        await RefusedAsync(ApiRoutes.EvaluationOf(long.MaxValue), HttpStatusCode.NotFound, "unknown-evaluation");
        await RefusedAsync(ApiRoutes.EvaluationOf(gone), HttpStatusCode.Conflict, "answers-gone");
        await RefusedAsync(ApiRoutes.EvaluationOf(never), HttpStatusCode.Conflict, "answers-gone");
        await RefusedAsync(ApiRoutes.CompareEvaluations(kept, other), HttpStatusCode.Conflict, "different-questions");
        await RefusedAsync(ApiRoutes.EvaluationQuestions(kept, new OutcomeFilter(From: 0.5, To: 0.4), 1, 10), HttpStatusCode.BadRequest, "bad-range");
        await RefusedAsync(ApiRoutes.EvaluationQuestions(kept, new OutcomeFilter(), 0, 10), HttpStatusCode.BadRequest, "bad-page");
        await RefusedAsync(ApiRoutes.EvaluationQuestions(kept, new OutcomeFilter(), 1, 201), HttpStatusCode.BadRequest, "bad-page");

        async Task RefusedAsync(string route, HttpStatusCode status, string kind)
        {
            using var reply = await curator.GetAsync(route, TestContext.Current.CancellationToken);
            await Reply.ProblemAsync(reply, status, kind);
        }
    }

    /// <summary>An evaluation, of the site's model where no other is named; null for one whose answers were not kept.</summary>
    private long Record(QuestionOutcome[]? outcomes, string model = AskableSite.Model, string set = "quiz", DateTimeOffset at = default)
    {
        var services = shared.Site.Services;
        var run = Guid.NewGuid();
        var file = outcomes is null ? null : Path.Combine("evaluations", $"{run}.jsonl");
        if (file is not null)
        {
            Directory.CreateDirectory(Path.Combine(shared.Site.DataFolder, "evaluations"));
            OutcomeFile.Write(Path.Combine(shared.Site.DataFolder, file), outcomes!);
        }
        var row = new EvaluationRow
        {
            QuestionSet = set, Corpus = AskableSite.Corpus, Retriever = "Hybrid", Questions = outcomes?.Length ?? 0, ReportFile = file,
            At = at, RunId = run,
        };
        services.GetRequiredService<EvaluationStore>().Record(
            services.GetRequiredService<ModelLibrary>().Get(model), row, new Dictionary<string, double> { ["em"] = double.NaN });
        return row.Id;
    }

    private string FileOf(long id) => Path.Combine(
        shared.Site.DataFolder, shared.Site.Services.GetRequiredService<EvaluationStore>().Find(id)!.Value.Evaluation.ReportFile!);

    // Right three times in four, where the model says one in two.
    private static QuestionOutcome[] Told(int count) =>
        [.. Enumerable.Range(0, count).Select(i => Outcome($"{i}", "Who was it?", "Ada", i % 8 is 0 or 3 ? "Grace" : "Ada", i % 2 == 0 ? 0.45 : 0.55))];

    private static async Task<AskResponse> AskAsync(HttpClient client)
    {
        using var reply = await client.PostAsJsonAsync(
            ApiRoutes.Ask, new AskRequest("Who was first?", AskableSite.Corpus), TestContext.Current.CancellationToken);
        return await Reply.ValueAsync<AskResponse>(reply);
    }

    private static QuestionOutcome Outcome(string id, string question, string answer, string prediction, double confidence)
    {
        var exact = answer == prediction ? 1 : 0;
        return new(id, question, [answer], prediction, false, 1 - confidence, confidence, exact, exact, 1) { Evidence = [Passage] };
    }
}
