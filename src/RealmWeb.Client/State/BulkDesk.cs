using RealmWeb.Client.Services;
using RealmWeb.Contracts.Annotation;

namespace RealmWeb.Client.State;

/// <summary>Many items at once on an annotator's desk. Each of them is held as the one of the desk is, and refilled before the last is done.</summary>
/// <param name="changed">Called after every change.</param>
public sealed class BulkDesk(RealmApi api, TimeProvider time, DraftShelf shelf, Func<Task> changed) : IAsyncDisposable
{
    /// <summary>Items that are held at once.</summary>
    public const int Size = 10;
    private const int RefillAt = 4;
    private static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(60);
    private readonly List<ItemLabel> _rows = [];
    private readonly List<long> _skipped = [];
    private readonly List<long> _done = [];
    private ITimer? _beating;
    private Task? _filling;
    private bool _closed;

    /// <summary>What is worked on and what is done with, in the order in which it came.</summary>
    public IReadOnlyList<ItemLabel> Rows => _rows;

    public DeskPhase Phase { get; private set; } = DeskPhase.Loading;

    public Problem? Problem { get; private set; }

    public AnnotationProgress? Progress { get; private set; }

    public NextItemRequest Wanted { get; private set; } = new();

    public bool CanUndo => _done.Count > 0 || _rows.Exists(row => row.CanUndo);

    public static bool IsOpen(ItemLabel row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return row is { State: LabelState.Draft, HoldLost: false };
    }

    /// <summary>Gives back what is open, and takes items of another kind.</summary>
    public async Task WantAsync(NextItemRequest wanted)
    {
        await LeaveAsync(_rows);
        _rows.Clear();
        (Wanted, Phase, Problem) = (wanted, DeskPhase.Loading, null);
        await FillAsync();
    }

    /// <summary>Takes as many items as there is room for.</summary>
    public async Task FillAsync()
    {
        // Two who ask at once would get twice as many.
        if (_filling is { IsCompleted: false } filling)
        {
            await filling;
            return;
        }

        await (_filling = TakeAsync());
    }

    /// <summary>The queue changed: takes items where there is nothing to do.</summary>
    public Task LookAgainAsync() => _rows.Exists(IsOpen) ? LoadProgressAsync() : FillAsync();

    public async Task FinishAsync(ItemLabel row, LabelState state)
    {
        ArgumentNullException.ThrowIfNull(row);
        await row.FinishAsync(state);
        if (_rows.Count(IsOpen) <= RefillAt) await FillAsync();
        else await LoadProgressAsync();
    }

    /// <summary>Leaves an item for later.</summary>
    public async Task SkipAsync(ItemLabel row)
    {
        ArgumentNullException.ThrowIfNull(row);
        _skipped.Add(row.Item.Id);
        await LeaveAsync([row]);
        _rows.Remove(row);
        if (_rows.Count(IsOpen) <= RefillAt) await FillAsync();
        await changed();
    }

    /// <summary>Takes back the last change of a row; where there is none, what was submitted or discarded last.</summary>
    /// <returns>The row that is worked on now; null where nothing was to be taken back.</returns>
    public async Task<ItemLabel?> UndoAsync(ItemLabel? row)
    {
        if (row is { CanUndo: true } && IsOpen(row))
        {
            await row.UndoAsync();
            return row;
        }

        return _done.Count > 0 ? await ReopenAsync(_done[^1]) : null;
    }

    /// <summary>Takes back what was submitted or discarded.</summary>
    public async Task<ItemLabel?> ReopenAsync(long id)
    {
        _done.Remove(id);
        var at = _rows.FindIndex(row => row.Item.Id == id);
        var (item, problem) = await api.UndoAnnotationAsync(id);
        if (at < 0 || item is null)
        {
            Problem = problem;
            await changed();
            return null;
        }

        _rows[at].Dispose();
        _rows[at] = new ItemLabel(item, null, api, time, shelf, OnChangedAsync);
        await LoadProgressAsync();
        return _rows[at];
    }

    public async ValueTask DisposeAsync()
    {
        _closed = true;
        _beating?.Dispose();
        await LeaveAsync(_rows);
    }

    private async Task TakeAsync()
    {
        var room = Size - _rows.Count(IsOpen);
        if (room <= 0) return;
        await shelf.SendAsync([.. _rows.Select(row => row.Item.Id)]);
        var skip = _skipped.Concat(_rows.Select(row => row.Item.Id)).TakeLast(NextItemRequest.MostSkipped).ToList();
        var (items, problem) = await api.NextAnnotationsAsync(new NextItemsRequest(Wanted with { Skip = skip }, room));
        foreach (var item in (items ?? []).Where(item => !_rows.Exists(row => row.Item.Id == item.Id)))
            _rows.Add(new ItemLabel(item, shelf.TakeOut(item.Id), api, time, shelf, OnChangedAsync));
        Problem = problem;
        Phase = _rows.Count > 0 ? DeskPhase.Working : problem is null ? DeskPhase.Empty : DeskPhase.Failed;
        _beating ??= time.CreateTimer(_ => _ = BeatAsync(), null, BeatEvery, BeatEvery);
        await LoadProgressAsync();
    }

    private async Task OnChangedAsync(ItemLabel row)
    {
        if (row.State != LabelState.Draft && !_done.Contains(row.Item.Id) && !_closed) _done.Add(row.Item.Id);
        await changed();
    }

    private async Task LoadProgressAsync()
    {
        Progress = (await api.AnnotationProgressAsync(Wanted)).Value ?? Progress;
        await changed();
    }

    private async Task BeatAsync()
    {
        var open = _rows.Where(IsOpen).ToList();
        if (open.Count == 0 || (await api.HoldAnnotationsAsync([.. open.Select(row => row.Item.Id)])).Value is not { } held) return;
        foreach (var row in open.Where(row => !held.Items.Contains(row.Item.Id))) await row.LoseHoldAsync();
    }

    private async Task LeaveAsync(IReadOnlyList<ItemLabel> rows)
    {
        var open = rows.Where(IsOpen).ToList();
        foreach (var row in open) await row.SaveAsync();
        foreach (var row in rows) row.Dispose();
        if (open.Count > 0) await api.ReleaseAnnotationsAsync([.. open.Where(row => row.State == LabelState.Draft).Select(row => row.Item.Id)]);
    }
}
