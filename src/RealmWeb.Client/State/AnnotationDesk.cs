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

/// <summary>One item on an annotator's desk: what is said of it, saved as it is said, and the way to the next and back.</summary>
/// <param name="changed">Called after every change.</param>
public sealed class AnnotationDesk(RealmApi api, TimeProvider time, Func<Task> changed) : IAsyncDisposable
{
    private static readonly TimeSpan SaveAfter = TimeSpan.FromMilliseconds(800);
    private static readonly TimeSpan SaveAgainAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(60);
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private readonly Stack<LabelContent> _before = [];
    private readonly Stack<long> _done = [];
    private readonly List<long> _skipped = [];
    private readonly List<AnnotationPassage> _found = [];
    private ITimer? _saving;
    private ITimer? _beating;
    private int _revision;
    private bool _dirty;
    private bool _typing;

    // A draft of which nobody knows whether it arrived. It is sent again as it was, before what was said since: then it is kept once.
    private SaveLabelRequest? _unanswered;

    public DeskPhase Phase { get; private set; } = DeskPhase.Loading;

    public AnnotationItemView? Item { get; private set; }

    public LabelContent Content { get; private set; } = LabelContent.Empty;

    /// <summary>The item's passages, then those that were found and are still part of what is said.</summary>
    public IReadOnlyList<AnnotationPassage> Passages =>
        [.. (Item?.Passages ?? []).Where(passage => !passage.Found), .. _found.Where(found => Content.Passages.Any(said => said.Rank == found.Rank))];

    public AnnotationProgress? Progress { get; private set; }

    /// <summary>Why the desk has no item; null where it has one or none waits.</summary>
    public Problem? Problem { get; private set; }

    /// <summary>Why the last step did not work; the item is still on the desk.</summary>
    public Problem? Refusal { get; private set; }

    /// <summary>Somebody else has the item by now. What was said is kept as a draft.</summary>
    public bool HoldLost { get; private set; }

    /// <summary>All that was said is kept on the server.</summary>
    public bool Saved => !_dirty;

    public bool CanUndo => _before.Count > 0 || _done.Count > 0;

    /// <summary>Which items to give out.</summary>
    public NextItemRequest Wanted { get; set; } = new();

    /// <summary>Takes the next item of the queue; what is said of the one on the desk is saved first.</summary>
    public async Task NextAsync()
    {
        await LeaveAsync();
        await ShowAsync(await api.NextAnnotationAsync(Wanted with { Skip = [.. _skipped.TakeLast(NextItemRequest.MostSkipped)] }));
    }

    /// <summary>Takes a certain item.</summary>
    public async Task OpenAsync(long id)
    {
        await LeaveAsync();
        await ShowAsync(await api.HoldAnnotationAsync(id));
    }

    /// <summary>Shows the item as it is kept, in place of what was said here and could not be saved.</summary>
    public async Task ReloadAsync()
    {
        if (Item is not { } item) return;
        StopTimers();
        await ShowAsync(await api.HoldAnnotationAsync(item.Id));
    }

    /// <summary>Takes back a submitted or discarded label and opens it.</summary>
    public async Task ReopenAsync(long id)
    {
        await LeaveAsync();
        await ShowAsync(await api.UndoAnnotationAsync(id));
    }

    /// <summary>Says something else; it is saved a moment later.</summary>
    public async Task ChangeAsync(LabelContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (Item is null || content == Content) return;
        // What is typed is one change, not one a letter.
        var typing = ReferenceEquals(content.Passages, Content.Passages) && (content.NoAnswer, content.BadQuestion) == (Content.NoAnswer, Content.BadQuestion);
        if (!typing || !_typing) _before.Push(Content);
        _typing = typing;
        await SetAsync(content);
    }

    /// <summary>Puts a passage that was looked up among those to grade.</summary>
    /// <returns>Its rank.</returns>
    public async Task<int> AddAsync(AnnotationPassage found)
    {
        ArgumentNullException.ThrowIfNull(found);
        if (Passages.FirstOrDefault(passage => IsSame(passage, found)) is { } there) return there.Rank;
        if (_found.Find(passage => IsSame(passage, found)) is not { } known)
        {
            known = found with { Rank = (Item?.Passages ?? []).Concat(_found).Select(passage => passage.Rank).DefaultIfEmpty(0).Max() + 1, Found = true };
            _found.Add(known);
        }

        await ChangeAsync(Content with
        {
            Passages = [.. Content.Passages, new PassageLabel(known.Rank, null, [], new PassageReference(found.DocumentId, found.BlockId))],
        });
        return known.Rank;
    }

    /// <summary>Puts a passage that was found back.</summary>
    public Task RemoveAsync(int rank) => ChangeAsync(Content with { Passages = [.. Content.Passages.Where(said => said.Rank != rank)] });

    public Task SubmitAsync() => FinishAsync(LabelState.Submitted);

    public Task DiscardAsync() => FinishAsync(LabelState.Discarded);

    /// <summary>Leaves the item for later and takes the next one.</summary>
    public async Task SkipAsync()
    {
        if (Item is { } item)
        {
            await SaveAsync();
            _skipped.Add(item.Id);
            await api.ReleaseAnnotationAsync(item.Id);
        }

        await NextAsync();
    }

    /// <summary>Takes back the last change; where there is none, the last submitted or discarded label.</summary>
    public async Task UndoAsync()
    {
        if (_before.TryPop(out var before)) await SetAsync(before);
        else if (_done.TryPop(out var id)) await ReopenAsync(id);
    }

