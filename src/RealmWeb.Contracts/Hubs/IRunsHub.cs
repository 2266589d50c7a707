using RealmWeb.Contracts.Events;
using RealmWeb.Contracts.Runs;

namespace RealmWeb.Contracts.Hubs;

/// <summary>What the browser may call on the runs hub.</summary>
public interface IRunsHub
{
    /// <summary>Sends a topic to this connection from now on, see <see cref="EventTopics"/>. The reply is the topic's number now.</summary>
    Task<long> Follow(string topic);

    /// <summary>A run as it stands.</summary>
    Task<RunSnapshot> WatchRun(Guid runId);

    /// <summary>The newest runs.</summary>
    Task<IReadOnlyList<RunSnapshot>> WatchRuns();
}

/// <summary>What the server tells those who follow.</summary>
public interface IRunsClient
{
    /// <summary>What happened in the topics that are followed, at most four times a second. The browser takes each number of a topic once.</summary>
    Task Happened(IReadOnlyList<EventEnvelope> events);
}
