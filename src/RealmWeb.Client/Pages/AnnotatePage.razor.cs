using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;
using RealmWeb.Client.Components.Shared;
using RealmWeb.Client.Components.Annotation;
using RealmWeb.Client.Services;
using RealmWeb.Client.State;
using RealmWeb.Contracts.Annotation;
using RealmWeb.Contracts.Events;
using RealmWeb.Contracts.Flags;

namespace RealmWeb.Client.Pages;

/// <summary>The annotators' desk: one item at a time, by mouse or by keys alone, and what the annotator made of others.</summary>
public sealed partial class AnnotatePage : ScriptedComponent
{
    private readonly List<IDisposable> _subscriptions = [];
    private readonly AccountState _account;
    private readonly CorporaState _corpora;
    private readonly RealmApi _api;
    private readonly SiteEvents _events;
    private readonly BrowserPage _page;
    private readonly IDialogService _dialogs;
    private readonly DraftShelf _shelf;
    private readonly AnnotationDesk _desk;
    private DotNetObjectReference<AnnotatePage>? _self;
    private IJSObjectReference? _keys;
    private DeskKeys _keyMap = DeskKeys.Default;
    private LabelState? _tab;
    private (string? Corpus, long? Item) _begun;
    private int _active;
    private long _shown;
    private bool _guidelines = true;

    public AnnotatePage(
        AccountState account, CorporaState corpora, RealmApi api, SiteEvents events, BrowserPage page, IDialogService dialogs, TimeProvider time)
    {
        (_account, _corpora, _api, _events, _page, _dialogs) = (account, corpora, api, events, page, dialogs);
        _shelf = new DraftShelf(page, api, () => account.Me?.Name ?? "");
        _desk = new AnnotationDesk(api, time, _shelf, () => InvokeAsync(StateHasChanged));
    }

    /// <summary>Name of the corpus to begin with; null for all.</summary>
    [SupplyParameterFromQuery(Name = "corpus")] public string? StartCorpus { get; set; }

    /// <summary>Item to begin with; null for the next of the queue.</summary>
    [SupplyParameterFromQuery(Name = "item")] public long? StartItem { get; set; }

    private AccountState Account => _account;

    private CorporaState Corpora => _corpora;

    private string Query => _desk.Wanted.Corpus is { Length: > 0 } corpus ? $"?corpus={Uri.EscapeDataString(corpus)}" : "";

    private string KeysText => $"Keys ({_keyMap.Shown(DeskAction.Keys)})";

    private bool Known => _account.Me is not null || _account.Problem is not null;

    private bool Allowed => _account.IsAnnotator;

    private IEnumerable<(LabelState? Tab, string Text, int? Count)> Tabs =>
    [
        (null, "Pending", _desk.Progress?.Pending), (LabelState.Draft, "Draft", _desk.Progress?.Drafts),
        (LabelState.Submitted, "Submitted", _desk.Progress?.Submitted), (LabelState.Discarded, "Discarded", _desk.Progress?.Discarded),
    ];

    private string ProgressText => _desk.Progress is { } progress
        ? $"{progress.Today} today, {progress.Submitted} in all by you · {progress.AllSubmitted} by everybody, {progress.AllPending} waiting"
        : "";

    private string EmptyText => _desk.Progress is { Today: > 0 } progress
        ? $"Nothing waits that you could label. You submitted {progress.Today} today."
        : "Nothing waits that you could label. Flags of askers, questions without an answer and close calls come here by themselves.";

    /// <summary>Called by the page's script with the name of a key.</summary>
    [JSInvokable]
    public async Task OnDeskKey(string key)
    {
        if (_keyMap.ActionOf(key) is not { } action) return;
        if (action == DeskAction.Keys) await ShowKeysAsync();
        else if (action == DeskAction.Undo && _tab is null) await _desk.UndoAsync();
        else if (_tab is null && _desk.Label is { } label) await DoAsync(action, label);
        StateHasChanged();
    }

    protected override void OnInitialized()
    {
        var changed = EventCallback.Factory.Create(this, StateHasChanged);
        _subscriptions.Add(_account.OnChange(changed));
        _subscriptions.Add(_corpora.OnChange(changed));
    }

