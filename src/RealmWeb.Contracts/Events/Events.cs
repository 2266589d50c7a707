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

/// <summary>A thing is not what it was: whoever shows it reads it again.</summary>
/// <param name="Id">Name or number of the thing.</param>
public sealed record ThingChanged(string Id);

/// <summary>What can be followed, each by those who may read the thing over HTTP.</summary>
public static class EventTopics
{
    /// <summary>State and progress of all runs.</summary>
    public const string Runs = "runs";

    /// <summary>Schedules: made, changed, deleted, due.</summary>
    public const string Schedules = "schedules";

    /// <summary>Models: made, promoted, deleted, and which one answers.</summary>
    public const string Models = "models";

    /// <summary>Notices of administrators: new, or seen.</summary>
    public const string Notices = "notices";

    /// <summary>State, progress and log of one run.</summary>
    public static string Run(Guid id) => $"run:{id:N}";

    /// <summary>State of one chain.</summary>
    public static string Chain(Guid id) => $"chain:{id:N}";

    /// <summary>The annotators' queue of a corpus: what waits, and what somebody holds.</summary>
    public static string Queue(string corpus) => $"queue:{corpus}";

    /// <summary>What askers say of a corpus's answers.</summary>
    public static string Flags(string corpus) => $"flags:{corpus}";

    /// <summary>One's own flags, and what came of them.</summary>
    /// <param name="name">Of who is signed in.</param>
    public static string OwnFlags(string name) => $"own-flags:{name}";

    /// <summary>The rules of a corpus's gate.</summary>
    public static string Gate(string corpus) => $"gate:{corpus}";

    /// <summary>What was measured in a corpus.</summary>
    public static string Evaluations(string corpus) => $"evaluations:{corpus}";
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

    /// <summary>A <see cref="ThingChanged"/>, as in all that follow: an item of the queue.</summary>
    public const string QueueChanged = "queue.changed";

    /// <summary>A flag, by its answer.</summary>
    public const string FlagChanged = "flag.changed";

    /// <summary>The gate of a corpus.</summary>
    public const string GateChanged = "gate.changed";

    /// <summary>A schedule.</summary>
    public const string ScheduleChanged = "schedule.changed";

    /// <summary>A model.</summary>
    public const string ModelChanged = "model.changed";

    /// <summary>The run that measured.</summary>
    public const string EvaluationAdded = "evaluation.added";

    /// <summary>What the notice is of: a run, a schedule or a chain; or the account that has seen its notices.</summary>
    public const string NoticesChanged = "notices.changed";
}
