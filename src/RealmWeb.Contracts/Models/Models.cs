using RealmWeb.Contracts.Questions;

namespace RealmWeb.Contracts.Models;

/// <summary>A model in the registry.</summary>
/// <param name="Name">Lower-case letters, digits and hyphens; what the command line calls it.</param>
/// <param name="Recipe">How it came to be, for people: "shipped", "fine-tuning of realm-small, 2,000 steps".</param>
/// <param name="InProduction">Answers questions now.</param>
/// <param name="RunId">Run that made it; null for shipped and imported models.</param>
/// <param name="Quality">The newest evaluation of it in this data folder; null while there was none.</param>
/// <param name="Damage">Why it cannot answer, and what to do; null when it is whole.</param>
public sealed record ModelSummary(
    string Name, string Recipe, bool InProduction, DateTimeOffset AddedAt, Guid? RunId, ModelQuality? Quality, string? Damage = null)
{
    /// <summary>The chain whose candidate it is and that waits for a decision; null for none.</summary>
    public Guid? WaitingChain { get; init; }

    /// <summary>What it was made from, and what that was made from, the nearest first.</summary>
    public IReadOnlyList<ModelAncestor> Ancestors { get; init; } = [];

    /// <summary>What it was made with, by name, for people.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Why it cannot be deleted, in a sentence; null when it can.</summary>
    public string? NeededFor { get; init; }
}

/// <summary>A model that another one was made from.</summary>
/// <param name="Recipe">As in <see cref="ModelSummary.Recipe"/>; empty where nobody wrote it down.</param>
public sealed record ModelAncestor(string Name, string Recipe);

/// <summary>Models beside each other, on question sets that all of them were asked.</summary>
public sealed record ModelComparison(IReadOnlyList<string> Models, IReadOnlyList<ComparedSet> Sets);

/// <summary>A question set that all compared models were asked.</summary>
/// <param name="Fixed">How many questions each model has right and the first wrong; 0 for the first.</param>
/// <param name="Broke">How many each has wrong and the first right.</param>
public sealed record ComparedSet(
    string QuestionSet, string Corpus, int Questions, IReadOnlyList<int> Fixed, IReadOnlyList<int> Broke, IReadOnlyList<ComparedMeasure> Measures)
{
    /// <summary>The evaluation of each model, to look at them question by question.</summary>
    public IReadOnlyList<long> Evaluations { get; init; } = [];
}

/// <summary>A measure of each model.</summary>
public sealed record ComparedMeasure(string Measure, IReadOnlyList<ComparedValue> Values);

/// <param name="Low">Of the 95 % interval of the difference to the first model; null for that one.</param>
public sealed record ComparedValue(double Value, double? Difference, double? Low, double? High);

/// <summary>What an evaluation measured.</summary>
/// <param name="RunId">The run that measured; null for work at the command line.</param>
/// <param name="Figures">By name (em, f1, recall@5), in percent.</param>
public sealed record ModelQuality(
    Guid? RunId, string QuestionSet, string Corpus, Retriever Retriever, DateTimeOffset At, IReadOnlyDictionary<string, double> Figures)
{
    /// <summary>What it can be looked at by, question by question; null where the answers were not kept.</summary>
    public long? Evaluation { get; init; }
}

/// <summary>A change of the model that answers.</summary>
/// <param name="Model">The model that answers since <paramref name="At"/>.</param>
/// <param name="Previous">The one before; null for the first.</param>
public sealed record Promotion(string Model, string? Previous, DateTimeOffset At, string By, string Reason);

/// <summary>Puts a model in production; the reason goes into the ledger.</summary>
public sealed record PromoteRequest(string Reason = "");
