using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using RealmWeb.Client.Components.Chains;
using RealmWeb.Client.Pages;
using RealmWeb.Contracts.Chains;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Gates;
using RealmWeb.Contracts.QuestionSets;

namespace RealmWeb.Client.Tests.Pages;

/// <summary>The rules of a corpus and the dialog that starts a chain, over a real connection.</summary>
public sealed class GatePageTests : IAsyncLifetime
{
    private static readonly CorpusSummary Corpus = new("handbook", "Handbook", 3, 30, "g1", 30, false, "tiny", null, DateTimeOffset.UnixEpoch);
    private static readonly QuestionSetSummary Exam = new("exam", "exam.jsonl", 900, 12, 12, 9, [], 0, "ada", DateTimeOffset.UnixEpoch);

    private readonly BunitContext _browser = new();
    private ScriptedSite _site = null!;
    private IRenderedComponent<MudDialogProvider> _dialog = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await ScriptedSite.StartAsync();
        _site.QuestionSets.Add(Exam);
        _browser.Services.AddRealmWebClient(_site.Address);
        _browser.JSInterop.Mode = JSRuntimeMode.Loose;
        _browser.Render<MudPopoverProvider>();
        _dialog = _browser.Render<MudDialogProvider>();
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Gate_SavesWhatWasWritten_AndSaysItAsASentence()
    {
        var page = _browser.Render<GatePage>(shown => shown.Add(gate => gate.Name, "handbook"));
        page.WaitForAssertion(() => Assert.Contains("No rules yet.", page.Markup, StringComparison.Ordinal), Patience);

        // Nothing could be saved yet.
        Assert.DoesNotContain(page.FindAll("button"), button => button.TextContent == "Save");
        await page.InvokeAsync(() => page.FindAll("button").First(button => button.TextContent == "Add a rule").Click());
        await page.InvokeAsync(() => page.FindAll("select")[0].Change("falseRefusals"));
        await page.InvokeAsync(() => page.FindAll("input[type=number]")[0].Change("5"));
        var sentence = page.Find(".gate-rule p").TextContent;
        await page.InvokeAsync(() => page.Find("form").Submit());

        page.WaitForAssertion(() => Assert.Equal(new GateRule("exam", "falseRefusals", 5, 2), Assert.Single(_site.Rules)), Patience);
        Assert.Equal("Refused though answerable at most 5 % and worse than production by 2 % at most.", sentence);
    }

    [Fact]
    public void Gate_IsThatOfTheCorpus_WhenTheAddressChanges()
    {
        _site.Rules.Add(new GateRule("exam", "em", 40, null));
        var page = _browser.Render<GatePage>(shown => shown.Add(gate => gate.Name, "handbook"));
        page.WaitForAssertion(() => Assert.Single(page.FindAll(".gate-rule")), Patience);

        _site.Rules.Clear();
        page.Render(shown => shown.Add(gate => gate.Name, "other"));

        page.WaitForAssertion(() => Assert.Contains("No rules yet.", page.Markup, StringComparison.Ordinal), Patience);
    }

    [Fact]
    public async Task Chain_LearnsFromLabels_WhenItIsStartedForNewOnes()
    {
        _site.Labels = new ChainLabels(40, 4, 12);
        _site.Rules.Add(new GateRule("exam", "em", 50, null));
        var dialogs = _browser.Services.GetRequiredService<IDialogService>();
        await _dialog.InvokeAsync(() => dialogs.ShowAsync<StartChainDialog>("Retrain", new DialogParameters<StartChainDialog>
        {
            { shown => shown.Corpora, [Corpus] }, { shown => shown.Corpus, "handbook" }, { shown => shown.Labels, true },
        }));
        _dialog.WaitForAssertion(() => Assert.Contains("40 labels to learn from, 12 new", _dialog.Markup, StringComparison.Ordinal), Patience);

        _dialog.WaitForAssertion(() => Assert.Contains("in all, without 1 link", _dialog.Find(".field-error").TextContent, StringComparison.Ordinal), Patience);
        Assert.Contains("which is too little", _dialog.Find(".field-error").TextContent, StringComparison.Ordinal);
        await _dialog.InvokeAsync(() => _dialog.Find("#start-chain").Submit());

        _dialog.WaitForAssertion(() => Assert.Single(_site.Started), Patience);
        var request = Assert.IsType<StartChainRequest>(_site.Started[0].Request);
        Assert.Equal(("handbook", true, 0, 300), (request.Corpus, request.Labels, request.QuestionSets.Count, request.Steps));
    }

