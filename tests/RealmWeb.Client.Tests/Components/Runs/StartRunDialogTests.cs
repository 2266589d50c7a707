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
        { RunKind.PreTrain, ["run-corpus", "run-model", "run-steps", "run-new-model", "run-seed"], ["run-questions"] },
        { RunKind.Adapt, ["run-corpus", "run-model", "run-steps", "run-new-model", "run-seed"], ["run-questions"] },
        { RunKind.FineTune, ["run-corpus", "run-model", "run-steps", "run-new-model", "run-seed"], ["run-questions"] },
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
    public async Task Settings_HaveAFieldEach_AndAreSentAsTheyWereChosen()
    {
        OfferSettings();
        await OpenSettingsAsync();

        await _dialog.InvokeAsync(() => _dialog.Find("#run-settings-realm-candidates").Input("12"));
        await _dialog.InvokeAsync(() => _dialog.Find("#run-settings-realm-nullDocument").Change("false"));
        await _dialog.InvokeAsync(() => _dialog.Find("#run-settings-realm-shares").Input("0.5, 1,"));
        await _dialog.InvokeAsync(() => _dialog.Find(".setting-group .setting-group input[type=checkbox]").Change(true));
        await _dialog.InvokeAsync(() => _dialog.Find("#run-settings-realm-stopping-metric").Input("devF1"));
        // What was typed stays until it means something.
        Assert.Equal("0.5, 1,", _dialog.Find("#run-settings-realm-shares").GetAttribute("value"));
        await _dialog.InvokeAsync(() => _dialog.Find("#run-new-model").Input("tuned"));
        await _dialog.InvokeAsync(() => _dialog.Find("#start-run").Submit());

        _dialog.WaitForAssertion(() => Assert.Single(_site.Started), Patience);
        Assert.Equal(
            """{"realm":{"candidates":12,"nullDocument":false,"shares":[0.5,1],"stopping":{"metric":"devF1"}}}""",
            string.Concat(((StartTrainingRequest)_site.Started[0].Request!).Settings.Where(letter => !char.IsWhiteSpace(letter))));
    }

    [Fact]
    public async Task Settings_AreCheckedAsTheyAreTyped_AndNamedWithTheFix()
    {
        OfferSettings();
        _site.CheckOfSettings = request => request.Settings.Contains('0')
            ? new([new("realm.candidates", "It is 0. Use 2 to 1024.")], "") : new([], "the whole");
        await OpenSettingsAsync();
        await _dialog.InvokeAsync(() => _dialog.Find("#run-new-model").Input("tuned"));
        _dialog.WaitForAssertion(() => Assert.False(Start().HasAttribute("disabled")), Patience);

        await _dialog.InvokeAsync(() => _dialog.Find("#run-settings-realm-candidates").Input("0"));

        _dialog.WaitForAssertion(() => Assert.Equal("It is 0. Use 2 to 1024.", _dialog.Find("#run-settings-realm-candidates-problem").TextContent), Patience);
        Assert.Equal("true", _dialog.Find("#run-settings-realm-candidates").GetAttribute("aria-invalid"));
        Assert.Contains("realm.candidates: It is 0. Use 2 to 1024.", _dialog.Find("[role=status] li").TextContent, Ordinal);
        Assert.True(Start().HasAttribute("disabled"));

        await _dialog.InvokeAsync(() => _dialog.Find("#run-settings").Input("""{ "realm": { "candidates": 5 } }"""));

        _dialog.WaitForAssertion(() => Assert.False(Start().HasAttribute("disabled")), Patience);
        Assert.Equal("5", _dialog.Find("#run-settings-realm-candidates").GetAttribute("value"));
        _dialog.WaitForAssertion(() => Assert.Equal("the whole", _dialog.Find("pre").TextContent), Patience);
    }

    [Fact]
    public async Task Settings_KeepTheirFieldsShut_WhileTheTextIsNoJson()
    {
        OfferSettings();
        await OpenSettingsAsync();

        await _dialog.InvokeAsync(() => _dialog.Find("#run-settings").Input("{ \"realm\": "));

        Assert.True(_dialog.Find("#run-settings-realm-candidates").HasAttribute("disabled"));
        Assert.Contains("once the JSON below can be read", _dialog.Markup, Ordinal);
    }

    [Fact]
    public async Task Start_WaitsAgain_WhenAKindIsChosenThatNeedsMore()
    {
        await OpenAsync(RunKind.IndexBuild);
        _dialog.WaitForAssertion(() => Assert.False(Start().HasAttribute("disabled")), Patience);

        await _dialog.InvokeAsync(() => _dialog.Find("#run-kind").Change(nameof(RunKind.Mlm)));

        _dialog.WaitForAssertion(() => Assert.True(Start().HasAttribute("disabled")), Patience);
    }

    private void OfferSettings()
    {
        SettingView Leaf(string name, SettingKind kind, string value) => new(name, name, kind, "", value, null, null, false, [], []);
        _site.Settings.Add(new("realm", "REALM", SettingKind.Group, "", "", null, null, false, [],
        [
            Leaf("candidates", SettingKind.Count, "8"), Leaf("nullDocument", SettingKind.Switch, "true"), Leaf("shares", SettingKind.Numbers, "1"),
            new("stopping", "Stopping early", SettingKind.Group, "", "", null, null, true, [], [Leaf("metric", SettingKind.Text, "")]),
        ]));
    }

    private async Task OpenSettingsAsync()
    {
        await OpenAsync(RunKind.PreTrain);
        await _dialog.InvokeAsync(() => _dialog.Find("details").TriggerEventAsync("ontoggle", EventArgs.Empty));
        _dialog.WaitForElement("#run-settings-realm-candidates", Patience);
    }

    private async Task OpenAsync(RunKind kind)
    {
        var parameters = new DialogParameters<StartRunDialog> { { dialog => dialog.Corpora, [Corpus] }, { dialog => dialog.Kind, kind } };
        await _dialog.InvokeAsync(() => _browser.Services.GetRequiredService<IDialogService>().ShowAsync<StartRunDialog>("Start a run", parameters));
        _dialog.WaitForElement("#run-corpus", Patience);
    }

    private IElement Start() => _dialog.FindAll("button").Single(button => button.TextContent.Trim() == "Start");
}
