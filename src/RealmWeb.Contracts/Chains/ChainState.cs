using System.Text.Json.Serialization;

namespace RealmWeb.Contracts.Chains;

/// <summary>Where a chain is; <see cref="ChainTransitions"/> says which way leads where.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChainState>))]
public enum ChainState
{
    /// <summary>A link waits or works.</summary>
    Running,

    /// <summary>All links are done and the gate has judged; somebody has to decide.</summary>
    Waiting,

    /// <summary>Decided; the candidate is being put in production.</summary>
    Promoting,
    Promoted,

    /// <summary>The candidate was turned down.</summary>
    Dismissed,

    /// <summary>A link failed; the chain can be resumed there.</summary>
    Failed,

    /// <summary>Stopped by somebody; the chain can be resumed where it was.</summary>
    Cancelled,
}

/// <summary>The one table of which state of a chain leads where.</summary>
public static class ChainTransitions
{
    private static readonly Dictionary<ChainState, ChainState[]> Table = new()
    {
        [ChainState.Running] = [ChainState.Waiting, ChainState.Failed, ChainState.Cancelled],
        [ChainState.Waiting] = [ChainState.Promoting, ChainState.Dismissed],
        [ChainState.Promoting] = [ChainState.Promoted, ChainState.Waiting],
        [ChainState.Promoted] = [],
        [ChainState.Dismissed] = [],
        [ChainState.Failed] = [ChainState.Running, ChainState.Dismissed],
        [ChainState.Cancelled] = [ChainState.Running, ChainState.Dismissed],
    };

    public static bool Allows(ChainState from, ChainState to) => Table[from].Contains(to);

    /// <summary>A chain that was stopped and can go on.</summary>
    public static IReadOnlyList<ChainState> Resumable { get; } = [ChainState.Failed, ChainState.Cancelled];

    /// <summary>States in which the site itself has something to do for the chain.</summary>
    public static IReadOnlyList<ChainState> Working { get; } = [ChainState.Running, ChainState.Promoting];
}

/// <summary>What a link of a chain does.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChainLinkKind>))]
public enum ChainLinkKind
{
    /// <summary>Holds fast what is learned from.</summary>
    Snapshot,
    FineTuning,

    /// <summary>The candidate's index, beside the one that answers.</summary>
    Index,

    /// <summary>One model on one question set.</summary>
    Evaluation,
}
