using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using RealmWeb.Client.Components.Runs.Starting;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.QuestionSets;
using RealmWeb.Contracts.Runs;

namespace RealmWeb.Client.Tests.Components.Runs;

/// <summary>The dialog with the forms of all kinds, over a real connection.</summary>
public sealed class StartRunDialogTests : IAsyncLifetime
{
    private const StringComparison Ordinal = StringComparison.Ordinal;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly CorpusSummary Corpus = new("handbook", "Handbook", 3, 30, "g1", 30, false, "tiny", null, DateTimeOffset.UnixEpoch);
    private static readonly QuestionSetSummary Lessons = new("lessons", "lessons.jsonl", 900, 12, 12, 9, [], 0, "ada", DateTimeOffset.UnixEpoch);

    private readonly BunitContext _browser = new();
    private ScriptedSite _site = null!;
    private IRenderedComponent<MudDialogProvider> _dialog = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await ScriptedSite.StartAsync();
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

    public static TheoryData<RunKind, string[], string[]> Forms => new()
    {
        { RunKind.IndexBuild, ["run-corpus"], ["run-model", "run-steps", "run-questions"] },
        { RunKind.Sync, ["run-corpus", "sync-folder", "sync-dry"], ["run-model", "run-steps"] },
        { RunKind.PreTrain, ["run-corpus", "run-model", "run-steps", "run-new-model", "run-settings"], ["run-questions"] },
        { RunKind.Adapt, ["run-corpus", "run-model", "run-steps", "run-new-model", "run-settings"], ["run-questions"] },
        { RunKind.FineTune, ["run-corpus", "run-model", "run-steps", "run-new-model", "run-settings"], ["run-questions"] },
        { RunKind.Evaluate, ["run-questions", "run-corpus", "run-model", "run-retriever", "run-limit"], ["run-steps"] },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Form_AsksWhatItsKindNeeds(RunKind kind, string[] asked, string[] notAsked)
    {
        _site.QuestionSets.Add(Lessons);

        await OpenAsync(kind);

        Assert.All(asked, id => Assert.NotNull(_dialog.Find($"#{id}")));
        Assert.All(notAsked, id => Assert.Empty(_dialog.FindAll($"#{id}")));
    }

    [Fact]
    public async Task Form_LeadsToTheQuestionSets_WhenThereIsNone()
    {
        await OpenAsync(RunKind.FineTune);

        _dialog.WaitForAssertion(() => Assert.Contains("There is no question set yet.", _dialog.Markup, StringComparison.Ordinal), Patience);
        Assert.True(Start().HasAttribute("disabled"));

        await _dialog.InvokeAsync(() => _dialog.FindAll("button").Single(button => button.TextContent.Contains("Add a question set", Ordinal)).Click());

        Assert.EndsWith("/models#question-sets", _browser.Services.GetRequiredService<NavigationManager>().Uri, Ordinal);
    }

    [Fact]
    public async Task FolderSync_SendsTheFolderThatIsChosen()
    {
        await OpenAsync(RunKind.Sync);
        _dialog.WaitForAssertion(() => Assert.Equal(["handbook-files", "wiki"], _dialog.FindAll("#sync-folder option").Select(option => option.TextContent)), Patience);

        await _dialog.InvokeAsync(() => _dialog.Find("#sync-folder").Change("wiki"));
        await _dialog.InvokeAsync(() => _dialog.Find("#sync-dry").Change(true));
        await _dialog.InvokeAsync(() => _dialog.Find("#start-run").Submit());

        _dialog.WaitForAssertion(() => Assert.Single(_site.Started), Patience);
        Assert.Equal((ApiRoutes.Sync, new StartSyncRequest("handbook", "wiki", true)), (_site.Started[0].Route, _site.Started[0].Request));
    }

    [Fact]
    public async Task FolderSync_NamesTheSetting_WhenNoFolderIsOffered()
    {
        _site.SourceFolders.Clear();

        await OpenAsync(RunKind.Sync);

        _dialog.WaitForAssertion(() => Assert.Contains("Realm:Jobs:SourceFolders:NAME", _dialog.Markup, StringComparison.Ordinal), Patience);
        Assert.True(Start().HasAttribute("disabled"));
    }

    [Fact]
    public async Task Adaptation_StartsWithoutQuestions_AndSaysWhatIsMissedThen()
    {
        await OpenAsync(RunKind.Adapt);
        _dialog.WaitForAssertion(() => Assert.Contains("Without question sets", _dialog.Markup, StringComparison.Ordinal), Patience);

        Assert.Equal("200", _dialog.Find("#run-steps").GetAttribute("value"));
        await _dialog.InvokeAsync(() => _dialog.Find("#run-new-model").Input("adapted"));

        _dialog.WaitForAssertion(() => Assert.False(Start().HasAttribute("disabled")), Patience);
    }

    [Fact]
    public async Task Start_SendsWhatWasTyped_OnceItIsComplete()
    {
        await OpenAsync(RunKind.PreTrain);
        Assert.True(Start().HasAttribute("disabled"));

        await _dialog.InvokeAsync(() => _dialog.Find("#run-new-model").Input("tuned"));
        _dialog.WaitForAssertion(() => Assert.False(Start().HasAttribute("disabled")), Patience);
        await _dialog.InvokeAsync(() => _dialog.Find("#start-run").Submit());

        _dialog.WaitForAssertion(() => Assert.Single(_site.Started), Patience);
        Assert.Equal(
            (ApiRoutes.Training, new StartTrainingRequest(RunKind.PreTrain, "handbook", 1000, "", "tuned")),
            (_site.Started[0].Route, (StartTrainingRequest)_site.Started[0].Request! with { QuestionSets = null }));
    }

    [Fact]
    public async Task Form_SaysWhatTheRunWillTake_OnceItIsComplete()
    {
        await OpenAsync(RunKind.PreTrain);

        await _dialog.InvokeAsync(() => _dialog.Find("#run-new-model").Input("tuned"));
        _dialog.WaitForAssertion(() => Assert.Contains("About 16 min 40 s", _dialog.Find(".forecast").TextContent, StringComparison.Ordinal), Patience);
        await _dialog.InvokeAsync(() => _dialog.Find("#run-steps").Input("60"));

        _dialog.WaitForAssertion(() => Assert.Contains("About 1 min 0 s", _dialog.Find(".forecast").TextContent, StringComparison.Ordinal), Patience);
        Assert.Contains("Writes about 3 MB; 1 MB may be used, which is too little.", _dialog.Find(".field-error").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WaitsAgain_WhenAKindIsChosenThatNeedsMore()
    {
        await OpenAsync(RunKind.IndexBuild);
        _dialog.WaitForAssertion(() => Assert.False(Start().HasAttribute("disabled")), Patience);

        await _dialog.InvokeAsync(() => _dialog.Find("#run-kind").Change(nameof(RunKind.Mlm)));

        _dialog.WaitForAssertion(() => Assert.True(Start().HasAttribute("disabled")), Patience);
    }

    private async Task OpenAsync(RunKind kind)
    {
        var parameters = new DialogParameters<StartRunDialog> { { dialog => dialog.Corpora, [Corpus] }, { dialog => dialog.Kind, kind } };
        await _dialog.InvokeAsync(() => _browser.Services.GetRequiredService<IDialogService>().ShowAsync<StartRunDialog>("Start a run", parameters));
        _dialog.WaitForElement("#run-corpus", Patience);
    }

    private IElement Start() => _dialog.FindAll("button").Single(button => button.TextContent.Trim() == "Start");
}