    // A link from the desk to the desk, with another corpus or item.
    protected override Task OnParametersSetAsync() => _self is not null && _begun != (StartCorpus, StartItem) ? BeginAsync() : Task.CompletedTask;

    protected override async Task RenderedAsync(bool firstRender)
    {
        if (firstRender)
        {
            await _account.LoadAsync();
            if (!Allowed)
            {
                StateHasChanged();
                return;
            }

            _self = ReferenceTo(this);
            if ((await _api.DeskKeysAsync()).Value is { } chosen) _keyMap = DeskKeys.Of(chosen);
            _keys = await _page.ListenToDeskKeysAsync(_self, _keyMap);
            if (_corpora.Corpora is null) await _corpora.LoadAsync();
            _subscriptions.Add(await _events.WatchAsync(
                _corpora.Annotated?.Select(corpus => EventTopics.Queue(corpus.Name)) ?? [], () => InvokeAsync(OnQueueChangedAsync)));
            await BeginAsync();
        }
        else if (_desk.Label?.Item is { } shown && shown.Id != _shown)
        {
            // The next item begins at its top, wherever the one before was left.
            (_shown, _active) = (shown.Id, 0);
            await _page.FocusAsync("desk-question");
        }
    }

    public override async ValueTask DisposeAsync()
    {
        _subscriptions.ForEach(subscription => subscription.Dispose());
        await base.DisposeAsync();
        await _desk.DisposeAsync();
    }

    /// <summary>What the asker said, as the end of a sentence; empty for nothing.</summary>
    public static string AskerSays(FlagNote? flag)
    {
        if (flag is null) return "";
        List<string> parts = [];
        if (flag.Verdict is { } verdict) parts.Add(verdict == AnswerVerdict.Right ? "the answer is right" : "the answer is wrong");
        if (flag.NotInDocuments) parts.Add("the answer is not in these documents");
        if (flag.Note.Length > 0) parts.Add($"“{flag.Note}”");
        // A note is a sentence of its own, with a full stop or without.
        return parts.Count == 0 ? "" : string.Join("; ", parts) + (flag.Note.Length > 0 ? "" : ".");
    }

    private static string? AskerOf(FlagNote? flag, int rank) => flag is null ? null
        : flag.Right.Contains(rank) ? "Asker: this answers it" : flag.Wrong.Contains(rank) ? "Asker: does not belong here" : null;

    private static string WaitsText(ItemLabel label) => label.Finishing
        ? "The connection is lost. What you said is kept in this browser; it is submitted when the connection is back."
        : "The connection is lost. What you said is kept in this browser, and sent when the connection is back.";

    private static string SavedText(ItemLabel label) => label.Waits ? "Kept in this browser" : !label.Saved ? "Saving …"
        : label.Item.Label is null && label.Content == LabelContent.Empty ? "" : "Draft saved";

    private Task BeginAsync()
    {
        (_begun, _tab) = ((StartCorpus, StartItem), null);
        _desk.Wanted = new NextItemRequest(StartCorpus ?? "");
        return StartItem is { } item ? _desk.OpenAsync(item) : _desk.NextAsync();
    }

    private async Task DoAsync(DeskAction action, ItemLabel label)
    {
        var active = label.Passages.FirstOrDefault(passage => passage.Rank == _active);
        switch (action)
        {
            case DeskAction.NextPassage or DeskAction.PassageBefore:
                await ActivateAsync(label, action == DeskAction.NextPassage ? 1 : -1);
                break;
            case DeskAction.Submit:
                await _desk.SubmitAsync();
                break;
            case DeskAction.SaveDraft:
                await label.SaveAsync();
                break;
            case DeskAction.Skip:
                await _desk.SkipAsync();
                break;
            case DeskAction.Discard:
                await _desk.DiscardAsync();
                break;
            case DeskAction.Guidelines:
                _guidelines = !_guidelines;
                break;
            case var _ when label.HoldLost:
                break;
            case >= DeskAction.Grade0 and <= DeskAction.Grade3 when active is not null:
                await label.ChangeAsync(PassageForm.Graded(label.SaidOf(active), action - DeskAction.Grade0));
                break;
            case DeskAction.Unmark when active is not null:
                await label.ChangeAsync(label.SaidOf(active) with { Spans = [] });
                break;
            case DeskAction.NoAnswer:
                await label.ChangeAsync(LabelForm.WithNoAnswer(label.Content));
                break;
            case DeskAction.BadQuestion:
                await label.ChangeAsync(label.Content with { BadQuestion = !label.Content.BadQuestion });
                break;
            case DeskAction.Reformulate:
                await _page.FocusAsync("desk-reformulated");
                break;
            case DeskAction.Note:
                await _page.FocusAsync("desk-note");
                break;
            case DeskAction.Find:
                await FindAsync();
                break;
        }
    }

