using System.Text.Json;
using RealmWeb.Contracts.Runs;

namespace RealmWeb.Contracts.Events;

/// <summary>Something that happened, as those who follow its topic are told.</summary>
/// <param name="Seq">Grows within the topic, and is stored. Not every number is there: a later state of a thing takes the place of the one before.</param>
/// <param name="Type">What <paramref name="Data"/> is, see <see cref="EventTypes"/>.</param>
/// <param name="V">Version of the form of <paramref name="Data"/>.</param>
public sealed record EventEnvelope(string Topic, long Seq, DateTimeOffset At, string Type, int V, JsonElement Data);

/// <summary>Part of a topic.</summary>
/// <param name="Events">By number.</param>
/// <param name="More">There are later ones.</param>
public sealed record EventPage(IReadOnlyList<EventEnvelope> Events, bool More);

/// <summary>New lines of a run's log.</summary>
public sealed record RunLogged(Guid RunId, IReadOnlyList<RunLogLine> Lines);

/// <summary>What can be followed.</summary>
public static class EventTopics
{
    /// <summary>State and progress of all runs.</summary>
    public const string Runs = "runs";

    /// <summary>State, progress and log of one run.</summary>
    public static string Run(Guid id) => $"run:{id:N}";

    /// <summary>State of one chain.</summary>
    public static string Chain(Guid id) => $"chain:{id:N}";
}

/// <summary>What an event's data is.</summary>
public static class EventTypes
{
    /// <summary>A <see cref="RunSnapshot"/>; the higher <see cref="RunSnapshot.Revision"/> is the later truth.</summary>
    public const string RunChanged = "run.changed";

    /// <summary>A <see cref="Events.RunLogged"/>.</summary>
    public const string RunLogged = "run.logged";

    /// <summary>A <see cref="Chains.ChainView"/>; the higher <see cref="Chains.ChainView.Revision"/> is the later truth.</summary>
    public const string ChainChanged = "chain.changed";
}