    /// <summary>Saves what is not saved yet.</summary>
    public async Task SaveAsync()
    {
        var arrivedBefore = false;
        await _oneAtATime.WaitAsync();
        try
        {
            if (!_dirty || Item is not { } item) return;
            var reply = await SettleAsync(item.Id);
            if (reply is null && _dirty) reply = await SendAsync(item.Id, new SaveLabelRequest(_revision, LabelState.Draft, Content));
            Refusal = reply?.Problem;
            arrivedBefore = reply?.Value is { State: not LabelState.Draft };
            if (reply?.Problem is { Status: 0 }) SaveIn(SaveAgainAfter);
        }
        finally
        {
            _oneAtATime.Release();
        }

        // It was submitted, and the answer to that got lost.
        if (arrivedBefore && Item is { } done)
        {
            await GoOnAsync(done.Id);
            return;
        }

        await changed();
    }

    public async Task LoadProgressAsync()
    {
        Progress = (await api.AnnotationProgressAsync(Wanted)).Value ?? Progress;
        await changed();
    }

    public async ValueTask DisposeAsync()
    {
        await LeaveAsync();
        if (Item is { } item) await api.ReleaseAnnotationAsync(item.Id);
        Item = null;
        _oneAtATime.Dispose();
    }

    private async Task FinishAsync(LabelState state)
    {
        if (Item is not { } item || HoldLost) return;
        await _oneAtATime.WaitAsync();
        Problem? problem;
        try
        {
            StopTimers();
            (_, problem) = await SettleAsync(item.Id) ?? await api.SaveAnnotationAsync(item.Id, new SaveLabelRequest(_revision, state, Content));
            if (problem is null) _dirty = false;
        }
        finally
        {
            _oneAtATime.Release();
        }

        if (problem is null)
        {
            await GoOnAsync(item.Id);
            return;
        }

        HoldLost = problem.Kind == "hold-lost";
        // The draft was kept, under a revision that only the server knows; nothing more is said on an item that is lost.
        _dirty &= !HoldLost;
        Refusal = HoldLost ? null : problem;
        if (!HoldLost) StartBeating();
        if (_dirty) SaveIn(problem is { Status: 0 } ? SaveAgainAfter : SaveAfter);
        await changed();
    }

    private Task GoOnAsync(long done)
    {
        _done.Push(done);
        (Item, Content, Phase, _dirty) = (null, LabelContent.Empty, DeskPhase.Loading, false);
        return NextAsync();
    }

    /// <summary>Sends the draft again whose answer got lost.</summary>
    /// <returns>Null when there is none, or it is settled and what was said since can follow.</returns>
    private async Task<Reply<LabelView>?> SettleAsync(long item)
    {
        if (_unanswered is not { } lost) return null;
        var reply = await SendAsync(item, lost);
        return reply.Problem is null && reply.Value is { State: LabelState.Draft } ? null : reply;
    }

    private async Task<Reply<LabelView>> SendAsync(long item, SaveLabelRequest draft)
    {
        var reply = await api.SaveAnnotationAsync(item, draft);
        _unanswered = reply.Problem is { Status: 0 } ? draft : null;
        if (reply.Value is { } label)
        {
            _revision = label.Revision;
            _dirty = draft.Content != Content;
        }

        return reply;
    }

    private async Task SetAsync(LabelContent content)
    {
        (Content, _dirty, Refusal) = (content, true, null);
        SaveIn(SaveAfter);
        await changed();
    }

    private async Task LeaveAsync()
    {
        StopTimers();
        if (!HoldLost) await SaveAsync();
    }

    private async Task ShowAsync(Reply<AnnotationItemView> reply)
    {
        (Item, Problem, Refusal, HoldLost, _dirty) = (reply.Value, reply.Problem, null, false, false);
        _before.Clear();
        Phase = reply switch { { Value: not null } => DeskPhase.Working, { Problem: not null } => DeskPhase.Failed, _ => DeskPhase.Empty };
        Content = Item?.Label?.Content ?? LabelContent.Empty;
        _found.Clear();
        _found.AddRange((Item?.Passages ?? []).Where(passage => passage.Found));
        (_typing, _unanswered) = (false, null);
        _revision = Item?.Label?.Revision ?? 0;
        if (Item is not null)
        {
            HoldLost = Item.HeldUntil is null;
            if (!HoldLost) StartBeating();
        }

        await LoadProgressAsync();
    }

    private static bool IsSame(AnnotationPassage one, AnnotationPassage other) => (one.DocumentId, one.BlockId) == (other.DocumentId, other.BlockId);

    private void SaveIn(TimeSpan delay)
    {
        _saving ??= time.CreateTimer(_ => _ = SaveAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _saving.Change(delay, Timeout.InfiniteTimeSpan);
    }

    private void StartBeating()
    {
        _beating?.Dispose();
        _beating = time.CreateTimer(_ => _ = BeatAsync(), null, BeatEvery, BeatEvery);
    }

    private async Task BeatAsync()
    {
        if (Item is not { } item) return;
        var (_, problem) = await api.HoldAnnotationAsync(item.Id);
        // A server that is not reached says nothing about who has the item.
        if (problem is not { Kind: "hold-lost" } || Item?.Id != item.Id) return;
        HoldLost = true;
        await SaveAsync();
        await changed();
    }

    private void StopTimers()
    {
        _saving?.Dispose();
        _beating?.Dispose();
        (_saving, _beating) = (null, null);
    }
}
