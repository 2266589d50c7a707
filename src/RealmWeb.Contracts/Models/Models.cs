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
    string Name, string Recipe, bool InProduction, DateTimeOffset AddedAt, Guid? RunId, ModelQuality? Quality, string? Damage = null);

/// <summary>What an evaluation measured.</summary>
/// <param name="RunId">The run that measured; null for work at the command line.</param>
/// <param name="Figures">By name (em, f1, recall@5), in percent.</param>
public sealed record ModelQuality(
    Guid? RunId, string QuestionSet, string Corpus, Retriever Retriever, DateTimeOffset At, IReadOnlyDictionary<string, double> Figures);

/// <summary>A change of the model that answers.</summary>
/// <param name="Model">The model that answers since <paramref name="At"/>.</param>
/// <param name="Previous">The one before; null for the first.</param>
public sealed record Promotion(string Model, string? Previous, DateTimeOffset At, string By, string Reason);

/// <summary>Puts a model in production; the reason goes into the ledger.</summary>
public sealed record PromoteRequest(string Reason = "");
