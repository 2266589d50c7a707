using RealmWeb.Contracts.Runs;

namespace RealmWeb.Jobs.Runs;

/// <summary>Where changes of runs are told as they happen; the server pushes them to browsers. What is not told is not lost: the tables have it.</summary>
public interface IRunProgressPublisher
{
    /// <summary>State or progress changed; at most four times a second for progress.</summary>
    Task RunChangedAsync(RunSnapshot run, CancellationToken cancellationToken);

    /// <summary>New lines of the log, oldest first.</summary>
    Task RunLoggedAsync(Guid runId, IReadOnlyList<RunLogLine> lines, CancellationToken cancellationToken);
}

/// <summary>For processes without listeners.</summary>
internal sealed class SilentPublisher : IRunProgressPublisher
{
    public Task RunChangedAsync(RunSnapshot run, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task RunLoggedAsync(Guid runId, IReadOnlyList<RunLogLine> lines, CancellationToken cancellationToken) => Task.CompletedTask;
}
