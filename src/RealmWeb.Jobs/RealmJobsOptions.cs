using System.ComponentModel.DataAnnotations;
using RealmWeb.Contracts.Runs;
using RealmWeb.Engine.Answering;
using RealmWeb.Jobs.Notices;

namespace RealmWeb.Jobs;

/// <summary>How long work is done.</summary>
public sealed class RealmJobsOptions
{
    public const string Section = "Realm:Jobs";

    /// <summary>Runs of the queue <see cref="JobQueues.Io"/> at once: imports and index builds.</summary>
    [Range(1, 64)]
    public int IoWorkers { get; set; } = 2;

    /// <summary>Runs of the queue <see cref="JobQueues.Train"/> at once. One: training takes the whole machine.</summary>
    [Range(1, 16)]
    public int TrainWorkers { get; set; } = 1;

    /// <summary>How often a run that was interrupted is begun in all before it waits for somebody to resume it.</summary>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 3;

    /// <summary>Between two signs of life of a run.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:00:30")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Between two writings of progress: at most four a second reach the database and the browsers.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:10")]
    public TimeSpan ProgressInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Without a sign of life of the work for this long a run counts as stalled, and as gone when its process is on another machine.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan StalledAfter { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Between two looks for runs whose process is gone.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan ReconcileInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>What a child process has between the word to stop and being killed.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether trainings and evaluations let everything else on the machine go first.</summary>
    public bool GiveWay { get; set; } = true;

    /// <summary>Share of the exact dense list that answers settle for, 1 for all of it. Below 1 an index with partitions is searched in part, which
    /// pays from some millions of passages on.</summary>
    [Range(0.01, 1.0)]
    public double SearchRecall { get; set; } = 1;

    /// <summary>What the reader computes with while questions are answered.</summary>
    [EnumDataType(typeof(ReadingPrecision))]
    public ReadingPrecision ReadingPrecision { get; set; }

    /// <summary>Folders of this machine by the name under which an admin chooses one; nothing outside them is read.</summary>
    public IDictionary<string, string> SourceFolders { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Addresses that are told when a run ended; none unless named.</summary>
    public IList<Webhook> Webhooks { get; init; } = [];

    /// <summary>The `realm` program; empty for the one beside this program.</summary>
    public string Command { get; set; } = "";

    /// <summary>Arguments that stand before all others, for a command that is started through an interpreter.</summary>
    public IList<string> CommandArguments { get; init; } = [];
}

/// <summary>Names of the queues. In a Hangfire storage of somebody else, whose servers take no work that they do not name.</summary>
public static class JobQueues
{
    public const string Io = "realm-io";
    public const string Train = "realm-train";

    /// <summary>Of its own: what is due must not wait behind hours of work.</summary>
    internal const string Schedules = "realm-schedules";

    internal static string Of(RunKind kind) => RunKinds.Of(kind).Workers == RunWorkers.Train ? Train : Io;
}
