using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using RealmWeb.Client.Pages;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Chains;
using RealmWeb.Contracts.Gates;
using RealmWeb.Contracts.Runs;

namespace RealmWeb.Client.Tests.Pages;

/// <summary>The page with the client's own services over a real connection.</summary>
public sealed class ChainPageTests : IAsyncLifetime
{
    private static readonly RunSnapshot Training = RunSnapshots.At(RunState.Running, 1) with { Kind = RunKind.FineTune };

    private static readonly ChainView Chain = new(
        Guid.NewGuid(), "handbook", ChainState.Running, "tiny", "better", ["lessons"], true, false, null, null, "ada", DateTimeOffset.UnixEpoch, null, null,
        null,
        [
            new ChainLinkView(1, ChainLinkKind.Snapshot, "", "", true, null, new Dictionary<string, string> { ["lessons"] = "8 questions, SHA-256 abc" }),
            new ChainLinkView(2, ChainLinkKind.FineTuning, "", "", false, Training, new Dictionary<string, string>()),
            new ChainLinkView(3, ChainLinkKind.Evaluation, "better", "exam", false, null, new Dictionary<string, string>()),
        ], 1);

    private static readonly GateReport Report = new(
        false,
        [
            new GateRuleVerdict(new GateRule("exam", "em", 50, null), new MeasureComparison("em", 8, 40, 60, 20, -5, 45), null),
            new GateRuleVerdict(new GateRule("exam", "em", null, 2), new MeasureComparison("em", 8, 40, 60, 20, -5, 45), "It may be worse by 5.0."),
        ],
        [new GateSetReport("exam", 8, [new MeasureComparison("em", 8, 40, 60, 20, -5, 45)], [new ChangedQuestion(3, "Who was first?", ["Ada"], null, "Ada")], [])]);

    private readonly BunitContext _browser = new();
    private ScriptedSite _site = null!;
    private IRenderedComponent<MudDialogProvider> _dialog = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await ScriptedSite.StartAsync();
        _browser.Services.AddRealmWebClient(_site.Address);
        _browser.JSInterop.Mode = JSRuntimeMode.Loose;
        _browser.Renderer.SetRendererInfo(new RendererInfo("WebAssembly", isInteractive: true));
        _browser.Render<MudPopoverProvider>();
        _dialog = _browser.Render<MudDialogProvider>();
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        await _site.DisposeAsync();
    }

    [Fact]
    public void Page_ShowsTheLinkThatWorks()
    {
        _site.Chains.Add(Chain);
        _site.Runs.Add(Training);

        var page = Render();

        page.WaitForAssertion(() => Assert.Contains("3 of 10", page.Find(".chain-link-now .run-numbers").TextContent, StringComparison.Ordinal), Patience);
        Assert.Contains("lessons: 8 questions, SHA-256 abc", page.Find(".chain-link-done").TextContent, StringComparison.Ordinal);
        Assert.Contains(page.FindAll("button"), button => button.TextContent == "Stop");
    }

    [Fact]
    public void Page_SaysWhyAChainFailed_AndOffersToResumeIt()
    {
        _site.Chains.Add(Chain with { State = ChainState.Failed, Error = "No room." });
        _site.Runs.Add(Training);

        var page = Render();

        page.WaitForAssertion(() => Assert.Equal("No room.", page.Find("[role=alert]").TextContent), Patience);
        Assert.Contains(page.FindAll("button"), button => button.TextContent == "Resume");
    }

    [Fact]
    public async Task Report_ShowsRulesAndWhatChanged_AndOpensWhatBothModelsRead()
    {
        _site.Chains.Add(Chain with { State = ChainState.Waiting, Green = false });
        _site.Report = Report;
        var page = Render();
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".gate-rules li").Count), Patience);

        await page.InvokeAsync(() => page.Find(".changed-question").Click());
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".given").Count), Patience);

        Assert.Equal(["gate-holds", "gate-fails"], page.FindAll(".gate-rules li").Select(rule => rule.ClassName));
        Assert.Contains("+20.0 (−5.0 to +45.0)", page.Find(".figures-table").TextContent, StringComparison.Ordinal);
        Assert.Contains("No answer given", page.FindAll(".given")[0].TextContent, StringComparison.Ordinal);
        Assert.Equal("Ada", page.FindAll(".given")[1].QuerySelector("mark")!.TextContent);
    }

    [Fact]
    public async Task Promotion_AsksForAReasonAndForMore_WhenTheGateIsRed()
    {
        var waiting = Chain with { State = ChainState.Waiting, Green = false };
        _site.Chains.Add(waiting);
        _site.Report = Report;
        var page = Render();
        page.WaitForAssertion(() => Assert.Contains(page.FindAll("button"), button => button.TextContent == "Promote"), Patience);

        await page.InvokeAsync(() => page.FindAll("button").First(button => button.TextContent == "Promote").Click());
        _dialog.WaitForAssertion(() => _dialog.Find("#reason"), Patience);
        await _dialog.InvokeAsync(() => _dialog.Find("#reason").Input("right where it matters"));
        var before = Confirm().HasAttribute("disabled");
        await _dialog.InvokeAsync(() => _dialog.Find("input[type=checkbox]").Change(true));
        await _dialog.InvokeAsync(() => _dialog.Find("#decide-form").Submit());

        page.WaitForAssertion(() => Assert.Equal(
            (ApiRoutes.PromoteChain(waiting.Id), new DecideRequest("right where it matters", true)), Assert.Single(_site.Started)), Patience);
        Assert.True(before);
    }

    [Fact]
    public void Page_SaysSo_WhenThereIsNoSuchChain()
    {
        var page = Render();

        page.WaitForAssertion(() => Assert.Contains("There is no such chain.", page.Markup, StringComparison.Ordinal), Patience);
    }

    private IElement Confirm() => _dialog.FindAll("button").First(button => button.TextContent.Trim() == "Promote");

    private IRenderedComponent<ChainPage> Render() => _browser.Render<ChainPage>(page => page.Add(shown => shown.ChainId, Chain.Id));
}
