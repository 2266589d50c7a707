using RealmWeb.Client.Services;
using RealmWeb.Contracts.Annotation;

namespace RealmWeb.Client.State;

/// <summary>What an annotator says of one item: changed step by step, saved a moment later, and kept in the browser until the server has it.</summary>
public sealed class ItemLabel : IDisposable
{
    private static readonly TimeSpan SaveAfter = TimeSpan.FromMilliseconds(800);
    private static readonly TimeSpan SaveAgainAfter = TimeSpan.FromSeconds(5);
    private readonly TimeProvider _time;
    private readonly DraftShelf _shelf;
    private readonly Func<ItemLabel, Task> _changed;
    private readonly LabelSender _sender;
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private readonly Stack<LabelContent> _before = [];
    private readonly List<AnnotationPassage> _found;
    private ITimer? _saving;
    private LabelState _intended = LabelState.Draft;
    private bool _dirty;
    private bool _typing;
    private bool _disposed;

    /// <param name="kept">What this browser kept of it, which is said in place of what the server has; null for nothing.</param>
    /// <param name="changed">Called after every change.</param>
    public ItemLabel(AnnotationItemView item, KeptDraft? kept, RealmApi api, TimeProvider time, DraftShelf shelf, Func<ItemLabel, Task> changed)
    {
        ArgumentNullException.ThrowIfNull(item);
        (Item, _time, _shelf, _changed) = (item, time, shelf, changed);
        Content = kept?.Content ?? item.Label?.Content ?? LabelContent.Empty;
        _found = [.. item.Passages.Where(passage => passage.Found)];
        _found.AddRange((kept?.Found ?? []).Where(passage => !_found.Exists(there => there.Rank == passage.Rank)));
        _dirty = kept is not null;
        _sender = new LabelSender(api, item.Id, item.Label?.Revision ?? 0, null, KeepAsync);
        HoldLost = item.HeldUntil is null;
        if (_dirty) SaveIn(SaveAfter);
    }

    public AnnotationItemView Item { get; }

    public LabelContent Content { get; private set; }

    /// <summary>What the server has: a draft, or one that was submitted or discarded here.</summary>
    public LabelState State { get; private set; } = LabelState.Draft;

    /// <summary>Somebody else has the item by now. What was said is kept as a draft.</summary>
    public bool HoldLost { get; private set; }

    /// <summary>Why the last step did not work; the item is still there.</summary>
    public Problem? Refusal { get; private set; }

    /// <summary>All that was said is kept on the server.</summary>
    public bool Saved => !_dirty;

    /// <summary>The server is not reached; this browser keeps what was said, and what it is to become, and sends it when it can.</summary>
    public bool Waits => _dirty && LabelSender.IsUnreached(Refusal);

    /// <summary>Submitted or discarded, as far as the one who did it is concerned.</summary>
    public bool Finishing => _intended != LabelState.Draft;

    public bool CanUndo => _before.Count > 0;

    /// <summary>The item's passages, then those that were found and are still part of what is said.</summary>
    public IReadOnlyList<AnnotationPassage> Passages =>
        [.. Item.Passages.Where(passage => !passage.Found), .. _found.Where(found => Content.Passages.Any(said => said.Rank == found.Rank))];

    /// <summary>What is said of a passage.</summary>
    public PassageLabel SaidOf(AnnotationPassage passage)
    {
        ArgumentNullException.ThrowIfNull(passage);
        return Content.Passages.FirstOrDefault(said => said.Rank == passage.Rank)
            ?? new PassageLabel(passage.Rank, null, [], passage.Found ? new PassageReference(passage.DocumentId, passage.BlockId) : null);
    }

    /// <summary>Says something else of a passage; what answers takes "no answer" back.</summary>
    public Task ChangeAsync(PassageLabel said)
    {
        ArgumentNullException.ThrowIfNull(said);
        return ChangeAsync(Content with
        {
            NoAnswer = Content.NoAnswer && said.Grade is not (2 or 3),
            Passages = [.. Content.Passages.Where(other => other.Rank != said.Rank).Append(said).OrderBy(other => other.Rank)],
        });
    }

