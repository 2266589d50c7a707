using RealmWeb.Client.Services;
using RealmWeb.Contracts.Annotation;

namespace RealmWeb.Client.State;

/// <summary>What the desk is doing.</summary>
public enum DeskPhase
{
    Loading,
    Working,

    /// <summary>Nothing waits.</summary>
    Empty,
    Failed,
}

/// <summary>One item after the other on an annotator's desk: the way to the next and back. What is said of one is an <see cref="ItemLabel"/>.</summary>
/// <param name="changed">Called after every change.</param>
public sealed class AnnotationDesk(RealmApi api, TimeProvider time, DraftShelf shelf, Func<Task> changed) : IAsyncDisposable
{
    private static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(60);
    private readonly Stack<long> _done = [];
    private readonly List<long> _skipped = [];
    private ITimer? _beating;

    public DeskPhase Phase { get; private set; } = DeskPhase.Loading;

    /// <summary>What lies on the desk; null where nothing does.</summary>
    public ItemLabel? Label { get; private set; }

    public AnnotationProgress? Progress { get; private set; }

    /// <summary>Why the desk has no item; null where it has one or none waits.</summary>
    public Problem? Problem { get; private set; }

    public bool CanUndo => Label?.CanUndo == true || _done.Count > 0;

    /// <summary>Which items to give out.</summary>
    public NextItemRequest Wanted { get; set; } = new();

    /// <summary>Takes the next item of the queue; what is said of the one on the desk is saved first.</summary>
    public async Task NextAsync()
    {
        await LeaveAsync();
        await shelf.SendAsync([]);
        await ShowAsync(await api.NextAnnotationAsync(Wanted with { Skip = [.. _skipped.TakeLast(NextItemRequest.MostSkipped)] }));
    }

    /// <summary>Takes a certain item.</summary>
    public async Task OpenAsync(long id)
    {
        await LeaveAsync();
        await shelf.SendAsync([]);
        await ShowAsync(await api.HoldAnnotationAsync(id));
    }

    /// <summary>Takes the item of a draft that this browser kept, and says what the draft says.</summary>
    public async Task OpenAsync(KeptDraft kept)
    {
        ArgumentNullException.ThrowIfNull(kept);
        await LeaveAsync();
        var reply = await api.HoldAnnotationAsync(kept.Item);
        // Done with meanwhile, perhaps by oneself.
        if (reply.Problem is { Kind: "hold-lost" } && await api.UndoAnnotationAsync(kept.Item) is { Value: not null } undone) reply = undone;
        await ShowAsync(reply, kept);
    }

    /// <summary>Shows the item as it is kept, in place of what was said here and could not be saved.</summary>
    public async Task ReloadAsync()
    {
        if (Label is not { } label) return;
        label.Dispose();
        await shelf.DropAsync(label.Item.Id);
        await ShowAsync(await api.HoldAnnotationAsync(label.Item.Id));
    }

    /// <summary>Takes back a submitted or discarded label and opens it.</summary>
    public async Task ReopenAsync(long id)
    {
        await LeaveAsync();
        await shelf.SendAsync([]);
        await ShowAsync(await api.UndoAnnotationAsync(id));
    }

    public Task SubmitAsync() => Label?.FinishAsync(LabelState.Submitted) ?? Task.CompletedTask;

    public Task DiscardAsync() => Label?.FinishAsync(LabelState.Discarded) ?? Task.CompletedTask;

    /// <summary>Leaves the item for later and takes the next one.</summary>
    public async Task SkipAsync()
    {
        if (Label is { } label)
        {
            await label.SaveAsync();
            _skipped.Add(label.Item.Id);
            await api.ReleaseAnnotationAsync(label.Item.Id);
        }

        await NextAsync();
    }

    /// <summary>Takes back the last change; where there is none, the last submitted or discarded label.</summary>
    public async Task UndoAsync()
    {
        if (Label is { CanUndo: true } label) await label.UndoAsync();
        else if (_done.TryPop(out var id)) await ReopenAsync(id);
    }

    public async Task LoadProgressAsync()
    {
        Progress = (await api.AnnotationProgressAsync(Wanted)).Value ?? Progress;
        await changed();
    }

    public async ValueTask DisposeAsync()
    {
        var label = Label;
        await LeaveAsync();
        if (label is not null) await api.ReleaseAnnotationAsync(label.Item.Id);
    }

    // It was submitted or discarded, now or when the connection came back.
    private async Task OnChangedAsync(ItemLabel label)
    {
        if (label == Label && label.State != LabelState.Draft)
        {
            _done.Push(label.Item.Id);
            (Label, Phase) = (null, DeskPhase.Loading);
            await NextAsync();
        }

        await changed();
    }

    private async Task LeaveAsync()
    {
        _beating?.Dispose();
        _beating = null;
        if (Label is not { } label) return;
        (Label, Phase) = (null, DeskPhase.Loading);
        if (!label.HoldLost) await label.SaveAsync();
        if (label.State != LabelState.Draft) _done.Push(label.Item.Id);
        label.Dispose();
    }

    private async Task ShowAsync(Reply<AnnotationItemView> reply, KeptDraft? kept = null)
    {
        _beating?.Dispose();
        _beating = null;
        Problem = reply.Problem;
        Phase = reply switch { { Value: not null } => DeskPhase.Working, { Problem: not null } => DeskPhase.Failed, _ => DeskPhase.Empty };
        Label = reply.Value is { } item ? new ItemLabel(item, shelf.TakeOut(item.Id) ?? kept, api, time, shelf, OnChangedAsync) : null;
        if (Label is { HoldLost: false } label) _beating = time.CreateTimer(_ => _ = BeatAsync(label), null, BeatEvery, BeatEvery);
        await LoadProgressAsync();
    }

    private async Task BeatAsync(ItemLabel label)
    {
        var (_, problem) = await api.HoldAnnotationAsync(label.Item.Id);
        // A server that is not reached says nothing about who has the item.
        if (problem is { Kind: "hold-lost" } && label == Label) await label.LoseHoldAsync();
    }
}
