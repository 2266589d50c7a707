using RealmWeb.Jobs.Commands;

namespace RealmWeb.Cli;

/// <summary>Tells whoever started this process, every few seconds, that the work goes on. A process that hangs is not at work although its timers
/// run, so a sign is given only where processor time was spent since the last one.</summary>
internal sealed class SignsOfLife : IDisposable
{
    // Far more than the timer takes itself, far less than any work.
    private static readonly TimeSpan LeastWork = TimeSpan.FromMilliseconds(20);

    private readonly ProgressWriter _progress;
    private readonly ITimer _timer;
    private TimeSpan _spent;

    public SignsOfLife(ProgressWriter progress, TimeProvider time)
    {
        _progress = progress;
        // The first one at once: it says which version is spoken.
        progress.Beat();
        _timer = time.CreateTimer(_ => Look(), null, ChildProtocol.BeatEvery, ChildProtocol.BeatEvery);
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var spent = Environment.CpuUsage.TotalTime;
        if (spent - _spent >= LeastWork)
            _progress.Beat();
        _spent = spent;
    }
}
