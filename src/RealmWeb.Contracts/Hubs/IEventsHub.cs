using RealmWeb.Contracts.Events;
using RealmWeb.Contracts.Runs;

namespace RealmWeb.Contracts.Hubs;

/// <summary>What the browser may call on the events hub.</summary>
public interface IEventsHub
{
    /// <summary>Sends a topic to this connection from now on, see <see cref="EventTopics"/>; no longer than its reader may read the thing over HTTP.
    /// The reply is the topic's number now.</summary>
    Task<long> Follow(string topic);

    /// <summary>A run as it stands; for administrators, and for curators of the corpus that it changes.</summary>
    Task<RunSnapshot> WatchRun(Guid runId);

    /// <summary>The newest runs; for administrators.</summary>
    Task<IReadOnlyList<RunSnapshot>> WatchRuns();
}

/// <summary>What the server tells those who follow.</summary>
public interface IEventsClient
{
    /// <summary>What happened in the topics that are followed, at most four times a second. The browser takes each number of a topic once.</summary>
    Task Happened(IReadOnlyList<EventEnvelope> events);
}
