using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;
using RealmWeb.Client.Components.Ask;
using RealmWeb.Client.Services;
using RealmWeb.Client.State;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Questions;

namespace RealmWeb.Client.Pages;

/// <summary>Asks and shows the answer. The address holds corpus and question, so that a link, Back and Reload lead to the same answer.</summary>
public sealed partial class AskPage(
    AskSession session, FlagSession flags, CorporaState corpora, AccountState account, BrowserPage page, NavigationManager navigation,
    IDialogService dialogs, ISnackbar snackbar, TimeProvider time)
{
    private static readonly TimeSpan BuildCheckEvery = TimeSpan.FromSeconds(3);
    private readonly List<IDisposable> _subscriptions = [];
    private DotNetObjectReference<AskPage>? _self;
    private IJSObjectReference? _keys;
    private ITimer? _buildChecks;
    private string _text = "";
    private (string Question, string Corpus)? _asked;
    private string? _infoFor;
    private string _selected = "";
    private bool _usable;

    /// <summary>Corpus of the address; null for the default one.</summary>
    [Parameter] public string? Corpus { get; set; }

    /// <summary>Question of the address.</summary>
    [SupplyParameterFromQuery(Name = "q")] public string? Q { get; set; }

    private AskSession Session => session;

    private AccountState Account => account;

    private bool Asked => !string.IsNullOrWhiteSpace(Q);

    /// <summary>The site is new: not even a default corpus.</summary>
    private bool NoCorpora => Corpus is null && session.InfoProblem is { NotFound: true };

    private bool CannotAsk => NoCorpora || session.Info is { AnswersFrom: null, Blocks: 0 };

    private bool Waiting => session.Phase == AskPhase.Searching || (session.Phase == AskPhase.Idle && Asked);

    /// <summary>Where the corpus of the address is the default one, its name is in what came back.</summary>
    private string Searched => Corpus ?? session.Response?.Corpus ?? session.Info?.Corpus ?? "";

    private IReadOnlyList<EvidencePassage> Shown =>
        session.Response is { NoAnswer: true } ? [.. session.Evidence.Take(AnswerBlock.NearestShown)] : session.Evidence;

    private IReadOnlyList<CorpusSummary> OtherCorpora =>
        [.. (corpora.Corpora ?? []).Where(corpus => corpus.Name != Searched && corpus.Blocks > 0)];

    private string Polite => session.Phase switch
    {
        AskPhase.Searching or AskPhase.Reading => StageLine.Announce(session.Stages),
        AskPhase.Answered when session.Response is { NoAnswer: false } answered && Strengths.Of(answered.Confidence) != Strength.Weak =>
            AnswerBlock.Announce(answered),
        _ => "",
    };

    private string Assertive => session is { Phase: AskPhase.Answered, Response: { } answered } && Polite.Length == 0 ? AnswerBlock.Announce(answered) : "";

    /// <summary>Called by the page's script with the name of a key.</summary>
    [JSInvokable]
    public async Task OnKey(string key)
    {
        switch (key)
        {
            case "/":
                await page.FocusAsync("question", selectText: true);
                break;
            case "Escape":
                await session.StopAsync();
                break;
            case "j" or "k":
                await SelectAsync(key == "j" ? 1 : -1);
                break;
            case "o" when Shown.FirstOrDefault(passage => passage.BlockId == _selected) is { } passage:
                navigation.NavigateTo(EvidenceCard.AddressOf(Searched, passage));
                break;
            case "f" or "u" or "y" or "n" or "1" or "2" or "3" when MayFlag:
                await OnFlagKeyAsync(key);
                break;
            case "?":
                await dialogs.ShowAsync<KeysHelp>(
                    "Keys", new DialogOptions { CloseButton = true, CloseOnEscapeKey = true, MaxWidth = MaxWidth.ExtraSmall, FullWidth = true });
                break;
        }
    }

    protected override void OnInitialized()
    {
        var changed = EventCallback.Factory.Create(this, StateHasChanged);
        _subscriptions.Add(session.OnChange(EventCallback.Factory.Create(this, OnAnswerAsync)));
        _subscriptions.Add(flags.OnChange(changed));
        _subscriptions.Add(corpora.OnChange(changed));
        _subscriptions.Add(account.OnChange(changed));
    }

    protected override async Task OnParametersSetAsync()
    {
        // A page that the server renders calls nothing.
        if (!RendererInfo.IsInteractive) return;
        var corpus = Corpus ?? "";
        await corpora.SelectAsync(corpus);
        if (_infoFor != corpus)
        {
            _infoFor = corpus;
            await session.LoadInfoAsync(corpus);
            // The address names none: the server knows which one is the default.
            if (session.Info is { } info) await corpora.SelectAsync(info.Corpus);
        }

        if (Asked && _asked != (Q!, corpus))
        {
            _flagOpen = false;
            (_asked, _text, _selected) = ((Q!, corpus), Q!, "");
            // Back from a document: the answer is still here.
            var here = session.Question == Q && session.Corpus == corpus && session.Phase == AskPhase.Answered;
            if (!here) await session.AskAsync(Q!, corpus);
        }
        else if (!Asked && _asked is not null)
        {
            (_asked, _text, _selected) = (null, "", "");
            await session.ClearAsync();
        }
    }

    protected override async Task RenderedAsync(bool firstRender)
    {
        // A box that becomes usable again, its index built, has lost the focus that it had.
        var becameUsable = !CannotAsk && !_usable;
        _usable = !CannotAsk;
        if (becameUsable && !Asked) await page.FocusUnlessElsewhereAsync("question");
        if (!firstRender) return;
        _self = ReferenceTo(this);
        _keys = await page.ListenToKeysAsync(_self);
        if (await page.TakeDraftAsync() is { Length: > 0 } draft && !Asked) _text = draft;
        _buildChecks = time.CreateTimer(_ => InvokeAsync(CheckBuildAsync), null, BuildCheckEvery, BuildCheckEvery);
        StateHasChanged();
    }

    public override async ValueTask DisposeAsync()
    {
        _subscriptions.ForEach(subscription => subscription.Dispose());
        if (_buildChecks is not null) await _buildChecks.DisposeAsync();
        await base.DisposeAsync();
        await session.StopAsync();
    }

    protected override async Task StopScriptsAsync()
    {
        if (_keys is not { } keys) return;
        _keys = null;
        await keys.InvokeVoidAsync("stop");
        await keys.DisposeAsync();
    }

    private string AddressOf(string? question = null)
    {
        var path = Corpus is null ? "./" : $"c/{Corpus}";
        return question is null ? path : $"{path}?q={Uri.EscapeDataString(question)}";
    }

    private Task AskAsync()
    {
        var question = _text.Trim();
        if (question == Q) return AskAgainAsync();
        navigation.NavigateTo(AddressOf(question));
        return Task.CompletedTask;
    }

    private Task AskAgainAsync() => session.AskAsync(Q!, Corpus ?? "");

    private Task RephraseAsync() => page.FocusAsync("question", selectText: true);

    private async Task SelectAsync(int step)
    {
        if (Shown.Count == 0) return;
        var at = Shown.ToList().FindIndex(passage => passage.BlockId == _selected);
        var reached = Shown[Math.Clamp(at + step, 0, Shown.Count - 1)];
        _selected = reached.BlockId;
        StateHasChanged();
        await page.FocusAsync(EvidenceCard.ElementId(reached.Number));
    }

    private Task CheckBuildAsync() => session.Info is { Building: true } ? session.LoadInfoAsync(Corpus ?? "") : Task.CompletedTask;
}
