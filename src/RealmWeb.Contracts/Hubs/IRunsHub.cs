using RealmWeb.Contracts.Runs;

namespace RealmWeb.Contracts.Hubs;

/// <summary>What the browser may call on the runs hub.</summary>
public interface IRunsHub
{
    /// <summary>Follows one run; the reply is its state now.</summary>
    Task<RunSnapshot> WatchRun(Guid runId);

    /// <summary>Follows the list of runs; the reply is the newest ones.</summary>
    Task<IReadOnlyList<RunSnapshot>> WatchRuns();
}

/// <summary>What the server tells those who follow.</summary>
public interface IRunsClient
{
    /// <summary>State or progress of a run changed. The browser keeps the higher <see cref="RunSnapshot.Revision"/>.</summary>
    Task RunChanged(RunSnapshot run);

    /// <summary>New lines of a run's log.</summary>
    Task RunLogged(Guid runId, IReadOnlyList<RunLogLine> lines);
}
