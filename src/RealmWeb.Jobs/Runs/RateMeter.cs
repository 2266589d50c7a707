namespace RealmWeb.Jobs.Runs;

/// <summary>Units a second over the last half minute: what was done before an interruption does not count as speed.</summary>
internal sealed class RateMeter(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Resolution = TimeSpan.FromMilliseconds(200);

    private readonly Lock _lock = new();
    private readonly Queue<(long At, long Done)> _samples = new();
    private string _unit = "";
    private long _last;

    /// <returns>Units a second; null until there are two samples apart.</returns>
    public double? Add(long done, string unit)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            // Another unit is another stage; a smaller count begins anew.
            if (unit != _unit || (_samples.Count > 0 && done < _samples.Peek().Done))
            {
                _samples.Clear();
                _unit = unit;
            }
            if (_samples.Count == 0 || time.GetElapsedTime(_last, now) >= Resolution)
            {
                _samples.Enqueue((now, done));
                _last = now;
            }
            while (_samples.Count > 2 && time.GetElapsedTime(_samples.Peek().At, now) > Window)
                _samples.Dequeue();
            var (at, first) = _samples.Peek();
            var seconds = time.GetElapsedTime(at, now).TotalSeconds;
            return seconds >= Resolution.TotalSeconds ? (done - first) / seconds : null;
        }
    }
}
