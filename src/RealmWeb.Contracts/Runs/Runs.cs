using RealmWeb.Contracts.Questions;

namespace RealmWeb.Contracts.Runs;

/// <summary>A run as it stands now.</summary>
/// <param name="Target">What the run works on, for people: corpus or model name.</param>
/// <param name="Done">Units done.</param>
/// <param name="Total">Units in all; null while unknown.</param>
/// <param name="Unit">What is counted: documents, blocks, steps.</param>
/// <param name="Stage">What the run is doing now, in words.</param>
/// <param name="Waits">Why a queued run has not begun; null otherwise.</param>
/// <param name="Error">Why the run failed or what was left out; null otherwise.</param>
/// <param name="Stalled">The work itself has given no sign of life for a minute although the run is at work.</param>
/// <param name="Revision">Grows with each change.</param>
public sealed record RunSnapshot(
    Guid Id, RunKind Kind, string Target, RunState State, long Done, long? Total, string Unit, string Stage, string? Waits, string? Error,
    double? RatePerSecond, double? SecondsLeft, bool Stalled, string StartedBy,
    DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, IReadOnlyDictionary<string, double> Metrics, long Revision)
{
    /// <summary>No transition leads out of the state.</summary>
    public bool IsFinal => RunTransitions.IsFinal(State);
}

/// <summary>What a run left out; the first 1,000.</summary>
/// <param name="CanRetry">The files are still there, and can be imported again alone.</param>
public sealed record RunFailures(IReadOnlyList<FailedItem> Items, bool CanRetry);

/// <summary>A document, or a file, that could not be read.</summary>
/// <param name="Path">File, with its archive in front and the line behind it where there is one.</param>
public sealed record FailedItem(string Path, string Reason);

/// <summary>A line of a run's log.</summary>
public sealed record RunLogLine(long Sequence, DateTimeOffset At, string Level, string Message);

/// <summary>The run of the same kind before another one.</summary>
/// <param name="Parameters">Names and values it was started with.</param>
public sealed record FormerRun(Guid Id, string Target, DateTimeOffset CreatedAt, IReadOnlyDictionary<string, string> Parameters);

/// <summary>A point of a curve.</summary>
/// <param name="Stage">Part of the work that was measured, in words; empty where it has only one. Each begins with a first step of its own.</param>
public sealed record RunMetricPoint(string Name, long Step, double Value, string Stage = "");

/// <summary>Starts a training run from the site.</summary>
/// <param name="Kind">One that trains, see <see cref="RunKinds"/>.</param>
/// <param name="Corpus">Corpus to train on or with.</param>
/// <param name="Steps">Optimiser steps; of each stage where fine-tuning has several. 0 for what the settings say.</param>
/// <param name="Model">Model to start from; empty for the one in production.</param>
/// <param name="NewModel">Name for the result.</param>
/// <param name="QuestionSets">Sets to learn from: at least one where the kind learns from questions, none where it does not.</param>
/// <param name="Seed">Decides every random draw.</param>
/// <param name="Settings">JSON as in a configuration file of the command, without files; empty for its defaults.</param>
/// <param name="Weights">How often sets are drawn from relative to each other, by name, for fine-tuning; 1 for those that are not named.</param>
public sealed record StartTrainingRequest(
    RunKind Kind, string Corpus, int Steps, string Model, string NewModel, IReadOnlyList<string>? QuestionSets = null, int Seed = 1, string Settings = "",
    IReadOnlyDictionary<string, double>? Weights = null);

/// <summary>Starts an evaluation from the site.</summary>
/// <param name="QuestionSet">Set to ask.</param>
/// <param name="Corpus">Corpus to answer from.</param>
/// <param name="Model">Model to measure; empty for the one in production.</param>
/// <param name="Limit">At most so many questions, evenly spread over the set; 0 for all.</param>
public sealed record StartEvaluationRequest(
    string QuestionSet, string Corpus, string Model = "", Retriever Retriever = Retriever.Hybrid, int Limit = 0);

/// <summary>Brings a corpus into step with a folder or a source: what is new or other there is read, and what left it is deleted.</summary>
/// <param name="Folder">Name of the folder in <c>Realm:Jobs:SourceFolders</c>; with <paramref name="Source"/>, the name of that one.</param>
/// <param name="DryRun">Only say what would be added, changed and deleted.</param>
/// <param name="Source">A source of the corpus; null for a folder that is none.</param>
public sealed record StartSyncRequest(string Corpus, string Folder, bool DryRun = false, Guid? Source = null);

/// <summary>A run that is to be started, now or by a schedule: its kind with the request that belongs to it, one of the others.</summary>
/// <param name="IndexOf">Corpus whose index is built.</param>
/// <param name="Training">The training. A schedule completes the name of its model with the time, so that each run makes another one.</param>
public sealed record RunOrder(RunKind Kind, string? IndexOf = null, StartTrainingRequest? Training = null, StartEvaluationRequest? Evaluation = null,
    StartSyncRequest? Sync = null);

/// <summary>What a run will take.</summary>
/// <param name="Seconds">As fast as the last run of its kind; null where none is known.</param>
/// <param name="Basis">That run.</param>
/// <param name="DiskBytes">What it writes, about; 0 where it is little, or cannot be known.</param>
/// <param name="DiskFree">Bytes that may be used.</param>
/// <param name="MemoryBytes">Memory that it takes, at least; 0 where it is little, or cannot be known.</param>
/// <param name="MemoryFree">Bytes of memory that it can have; null where the system does not say.</param>
public sealed record RunForecast(double? Seconds, Guid? Basis, long DiskBytes, long DiskFree, long MemoryBytes = 0, long? MemoryFree = null);

/// <summary>What a request that starts work answers: the run to follow.</summary>
public sealed record RunStarted(Guid RunId);