    // Others work at the queue, and what askers flag comes into it.
    private Task OnQueueChangedAsync() => _tab is null && _desk.Phase == DeskPhase.Empty ? _desk.NextAsync() : _desk.LoadProgressAsync();

    private async Task ActivateAsync(ItemLabel label, int step)
    {
        if (label.Passages.Count == 0) return;
        var at = label.Passages.ToList().FindIndex(passage => passage.Rank == _active);
        _active = label.Passages[Math.Clamp(at + step, 0, label.Passages.Count - 1)].Rank;
        StateHasChanged();
        await _page.FocusAsync(PassageForm.TextId(_active));
    }

    private async Task FindAsync()
    {
        if (_desk.Label is not { HoldLost: false } label) return;
        var parameters = new DialogParameters<FindPassageDialog> { { dialog => dialog.Corpus, label.Item.Corpus } };
        var shown = await _dialogs.ShowAsync<FindPassageDialog>(
            "Find another passage", parameters, new DialogOptions { MaxWidth = MaxWidth.Medium, FullWidth = true, CloseOnEscapeKey = true });
        if (await shown.GetReturnValueAsync<FoundPassage?>() is not { } found) return;
        _active = await label.AddAsync(new AnnotationPassage(
            0, found.DocumentId, found.BlockId, found.DocumentStart, found.Title, found.Text, null, null, null, true));
        StateHasChanged();
        await _page.FocusAsync(PassageForm.TextId(_active));
    }

    private async Task ShowKeysAsync()
    {
        if (await DeskKeysSheet.ShowAsync(_dialogs, _keyMap) is not { } chosen) return;
        _keyMap = chosen;
        await StopKeysAsync();
        _keys = await _page.ListenToDeskKeysAsync(_self!, _keyMap);
        StateHasChanged();
    }

    protected override Task StopScriptsAsync() => StopKeysAsync();

    private async Task StopKeysAsync()
    {
        if (_keys is not { } keys) return;
        _keys = null;
        await keys.InvokeVoidAsync("stop");
        await keys.DisposeAsync();
    }

    private async Task ShowAsync(LabelState? tab)
    {
        if (_desk.Label is { } label) await label.SaveAsync();
        _tab = tab;
        await _desk.LoadProgressAsync();
        if (tab is null && _desk.Label is null) await _desk.NextAsync();
    }

    private async Task OpenAsync(LabelView label)
    {
        _tab = null;
        if (label.State == LabelState.Draft) await _desk.OpenAsync(label.ItemId);
        else await _desk.ReopenAsync(label.ItemId);
    }

    private Task OpenAsync(KeptDraft draft)
    {
        _tab = null;
        return _desk.OpenAsync(draft);
    }

    private async Task DropAsync(KeptDraft draft)
    {
        await _shelf.DropAsync(draft.Item);
        StateHasChanged();
    }

    private async Task FilterAsync(NextItemRequest wanted)
    {
        _desk.Wanted = wanted;
        if (_tab is null && _desk.Label is null) await _desk.NextAsync();
        else if (_tab is null && _desk.Label is { Item: { } item } && !Fits(item, wanted)) await _desk.SkipAsync();
        else await _desk.LoadProgressAsync();
    }

    private static bool Fits(AnnotationItemView item, NextItemRequest wanted) =>
        (wanted.Corpus.Length == 0 || item.Corpus == wanted.Corpus) && (wanted.Source is null || item.Source == wanted.Source);
}
