namespace RealmWeb.Contracts.Runs;

/// <summary>The one table of which state leads where.</summary>
public static class RunTransitions
{
    private static readonly Dictionary<RunState, RunState[]> Table = new()
    {
        [RunState.Queued] = [RunState.Running, RunState.Cancelled, RunState.Failed],
        [RunState.Running] =
            [RunState.Stopping, RunState.Pausing, RunState.Interrupted, RunState.Failed, RunState.CompletedWithErrors, RunState.Succeeded],
        // Work may end before it notices that it was asked to stop: then it is done, not cancelled.
        [RunState.Stopping] = [RunState.Cancelled, RunState.Failed, RunState.CompletedWithErrors, RunState.Succeeded],
        [RunState.Pausing] = [RunState.Paused, RunState.Stopping, RunState.Failed, RunState.CompletedWithErrors, RunState.Succeeded],
        [RunState.Paused] = [RunState.Queued, RunState.Cancelled],
        [RunState.Interrupted] = [RunState.Queued, RunState.Cancelled, RunState.Failed],
        [RunState.Cancelled] = [],
        [RunState.Failed] = [],
        [RunState.CompletedWithErrors] = [],
        [RunState.Succeeded] = [],
    };

    /// <summary>States in which somebody holds the run's lease.</summary>
    public static IReadOnlyList<RunState> Working { get; } = [RunState.Running, RunState.Stopping, RunState.Pausing];

    /// <summary>States that lead somewhere.</summary>
    public static IReadOnlyList<RunState> Open { get; } = [.. Table.Where(row => row.Value.Length > 0).Select(row => row.Key)];

    public static bool Allows(RunState from, RunState to) => Table[from].Contains(to);

    /// <summary>No transition leads out of the state.</summary>
    public static bool IsFinal(RunState state) => Table[state].Length == 0;
}
