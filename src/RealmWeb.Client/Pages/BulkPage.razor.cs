using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;
using RealmWeb.Client.Components.Shared;
using RealmWeb.Client.Components.Annotation;
using RealmWeb.Client.Services;
using RealmWeb.Client.State;
using RealmWeb.Contracts.Annotation;
using RealmWeb.Contracts.Events;

namespace RealmWeb.Client.Pages;

/// <summary>Many questions in a table, for who goes through a hundred: grades alone, by keys or by mouse.</summary>
public sealed partial class BulkPage(
    AccountState account, CorporaState corpora, RealmApi api, SiteEvents events, BrowserPage page, IDialogService dialogs, TimeProvider time)
    : ScriptedComponent
{
    private IDisposable? _subscription;
    private IDisposable? _watch;
    private DotNetObjectReference<BulkPage>? _self;
    private IJSObjectReference? _keys;
    private DeskKeys _keyMap = DeskKeys.Default;
    private DraftShelf? _shelf;
    private BulkDesk? _desk;
    private ItemLabel? _row;
    private int _rank;

    /// <summary>Name of the corpus to begin with; null for all.</summary>
    [SupplyParameterFromQuery(Name = "corpus")] public string? StartCorpus { get; set; }

    private bool Known => account.Me is not null || account.Problem is not null;

    private bool Allowed => account.IsAnnotator;

    private bool CanFinish => _row is not null && BulkDesk.IsOpen(_row);

    private string Query => _desk is { Wanted.Corpus: { Length: > 0 } corpus } ? $"?corpus={Uri.EscapeDataString(corpus)}" : "";

    private string KeysText => $"Keys ({_keyMap.Shown(DeskAction.Keys)})";

    private string ProgressText => _desk?.Progress is { } progress ? $"{progress.Today} today, {progress.Pending} wait for you" : "";

    private string SavedText => _desk!.Rows.Any(row => row.Waits) ? "Kept in this browser" : _desk.Rows.All(row => row.Saved) ? "" : "Saving …";

    /// <summary>Called by the page's script with the name of a key.</summary>
    [JSInvokable]
    public async Task OnDeskKey(string key)
    {
        if (_keyMap.ActionOf(key) is { } action) await DoAsync(action);
        StateHasChanged();
    }

    protected override void OnInitialized() => _subscription = account.OnChange(EventCallback.Factory.Create(this, StateHasChanged));

    protected override async Task RenderedAsync(bool firstRender)
    {
        if (!firstRender) return;
        await account.LoadAsync();
        if (Allowed)
        {
            _shelf = new DraftShelf(page, api, () => account.Me!.Name);
            _desk = new BulkDesk(api, time, _shelf, () => InvokeAsync(StateHasChanged));
            if ((await api.DeskKeysAsync()).Value is { } chosen) _keyMap = DeskKeys.Of(chosen);
            _self = ReferenceTo(this);
            _keys = await page.ListenToDeskKeysAsync(_self, _keyMap);
            if (corpora.Corpora is null) await corpora.LoadAsync();
            _watch = await events.WatchAsync(
                corpora.Annotated?.Select(corpus => EventTopics.Queue(corpus.Name)) ?? [], () => InvokeAsync(_desk.LookAgainAsync));
            await _desk.WantAsync(new NextItemRequest(StartCorpus ?? ""));
            await NextRowAsync(null);
        }

        StateHasChanged();
    }

    public override async ValueTask DisposeAsync()
    {
        _subscription?.Dispose();
        _watch?.Dispose();
        await base.DisposeAsync();
        if (_desk is not null) await _desk.DisposeAsync();
    }

    private async Task DoAsync(DeskAction action)
    {
        if (_desk is not { } desk) return;
        var passage = _row?.Passages.FirstOrDefault(passage => passage.Rank == _rank);
        switch (action)
        {
            case DeskAction.Keys:
                await ShowKeysAsync();
                break;
            case DeskAction.Undo:
                if (await desk.UndoAsync(_row) is { } row && row != _row) await GoAsync(row, null);
                break;
            case DeskAction.NextPassage or DeskAction.PassageBefore:
                await StepAsync(action == DeskAction.NextPassage ? 1 : -1);
                break;
            case var _ when _row is null || !BulkDesk.IsOpen(_row):
                break;
            case DeskAction.Submit or DeskAction.Discard:
                await FinishAsync(_row, action == DeskAction.Submit ? LabelState.Submitted : LabelState.Discarded);
                break;
            case DeskAction.Skip:
                await SkipAsync(_row);
                break;
            case DeskAction.SaveDraft:
                await _row.SaveAsync();
                break;
            case >= DeskAction.Grade0 and <= DeskAction.Grade3 when passage is not null:
                await _row.ChangeAsync(PassageForm.Graded(_row.SaidOf(passage), action - DeskAction.Grade0));
                // What is graded is left for what is not.
                if (_row.Passages.FirstOrDefault(other => other.Rank > _rank && _row.SaidOf(other).Grade is null) is { } next) await GoAsync(_row, next.Rank);
                break;
            case DeskAction.NoAnswer:
                await _row.ChangeAsync(LabelForm.WithNoAnswer(_row.Content));
                break;
            case DeskAction.BadQuestion:
                await _row.ChangeAsync(_row.Content with { BadQuestion = !_row.Content.BadQuestion });
                break;
        }
    }

    private void Activate(ItemLabel row, int rank) => (_row, _rank) = (row, rank);

    private async Task FinishAsync(ItemLabel row, LabelState state)
    {
        await _desk!.FinishAsync(row, state);
        // What waits for the connection is done as far as its annotator is concerned.
        if (row.State != LabelState.Draft || row.Finishing) await NextRowAsync(row);
    }

    private async Task SkipAsync(ItemLabel row)
    {
        var next = RowAfter(row);
        await _desk!.SkipAsync(row);
        await GoAsync(next ?? _desk.Rows.FirstOrDefault(BulkDesk.IsOpen), null);
    }

    private async Task ReopenAsync(ItemLabel row)
    {
        if (await _desk!.ReopenAsync(row.Item.Id) is { } opened) await GoAsync(opened, null);
    }

    private Task NextRowAsync(ItemLabel? row) => GoAsync(RowAfter(row) ?? _desk!.Rows.FirstOrDefault(other => other != row && IsToDo(other)), null);

    private ItemLabel? RowAfter(ItemLabel? row) =>
        _desk!.Rows.SkipWhile(other => row is not null && other != row).FirstOrDefault(other => other != row && IsToDo(other));

    private static bool IsToDo(ItemLabel row) => BulkDesk.IsOpen(row) && !row.Finishing;

    private Task StepAsync(int step)
    {
        var places = _desk!.Rows.Where(IsToDo).SelectMany(row => row.Passages.Select(passage => (Row: row, passage.Rank)).DefaultIfEmpty((row, 0))).ToList();
        if (places.Count == 0) return Task.CompletedTask;
        var at = places.FindIndex(place => place == (_row!, _rank));
        var (row, rank) = places[Math.Clamp(at + step, 0, places.Count - 1)];
        return GoAsync(row, rank);
    }

    /// <param name="rank">Null for the first passage.</param>
    private async Task GoAsync(ItemLabel? row, int? rank)
    {
        (_row, _rank) = (row, rank ?? (row?.Passages is [var first, ..] ? first.Rank : 0));
        StateHasChanged();
        if (row is not null) await page.FocusAsync(BulkRow.IdOf(row.Item.Id, _rank));
    }

    private async Task FilterAsync(NextItemRequest wanted)
    {
        _row = null;
        await _desk!.WantAsync(wanted);
        await NextRowAsync(null);
    }

    private async Task DropAsync(KeptDraft draft)
    {
        await _shelf!.DropAsync(draft.Item);
        StateHasChanged();
    }

    private async Task ShowKeysAsync()
    {
        if (await DeskKeysSheet.ShowAsync(dialogs, _keyMap) is not { } chosen) return;
        _keyMap = chosen;
        await StopKeysAsync();
        _keys = await page.ListenToDeskKeysAsync(_self!, _keyMap);
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
}
