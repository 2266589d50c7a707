using System.Text.RegularExpressions;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using RealmWeb.Client.Components.Models;
using RealmWeb.Client.Pages;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Evaluations;
using RealmWeb.Contracts.Gates;
using RealmWeb.Contracts.Models;
using RealmWeb.Contracts.Questions;
using RealmWeb.Contracts.QuestionSets;
using RealmWeb.Contracts.Runs;

namespace RealmWeb.Client.Tests.Pages;

/// <summary>The pages with the client's own services over a real connection.</summary>
public sealed class EvaluationPageTests : IAsyncLifetime
{
    private static readonly EvaluationSummary Evaluation = new(
        7, "tiny", "quiz", "handbook", Retriever.Hybrid, 30, DateTimeOffset.UnixEpoch, new Dictionary<string, double> { ["em"] = 50 }, null, true);

    private static readonly EvaluationView View = new(
        Evaluation, [new MeasuredFigure("em", 30, 50, 33.2, 66.8), new MeasuredFigure("p50Milliseconds", 30, 20, 18, 23)],
        new Reliability(30, 0.1, [.. Enumerable.Range(0, 10).Select(bin => new ReliabilityPoint(
            bin / 10.0, (bin + 1) / 10.0, bin == 9 ? 30 : 0, bin == 9 ? 0.95 : 0, bin == 9 ? 0.5 : 0, 0.33, 0.67))]),
        new OutcomeCounts(30, 15, 10, 5, 3));

    private readonly BunitContext _browser = new();
    private ScriptedSite _site = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await ScriptedSite.StartAsync();
        _site.Evaluations.View = View;
        _browser.Services.AddRealmWebClient(_site.Address);
        _browser.JSInterop.Mode = JSRuntimeMode.Loose;
        _browser.Renderer.SetRendererInfo(new RendererInfo("WebAssembly", isInteractive: true));
        _browser.Render<MudPopoverProvider>();
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Administrator_EvaluatesFromTheListOfEvaluations()
    {
        _site.QuestionSets.Add(new QuestionSetSummary("exam", "exam.jsonl", 900, 12, 12, 9, [], 0, "ada", DateTimeOffset.UnixEpoch));
        var dialog = _browser.Render<MudDialogProvider>();
        var page = _browser.Render<EvaluationsPage>();
        page.WaitForAssertion(() => Assert.Contains(page.FindAll("button"), button => button.TextContent.Trim() == "Evaluate"), Patience);

        await page.InvokeAsync(() => page.FindAll("button").First(button => button.TextContent.Trim() == "Evaluate").Click());
        dialog.WaitForAssertion(() => Assert.Equal("exam", dialog.Find("#run-questions").GetAttribute("value")), Patience);
        dialog.WaitForAssertion(() => Assert.False(dialog.Find("button[form=start-run]").HasAttribute("disabled")), Patience);
        await dialog.InvokeAsync(() => dialog.Find("#start-run").Submit());

        dialog.WaitForAssertion(() => Assert.Single(_site.Started), Patience);
        Assert.Equal("exam", Assert.IsType<StartEvaluationRequest>(_site.Started[0].Request).QuestionSet);
        Assert.Empty(dialog.FindAll("#run-kind"));
    }

