using RealmWeb.Contracts.Chains;

namespace RealmWeb.Data.Chains;

/// <summary>From what is learned to a model that may answer: runs one after the other, and a decision at the end.</summary>
public sealed class Chain
{
    public Guid Id { get; set; }

    /// <summary>Corpus whose questions are learned and that both models answer from.</summary>
    public required string Corpus { get; set; }
    public ChainState State { get; set; }

    /// <summary>Name of the model that answered when the chain began: what the candidate starts from and is compared with.</summary>
    public required string Production { get; set; }

    /// <summary>Name of the model that the chain makes.</summary>
    public required string Candidate { get; set; }

    /// <summary>What is learned from and how, as whoever runs the chain wrote it.</summary>
    public string ParametersJson { get; set; } = "{}";

    /// <summary>What the requester called the request: asked for twice, it is done once. Null when it gave no name.</summary>
    public string? RequestKey { get; set; }

    /// <summary>The gate's report, once all links are done.</summary>
    public string? ReportJson { get; set; }

    /// <summary>The gate lets the candidate through; null before it has judged.</summary>
    public bool? Green { get; set; }

    /// <summary>Why the chain failed.</summary>
    public string? Error { get; set; }
    public string StartedBy { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Who promoted or dismissed the candidate, and why.</summary>
    public string? DecidedBy { get; set; }
    public string? Reason { get; set; }

    /// <summary>Grows with each change.</summary>
    public long Revision { get; set; }

    /// <summary>In their order.</summary>
    public List<ChainLink> Links { get; init; } = [];
}

/// <summary>Where a link is; what its run does is said by the run.</summary>
public enum ChainLinkState
{
    Pending,

    /// <summary>Its run is started, or about to be.</summary>
    Launched,
    Done,
}

/// <summary>A link of a chain: one run.</summary>
public sealed class ChainLink
{
    public Guid ChainId { get; set; }

    /// <summary>Place from 1.</summary>
    public int Number { get; set; }
    public ChainLinkKind Kind { get; set; }
    public ChainLinkState State { get; set; }

    /// <summary>Model that is measured; empty where none is.</summary>
    public string Model { get; set; } = "";

    /// <summary>Question set that is asked; empty where none is.</summary>
    public string QuestionSet { get; set; } = "";

    /// <summary>How often the link was begun anew after it failed or was cancelled.</summary>
    public int Attempt { get; set; }

    /// <summary>Null until the run is there.</summary>
    public Guid? RunId { get; set; }
}
