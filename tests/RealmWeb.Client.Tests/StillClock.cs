namespace RealmWeb.Client.Tests;

/// <summary>Rings its timers when it is moved.</summary>
public sealed class StillClock : TimeProvider
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