    [Fact]
    public async Task Chain_OffersNothingToLearnFromThatItIsMeasuredWith()
    {
        _site.QuestionSets.AddRange(new[] { "lessons", "spare" }
            .Select(name => new QuestionSetSummary(name, $"{name}.jsonl", 900, 12, 12, 9, [], 0, "ada", DateTimeOffset.UnixEpoch)));
        _site.Rules.Add(new GateRule("exam", "em", 50, null));
        var dialogs = _browser.Services.GetRequiredService<IDialogService>();
        await _dialog.InvokeAsync(() => dialogs.ShowAsync<StartChainDialog>("Retrain", new DialogParameters<StartChainDialog>
        {
            { shown => shown.Corpora, [Corpus] }, { shown => shown.Corpus, "handbook" },
        }));
        await _dialog.WaitForAssertionAsync(() => Assert.Contains("exam is measured with", _dialog.Markup, StringComparison.Ordinal), Patience);
        Assert.Equal(["lessons", "spare"], Lessons());

        await _dialog.FindAll("fieldset.roles")[1].QuerySelectorAll("input[type=checkbox]")[1].ChangeAsync(new() { Value = true });

        Assert.Equal(["lessons"], Lessons());
        Assert.Contains("exam, spare are measured with", _dialog.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chain_WeighsWhatItLearnsFrom()
    {
        _site.QuestionSets.AddRange(new[] { "lessons", "spare" }
            .Select(name => new QuestionSetSummary(name, $"{name}.jsonl", 900, 12, 12, 9, [], 0, "ada", DateTimeOffset.UnixEpoch)));
        _site.Labels = new ChainLabels(40, 4, 12);
        _site.Rules.Add(new GateRule("exam", "em", 50, null));
        var dialogs = _browser.Services.GetRequiredService<IDialogService>();
        await _dialog.InvokeAsync(() => dialogs.ShowAsync<StartChainDialog>("Retrain", new DialogParameters<StartChainDialog>
        {
            { shown => shown.Corpora, [Corpus] }, { shown => shown.Corpus, "handbook" }, { shown => shown.Labels, true },
        }));
        _dialog.WaitForAssertion(() => Assert.Contains("spare", _dialog.Markup, StringComparison.Ordinal), Patience);
        Assert.Empty(_dialog.FindAll(".weight-field"));

        await _dialog.FindAll("fieldset.roles")[0].QuerySelectorAll("input[type=checkbox]")[2].ChangeAsync(new() { Value = true });
        await _dialog.FindAll(".weight-field input")[0].ChangeAsync(new() { Value = "3" });
        await _dialog.FindAll(".weight-field input")[1].ChangeAsync(new() { Value = "0.5" });
        await _dialog.InvokeAsync(() => _dialog.Find("#start-chain").Submit());

        _dialog.WaitForAssertion(() => Assert.Single(_site.Started), Patience);
        var request = Assert.IsType<StartChainRequest>(_site.Started[0].Request);
        Assert.Equal((3, 0.5), (request.LabelWeight, Assert.Single(request.Weights!, weight => weight.Key == "spare").Value));
    }

    private IEnumerable<string> Lessons() =>
        _dialog.Find("fieldset.roles").QuerySelectorAll("label").Select(label => label.TextContent.Trim().Split(' ')[0]);
}
