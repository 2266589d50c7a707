using RealmWeb.Contracts.Runs;

namespace RealmWeb.Contracts.Chains;

/// <summary>Starts a chain: what is learned, what the new model is called, and whether it may promote itself.</summary>
/// <param name="QuestionSets">Sets that are learned from.</param>
/// <param name="GateSets">Sets that both models are asked, beside those of the corpus's gate. They are kept out of what is learned.</param>
/// <param name="Steps">Optimiser steps of each stage; 0 for what the settings say.</param>
/// <param name="Settings">JSON as in a configuration file of fine-tuning, without files; empty for learning through retrieval where labels are learned from,
/// else for the defaults of fine-tuning.</param>
/// <param name="Candidate">Name of the new model; empty for one that is made of corpus and date.</param>
/// <param name="PromotesWhenGreen">The candidate answers at once when the gate is green.</param>
/// <param name="Labels">Labels of the corpus are learned from as well.</param>
/// <param name="Weights">How often sets are drawn from relative to each other, by name; 1 for those that are not named.</param>
/// <param name="LabelWeight">The same for the labels.</param>
public sealed record StartChainRequest(
    string Corpus, IReadOnlyList<string> QuestionSets, IReadOnlyList<string>? GateSets = null, int Steps = 0, string Settings = "", int Seed = 1,
    string Candidate = "", bool PromotesWhenGreen = false, bool Labels = false, IReadOnlyDictionary<string, double>? Weights = null,
    double LabelWeight = 1);

/// <summary>A chain that a schedule starts. A name for its model is completed with the time, so that each one makes another model.</summary>
/// <param name="MinNewLabels">It is started only where at least so many labels came since the last chain that learned from labels; 0 for always.</param>
public sealed record ChainOrder(StartChainRequest Chain, int MinNewLabels = 0);

/// <summary>What a chain will take, its links one after the other.</summary>
/// <param name="Seconds">As fast as the last run of each link's kind; null where nothing is known of any.</param>
/// <param name="Untold">Links of which that is not known.</param>
/// <param name="DiskBytes">What they write together, about.</param>
/// <param name="DiskFree">Bytes that may be used.</param>
/// <param name="MemoryBytes">Memory that the largest of them takes, at least; 0 where it cannot be known.</param>
/// <param name="MemoryFree">Bytes of memory that it can have; null where the system does not say.</param>
public sealed record ChainForecast(double? Seconds, int Untold, long DiskBytes, long DiskFree, long MemoryBytes, long? MemoryFree);

/// <summary>The labels of a corpus, for the next chain.</summary>
/// <param name="Lessons">Labels to learn from.</param>
/// <param name="HeldOut">Labels that are only measured with.</param>
/// <param name="New">Labels that came since the last chain that learned from labels; one that failed or was stopped did not.</param>
public sealed record ChainLabels(int Lessons, int HeldOut, int New);

/// <summary>A link of a chain.</summary>
/// <param name="Number">Place from 1.</param>
/// <param name="Model">Model that is measured; empty where none is.</param>
/// <param name="QuestionSet">Set that is asked; empty where none is.</param>
/// <param name="Run">The run that does it; null before it begins.</param>
/// <param name="Facts">What came out, by name, for people.</param>
public sealed record ChainLinkView(
    int Number, ChainLinkKind Kind, string Model, string QuestionSet, bool Done, RunSnapshot? Run, IReadOnlyDictionary<string, string> Facts);

/// <summary>A chain as it stands now.</summary>
/// <param name="Production">Model that answered when it began.</param>
/// <param name="Candidate">Model that it makes.</param>
/// <param name="QuestionSets">Sets that are learned from.</param>
/// <param name="Green">The gate lets the candidate through; null before it has judged.</param>
/// <param name="DecidedBy">Who promoted or dismissed it.</param>
/// <param name="Revision">Grows with each change.</param>
public sealed record ChainView(
    Guid Id, string Corpus, ChainState State, string Production, string Candidate, IReadOnlyList<string> QuestionSets, bool Labels, bool PromotesWhenGreen,
    bool? Green, string? Error, string StartedBy, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt, string? DecidedBy, string? Reason,
    IReadOnlyList<ChainLinkView> Links, long Revision)
{
    /// <summary>How often sets are drawn from relative to each other, by name; 1 for those that are not named.</summary>
    public IReadOnlyDictionary<string, double>? Weights { get; init; }

    /// <summary>The same for the labels.</summary>
    public double LabelWeight { get; init; } = 1;

    /// <summary>The link that is at work or comes next; null when all are done.</summary>
    public ChainLinkView? Current => Links.FirstOrDefault(link => !link.Done);
}

/// <summary>What a request that starts a chain answers.</summary>
public sealed record ChainStarted(Guid ChainId);

/// <summary>Decides about a candidate.</summary>
/// <param name="Reason">Goes into the ledger.</param>
/// <param name="EvenIfRed">Promote although the gate does not let it through.</param>
public sealed record DecideRequest(string Reason = "", bool EvenIfRed = false);