    [Fact]
    public void Evaluations_AreOnlyLookedAt_ByACurator()
    {
        _site.Me = new("cleo", [Roles.Curator], false, true);

        var page = _browser.Render<EvaluationsPage>();

        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("main table, table, .notice")), Patience);
        Assert.DoesNotContain(page.FindAll("button"), button => button.TextContent.Trim() == "Evaluate");
    }

    [Fact]
    public async Task Fitting_SaysWhatBecameOfTheConfidence_OrWhyItWasNotFitted()
    {
        _site.Evaluations.View = View with { Reliability = View.Reliability with { Questions = 250 } };
        var page = Render();
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".confidence-fit button")), Patience);

        await page.InvokeAsync(() => page.Find(".confidence-fit button").Click());
        page.WaitForAssertion(() => Assert.Contains("Promote it and fit then.", page.Find(".confidence-fit").TextContent, StringComparison.Ordinal), Patience);

        _site.Evaluations.Fitted = new FittedConfidence(new CorpusFitSummary("tiny", 250, false, DateTimeOffset.UnixEpoch), 0.079, 0.036);
        await page.InvokeAsync(() => page.Find(".confidence-fit button").Click());
        page.WaitForAssertion(() => Assert.Contains(
            "fitted to these 250 answers: off by 3.6 % on them, before by 7.9 %.",
            Regex.Replace(page.Find(".confidence-fit [role=status]").TextContent, @"\s+", " "), StringComparison.Ordinal), Patience);
        Assert.Empty(page.FindAll(".confidence-fit button"));
    }

    [Fact]
    public void Fitting_IsNotOffered_WhereTooFewAnswersCanBeJudged()
    {
        var page = Render();

        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".reliability svg")), Patience);
        Assert.Empty(page.FindAll(".confidence-fit"));
    }

    [Fact]
    public void Figures_HaveTheirIntervalAndN_AndThePlotSaysHowManyEachPointStandsFor()
    {
        var page = Render();

        page.WaitForAssertion(() => Assert.Contains("33.2 % to 66.8 %", page.Find(".figures-table").TextContent, StringComparison.Ordinal), Patience);
        Assert.Contains("18 ms to 23 ms", page.Find(".figures-table").TextContent, StringComparison.Ordinal);
        Assert.Equal(
            "confidence 95.0 %: 50.0 % right of 30. On average off by 10.0 %.", page.Find(".reliability svg").GetAttribute("aria-label"));
        Assert.Equal(["0", "30"], page.FindAll(".reliability-n").Select(count => count.TextContent).Distinct());
        // Right half of the time lies in the middle of the plot, below the line on which the two agree.
        var point = Assert.Single(page.FindAll(".reliability circle"));
        Assert.Equal(("319.4", "93"), (point.GetAttribute("cx"), point.GetAttribute("cy")));
    }

    [Fact]
    public void Gate_SaysWhichRulesHold_AndLeadsToTheEvaluationThatItComparesWith()
    {
        var rule = new GateRule("quiz", "em", 60, null);
        _site.Evaluations.View = View with
        {
            Gate = new EvaluationGate(
                "shipped", 6,
                [
                    new GateRuleVerdict(rule with { Bound = 40 }, new MeasureComparison("em", 30, 45, 50, 5, -1, 11), null),
                    new GateRuleVerdict(rule, null, "The candidate has 50.0; at least 60.0 is wanted."),
                ], 2),
        };

        var page = Render();

        page.WaitForAssertion(() => Assert.Contains("45.0 % → 50.0 %", page.Find(".gate-holds").TextContent, StringComparison.Ordinal), Patience);
        Assert.Contains("at least 60.0 is wanted", page.Find(".gate-fails").TextContent, StringComparison.Ordinal);
        var gate = page.Find("[aria-labelledby=gate-title]");
        Assert.Equal(
            ["evaluations/6", "evaluations/compare?first=6&second=7", "corpora/handbook/gate"],
            gate.QuerySelectorAll("a").Select(link => link.GetAttribute("href")));
        Assert.Contains("2 rules of", gate.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Gate_IsNotSpokenOf_WhereThereIsNone()
    {
        var page = Render();

        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".figures-table")), Patience);
        Assert.Empty(page.FindAll("[aria-labelledby=gate-title]"));
    }

    [Fact]
    public async Task Questions_AreFilteredSearchedAndTurnedByTheServer()
    {
        var page = Render();
        page.WaitForAssertion(() => Assert.Equal(25, page.FindAll(".row-button").Count), Patience);

        await page.InvokeAsync(() => page.FindAll(".filter").Single(filter => filter.TextContent.StartsWith("Passage not read", StringComparison.Ordinal)).Click());
        await page.InvokeAsync(() => page.Find("#confidence").Change("9"));
        page.WaitForAssertion(() => Assert.Equal(
            new OutcomeFilter(EvaluationOutcome.Missed, 0.9), _site.Evaluations.Asked[^1].Filter), Patience);
        await page.InvokeAsync(() => page.Find("#question-search").Input("ada"));
        page.WaitForAssertion(() => Assert.Equal("ada", _site.Evaluations.Asked[^1].Filter.Words), Patience);
        await page.InvokeAsync(() => page.FindAll(".filter")[0].Click());
        await page.InvokeAsync(() => page.Find("button[aria-label='Page 2']").Click());

        page.WaitForAssertion(() => Assert.Equal((new OutcomeFilter(null, 0.9, 1, "ada"), 2), _site.Evaluations.Asked[^1]), Patience);
        page.WaitForAssertion(() => Assert.Equal(5, page.FindAll(".row-button").Count), Patience);
    }

    [Fact]
    public async Task Question_OpensWhatTheModelRead_OrOffersToAskIt()
    {
        var page = Render();
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".row-button")), Patience);

        await page.InvokeAsync(() => page.FindAll(".row-button")[0].Click());
        page.WaitForAssertion(() => Assert.Equal("Ada", page.Find(".opened-row mark").TextContent), Patience);
        await page.InvokeAsync(() => page.FindAll(".row-button")[1].Click());

        page.WaitForAssertion(() => Assert.Equal("c/handbook?q=Question%202%3F", page.Find(".opened-row p a").GetAttribute("href")), Patience);
        Assert.Contains("nothing answers it", page.Find(".questions-table").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Comparison_ShowsDifferences_AndOpensBothModelsEvidence()
    {
        _site.Evaluations.Comparison = new EvaluationComparison(
            Evaluation, Evaluation with { Id = 8, Model = "better" }, 30, [new MeasureComparison("em", 30, 50, 60, 10, -2, 22)],
            new Dictionary<QuestionChange, int> { [QuestionChange.Fixed] = 4, [QuestionChange.Broken] = 1 });
        _browser.Services.GetRequiredService<NavigationManager>().NavigateTo("evaluations/compare?first=7&second=8");

        var page = _browser.Render<CompareEvaluationsPage>();
        page.WaitForAssertion(() => Assert.Contains("Broken question?", page.Find(".changed-list").TextContent, StringComparison.Ordinal), Patience);
        await page.InvokeAsync(() => page.FindAll(".filter").Single(filter => filter.TextContent.StartsWith("Fixed", StringComparison.Ordinal)).Click());
        page.WaitForAssertion(() => Assert.Contains("Fixed question?", page.Find(".changed-list").TextContent, StringComparison.Ordinal), Patience);
        await page.InvokeAsync(() => page.Find(".changed-question").Click());

        page.WaitForAssertion(() => Assert.Equal(["First · tiny", "Second · better"], page.FindAll(".given > h3").Select(role => role.TextContent)), Patience);
        Assert.Contains("+10.0 (−2.0 to +22.0)", page.Find(".figures-table").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_LeadsToTheQuestions_AndToAComparisonOfTwo()
    {
        _site.Evaluations.List.AddRange([Evaluation with { Id = 8 }, Evaluation, Evaluation with { Id = 6, QuestionSet = "old", Answers = false }]);
        var page = _browser.Render<EvaluationsPage>();
        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll("tbody tr").Count), Patience);

        foreach (var at in new[] { 0, 1 })
            await page.InvokeAsync(() => page.FindAll("input[type=checkbox]")[at].Change(true));

        page.WaitForAssertion(() => page.Find("a[href='evaluations/compare?first=7&second=8']"), Patience);
        Assert.Equal(["evaluations/8", "evaluations/7"], page.FindAll("tbody a").Select(link => link.GetAttribute("href")));
        Assert.Contains("50.0 %", page.FindAll("tbody tr")[0].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ModelCard_ReadsItsReliability_OnceSomebodyWantsToSeeIt()
    {
        var quality = new ModelQuality(null, "quiz", "handbook", Retriever.Hybrid, DateTimeOffset.UnixEpoch, new Dictionary<string, double>()) { Evaluation = 7 };
        var card = _browser.Render<ModelCard>(shown => shown.Add(
            c => c.Model, new ModelSummary("tiny", "shipped", true, DateTimeOffset.UnixEpoch, null, quality)));
        Assert.Empty(card.FindAll(".reliability"));

        await card.InvokeAsync(() => card.Find("details").TriggerEventAsync("ontoggle", EventArgs.Empty));

        card.WaitForAssertion(() => Assert.Single(card.FindAll(".reliability circle")), Patience);
        Assert.Equal("evaluations/7", card.Find("a[aria-label='tiny question by question']").GetAttribute("href"));
    }

    [Fact]
    public void Annotator_IsToldThatEvaluationsAreForCurators()
    {
        _site.Me = new("ann", [Roles.Annotator], false, true);

        var page = Render();

        page.WaitForAssertion(() => Assert.Contains("for curators", page.Find(".notice").TextContent, StringComparison.Ordinal), Patience);
    }

    private IRenderedComponent<EvaluationPage> Render() => _browser.Render<EvaluationPage>(page => page.Add(shown => shown.EvaluationId, Evaluation.Id));
}