    /// <summary>Says something else; it is saved a moment later.</summary>
    public async Task ChangeAsync(LabelContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (content == Content || State != LabelState.Draft) return;
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
            known = found with { Rank = Item.Passages.Concat(_found).Select(passage => passage.Rank).DefaultIfEmpty(0).Max() + 1, Found = true };
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

    /// <summary>Takes back the last change.</summary>
    public Task UndoAsync() => _before.TryPop(out var before) ? SetAsync(before) : Task.CompletedTask;

    /// <summary>Submits or discards it. Where the server is not reached, that is done when it is.</summary>
    public async Task FinishAsync(LabelState state)
    {
        if (HoldLost || State != LabelState.Draft) return;
        var wasDirty = _dirty;
        (_intended, _dirty) = (state, true);
        await SaveAsync();
        if (State != LabelState.Draft || Finishing || HoldLost) return;
        // Refused as it stands, but it may well be a draft.
        _dirty = wasDirty;
        if (_dirty) SaveIn(SaveAfter);
        else await _shelf.DropAsync(Item.Id);
    }

    /// <summary>Sends what is not sent yet.</summary>
    public async Task SaveAsync()
    {
        await _oneAtATime.WaitAsync();
        try
        {
            if (!_dirty || State != LabelState.Draft || _disposed) return;
            StopSaving();
            var (intended, content) = (_intended, Content);
            var (kept, problem) = await _sender.SendAsync(intended, content);
            if (kept is not null)
            {
                // What was said while it was on its way is said of a draft.
                if (kept.State != LabelState.Draft && content != Content) await _sender.ReopenAsync();
                else State = kept.State;
                _dirty = State == LabelState.Draft && (content != Content || intended != _intended);
                if (_dirty) SaveIn(SaveAfter);
                if (LabelSender.IsUnreached(Refusal) || State != LabelState.Draft) Refusal = null;
            }
            else if (problem is { Kind: "hold-lost" })
            {
                // The draft was kept, under a revision that only the server knows; nothing more is said on an item that is lost.
                (HoldLost, _intended, _dirty, Refusal) = (true, LabelState.Draft, false, null);
            }
            else
            {
                Refusal = problem;
                if (LabelSender.IsUnreached(problem)) SaveIn(SaveAgainAfter);
                else _intended = LabelState.Draft;
            }

            if (!_dirty) await _shelf.DropAsync(Item.Id);
        }
        finally
        {
            _oneAtATime.Release();
        }

        await _changed(this);
    }

    /// <summary>Somebody else has the item.</summary>
    public async Task LoseHoldAsync()
    {
        if (HoldLost || State != LabelState.Draft) return;
        HoldLost = true;
        await SaveAsync();
        await _changed(this);
    }

    public void Dispose()
    {
        StopSaving();
        _disposed = true;
    }

    private async Task SetAsync(LabelContent content)
    {
        (Content, _dirty, Refusal, _intended) = (content, true, null, LabelState.Draft);
        await KeepAsync();
        SaveIn(SaveAfter);
        await _changed(this);
    }

    private Task KeepAsync() => _shelf.KeepAsync(new KeptDraft(
        Item.Id, Item.Question, _sender.Revision, _intended, Content,
        [.. _found.Where(found => Content.Passages.Any(said => said.Rank == found.Rank))], _sender.Unanswered));

    private void SaveIn(TimeSpan delay)
    {
        if (_disposed) return;
        _saving ??= _time.CreateTimer(_ => _ = SaveAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _saving.Change(delay, Timeout.InfiniteTimeSpan);
    }

    private void StopSaving()
    {
        _saving?.Dispose();
        _saving = null;
    }

    private static bool IsSame(AnnotationPassage one, AnnotationPassage other) => (one.DocumentId, one.BlockId) == (other.DocumentId, other.BlockId);
}
