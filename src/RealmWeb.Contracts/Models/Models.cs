namespace RealmWeb.Contracts.Models;

/// <summary>A model in the registry.</summary>
/// <param name="Name">Lower-case letters, digits and hyphens; what the command line calls it.</param>
/// <param name="Recipe">How it came to be, for people: "shipped", "pretrain on handbook, 2000 steps".</param>
/// <param name="InProduction">Answers questions now.</param>
/// <param name="RunId">Run that made it; null for shipped and imported models.</param>
/// <param name="Quality">Measured figures by name (em, f1, recall@5); empty while nothing was measured.</param>
public sealed record ModelSummary(
    string Name, string Recipe, bool InProduction, DateTimeOffset AddedAt, Guid? RunId, IReadOnlyDictionary<string, double> Quality);

/// <summary>A change of the model that answers.</summary>
/// <param name="Model">The model that answers since <paramref name="At"/>.</param>
/// <param name="Previous">The one before; null for the first.</param>
public sealed record Promotion(string Model, string? Previous, DateTimeOffset At, string By, string Reason);

/// <summary>Puts a model in production; the reason goes into the ledger.</summary>
public sealed record PromoteRequest(string Reason);
