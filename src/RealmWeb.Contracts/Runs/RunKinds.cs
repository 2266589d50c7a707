using System.Text.Json.Serialization;

namespace RealmWeb.Contracts.Runs;

/// <summary>What a run does. Stored and sent by name; <see cref="RunKinds"/> says what each is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunKind>))]
public enum RunKind
{
    Import,

    /// <summary>Brings a corpus into step with a folder of the server, or with another source.</summary>
    Sync,
    IndexBuild,

    /// <summary>Masked language modelling: warm start of the encoder.</summary>
    Mlm,

    /// <summary>Inverse cloze task: warm start of the retriever.</summary>
    Ict,

    /// <summary>REALM pre-training.</summary>
    PreTrain,

    /// <summary>REALM's objective over all passages, for the retriever alone.</summary>
    Adapt,
    FineTune,
    Evaluate,

    /// <summary>Holds fast what a chain learns from.</summary>
    Snapshot,

    /// <summary>The index of a chain's candidate.</summary>
    CandidateIndex,
}

/// <summary>Which workers take a run.</summary>
public enum RunWorkers
{
    /// <summary>Work of a corpus; a few at once.</summary>
    Io,

    /// <summary>Work that takes the whole machine.</summary>
    Train,
}

/// <summary>What a run leaves when it succeeds; its target is the name of that, or of what it belongs to.</summary>
public enum RunProduct
{
    /// <summary>Documents of a corpus.</summary>
    Documents,

    /// <summary>The index of a corpus.</summary>
    Index,

    /// <summary>A new model.</summary>
    Model,

    /// <summary>Figures of a model.</summary>
    Figures,

    /// <summary>Something for the next link of a chain, which alone starts it.</summary>
    Link,
}

/// <summary>How many question sets a run reads.</summary>
public enum QuestionSetUse
{
    None,

    /// <summary>It does without, but better with.</summary>
    Any,
    One,
    OneOrMore,
}

/// <summary>A kind of run.</summary>
/// <param name="Name">What people call it, as the beginning of a sentence.</param>
/// <param name="Purpose">What it is good for, in a sentence.</param>
/// <param name="ModelAction">Word of the button that starts it for a model; null where there is none.</param>
/// <param name="SettingsExample">Settings that people change first, as JSON; null where it takes none.</param>
/// <param name="Steps">Optimiser steps that are offered, where it trains.</param>
/// <param name="IsSent">Somebody sends what it reads.</param>
public sealed record RunKindInfo(
    RunKind Kind, string Name, string Purpose, RunWorkers Workers, RunProduct Produces, QuestionSetUse QuestionSets = QuestionSetUse.None,
    string? ModelAction = null, string? SettingsExample = null, int Steps = 1000, bool IsSent = false)
{
    /// <summary>It trains: its target is the name of the new model.</summary>
    public bool Trains => Produces == RunProduct.Model;

    /// <summary>Its target is a corpus, whose answers it changes.</summary>
    public bool ChangesCorpus => Produces is RunProduct.Documents or RunProduct.Index;

    /// <summary>It measures a model, its target.</summary>
    public bool Measures => Produces == RunProduct.Figures;

    /// <summary>Broken off, it goes on later from where it was.</summary>
    public bool GoesOn => !Measures;

    /// <summary>It can be started from what is on the server already; links are started by their chain.</summary>
    public bool StartsAlone => !IsSent && Produces != RunProduct.Link;

    /// <summary><see cref="Name"/> inside a sentence.</summary>
    public string NameInSentence => char.IsUpper(Name[1]) ? Name : char.ToLowerInvariant(Name[0]) + Name[1..];
}

/// <summary>The one table of what each kind of run is. How a kind is done is the business of its work.</summary>
public static class RunKinds
{
    /// <summary>All kinds, in the order in which they are offered.</summary>
    public static IReadOnlyList<RunKindInfo> All { get; } =
    [
        new(RunKind.Import, "Import", "Puts documents into a corpus.", RunWorkers.Io, RunProduct.Documents, IsSent: true),
        new(RunKind.IndexBuild, "Index build", "Makes a corpus searchable with the production model.", RunWorkers.Io, RunProduct.Index),
        new(RunKind.Sync, "Sync", "Brings a corpus into step with a folder of the server, or with a source of its own.", RunWorkers.Io,
            RunProduct.Documents),
        new(RunKind.Mlm, "Masked language modelling", "Warms up the reader's encoder on the documents.", RunWorkers.Train, RunProduct.Model,
            SettingsExample: """{ "maskedLanguageModel": { "learningRate": 5e-4 }, "heldOutShare": 0.01 }"""),
        new(RunKind.Ict, "Inverse cloze training", "Warms up the retriever on the documents.", RunWorkers.Train, RunProduct.Model,
            SettingsExample: """{ "training": { "batchSize": 64 }, "heldOutShare": 0.01 }"""),
        new(RunKind.PreTrain, "REALM pre-training", "Trains retriever and encoder together on the documents.", RunWorkers.Train, RunProduct.Model,
            SettingsExample: """{ "realm": { "retrieverRate": 0.05, "refresh": { "everySteps": 200 } } }"""),
        new(RunKind.Adapt, "Adaptation", "Lets the retriever learn from the documents themselves; the index stays.", RunWorkers.Train, RunProduct.Model,
            QuestionSetUse.Any, "Adapt", """{ "sentences": 8000, "rounds": 2, "training": { "learningRate": 2e-5 } }""", Steps: 200),
        new(RunKind.FineTune, "Fine-tuning", "Learns from questions with their answers.", RunWorkers.Train, RunProduct.Model, QuestionSetUse.OneOrMore,
            "Fine-tune", """{ "retriever": { "learningRate": 1e-4 }, "reader": { "learningRate": 5e-4 } }"""),
        new(RunKind.Evaluate, "Evaluation", "Measures a model with questions.", RunWorkers.Train, RunProduct.Figures, QuestionSetUse.One, "Evaluate"),
        new(RunKind.Snapshot, "Snapshot", "Holds fast what a chain learns from.", RunWorkers.Io, RunProduct.Link, QuestionSetUse.OneOrMore),
        new(RunKind.CandidateIndex, "Candidate index", "Makes a corpus searchable with a candidate, beside the index that answers.", RunWorkers.Train,
            RunProduct.Link),
    ];

    public static RunKindInfo Of(RunKind kind) => All.First(info => info.Kind == kind);

    /// <summary>The kinds for which something holds.</summary>
    public static IReadOnlyList<RunKind> Where(Func<RunKindInfo, bool> holds) => [.. All.Where(holds).Select(info => info.Kind)];
}
