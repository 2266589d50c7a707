using RealmWeb.Client.State;
using RealmWeb.Contracts.Annotation;

namespace RealmWeb.Client.Tests.State;

/// <summary>The desk over a real connection, with a clock that stands still until a test moves it.</summary>
public sealed class AnnotationDeskTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly StillClock _time = new();
    private ScriptedSite _site = null!;
    private AnnotationDesk _desk = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await ScriptedSite.StartAsync();
        _site.Annotation.Items.AddRange([ScriptedAnnotation.Item(1, "Who led them?"), ScriptedAnnotation.Item(2, "Who came back?")]);
        _desk = new AnnotationDesk(_site.Api(), _time, () => Task.CompletedTask);
        await _desk.NextAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _desk.DisposeAsync();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Change_IsSavedAMomentLater_AndOnlyOnce()
    {
        await _desk.ChangeAsync(Graded(1, 0));
        await _desk.ChangeAsync(Graded(1, 3));
        Assert.False(_desk.Saved);
        Assert.Empty(_site.Annotation.Saved);

        _time.Advance(TimeSpan.FromSeconds(1));

        await UntilAsync(() => _desk.Saved);
        var saved = Assert.Single(_site.Annotation.Saved);
        Assert.Equal((1, LabelState.Draft, 3), (saved.Item, saved.Request.State, Assert.Single(saved.Request.Content.Passages).Grade));
    }

    [Fact]
    public async Task Draft_WhoseAnswerGotLost_IsSentAgainAsItWas_BeforeWhatWasSaidSince()
    {
        _site.Annotation.LostAnswers = 1;
        await _desk.ChangeAsync(Graded(1, 1));
        _time.Advance(TimeSpan.FromSeconds(1));
        await UntilAsync(() => _desk.Refusal is not null);
        await _desk.ChangeAsync(Graded(1, 3));

        _time.Advance(TimeSpan.FromSeconds(6));

        await UntilAsync(() => _desk.Saved);
        Assert.Equal(
            [(0, 1), (0, 1), (1, 3)], _site.Annotation.Saved.Select(saved => (saved.Request.Revision, saved.Request.Content.Passages[0].Grade!.Value)));
        Assert.Null(_desk.Refusal);
    }

    [Fact]
    public async Task Submitted_WhoseAnswerGotLost_IsDoneOnce_AndTheNextComes()
    {
        _site.Annotation.LostAnswers = 1;
        await _desk.ChangeAsync(Graded(1, 3));
        await _desk.SubmitAsync();
        var shown = (_desk.Item!.Id, _desk.Refusal is not null);

        _time.Advance(TimeSpan.FromSeconds(6));

        await UntilAsync(() => _desk.Item is { Id: 2 });
        Assert.Equal((1, true), shown);
        await _desk.UndoAsync();
        Assert.Equal((1, 3), (_desk.Item!.Id, _desk.Content.Passages[0].Grade));
    }

    [Fact]
    public async Task Submit_TakesTheNext_AndUndoBringsTheLabelBack()
    {
        await _desk.ChangeAsync(Graded(1, 3));
        await _desk.SubmitAsync();
        Assert.Equal((2, false), (_desk.Item!.Id, _desk.Content.NoAnswer));

        await _desk.UndoAsync();

        Assert.Equal(1, _desk.Item.Id);
        Assert.Equal(3, Assert.Single(_desk.Content.Passages).Grade);
        await _desk.ChangeAsync(Graded(1, 2));
        await _desk.SubmitAsync();
        Assert.Equal([LabelState.Submitted, LabelState.Submitted], _site.Annotation.Saved.Select(saved => saved.Request.State));
        Assert.Equal([0, 2], _site.Annotation.Saved.Select(saved => saved.Request.Revision));
    }

    [Fact]
    public async Task Undo_TakesChangesBackOneByOne_ButNotLetterByLetter()
    {
        await _desk.ChangeAsync(Graded(1, 3));
        foreach (var note in new[] { "s", "su", "sure" })
            await _desk.ChangeAsync(_desk.Content with { Note = note });

        await _desk.UndoAsync();
        Assert.Equal(("", 3), (_desk.Content.Note, Assert.Single(_desk.Content.Passages).Grade));
        await _desk.UndoAsync();
        Assert.Empty(_desk.Content.Passages);
        Assert.False(_desk.CanUndo);
    }

    [Fact]
    public async Task LostHold_IsSaid_AndTheDraftIsKept()
    {
        await _desk.ChangeAsync(Graded(1, 3));
        _site.Annotation.TakenByOthers.Add(1);

        _time.Advance(TimeSpan.FromMinutes(1));

        await UntilAsync(() => _desk.HoldLost && _desk.Saved);
        Assert.Equal(LabelState.Draft, _site.Annotation.Saved[^1].Request.State);
        await _desk.SubmitAsync();
        Assert.DoesNotContain(_site.Annotation.Saved, saved => saved.Request.State == LabelState.Submitted);
        await _desk.NextAsync();
        Assert.Equal((2, false), (_desk.Item!.Id, _desk.HoldLost));
    }

    [Fact]
    public async Task Submit_SaysThatTheHoldIsLost_WhenOnlyTheServerKnows()
    {
        _site.Annotation.TakenByOthers.Add(1);
        await _desk.ChangeAsync(Graded(1, 3));

        await _desk.SubmitAsync();

        Assert.Equal((true, 1), (_desk.HoldLost, _desk.Item!.Id));
        Assert.True(_desk.Saved);
    }

    [Fact]
    public async Task Skipped_IsLeftForLater()
    {
        await _desk.SkipAsync();

        Assert.Equal(2, _desk.Item!.Id);
        Assert.Equal([1L], _site.Annotation.Released);
    }

    [Fact]
    public async Task FoundPassage_IsGraded_PutBack_AndFoundAgain()
    {
        var found = new AnnotationPassage(0, 9, "b9", 0, "Nile", "Speke looked for it.", null, null, null, true);

        var rank = await _desk.AddAsync(found);
        Assert.Equal((2, 2), (rank, _desk.Passages.Count));
        await _desk.RemoveAsync(rank);
        Assert.Single(_desk.Passages);
        await _desk.UndoAsync();

        Assert.Equal(2, _desk.Passages.Count);
        Assert.Equal(rank, await _desk.AddAsync(found));
    }

    private static LabelContent Graded(int rank, int grade) => LabelContent.Empty with { Passages = [new PassageLabel(rank, grade, [])] };

    private static async Task UntilAsync(Func<bool> happened)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!happened()) await Task.Delay(20, patience.Token);
    }

    /// <summary>Rings its timers when it is moved.</summary>
    private sealed class StillClock : TimeProvider
    {
        private readonly List<Ring> _rings = [];
        private DateTimeOffset _now = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => _now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var ring = new Ring(this, () => callback(state));
            ring.Change(dueTime, period);
            _rings.Add(ring);
            return ring;
        }

        public void Advance(TimeSpan by)
        {
            _now += by;
            foreach (var ring in _rings.ToList()) ring.RingIfDue();
        }

        private sealed class Ring(StillClock clock, Action ring) : ITimer
        {
            private DateTimeOffset? _due;

            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                _due = dueTime == Timeout.InfiniteTimeSpan ? null : clock._now + dueTime;
                return true;
            }

            public void RingIfDue()
            {
                if (_due is not { } due || due > clock._now) return;
                _due = null;
                ring();
            }

            public void Dispose() => clock._rings.Remove(this);

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
