namespace RealmWeb.Jobs.Answering;

/// <summary>The index of a corpus, as lists show it.</summary>
/// <param name="Generation">The one that answers; null when there is none.</param>
/// <param name="Blocks">Passages in it.</param>
/// <param name="Stale">Passages were added or changed since, or the production model is another one.</param>
/// <param name="Model">Model that made its vectors; null when there is none.</param>
/// <param name="Damage">Why it cannot be used and what to do; terms alone answer. Null when nothing is wrong, as far as it was read.</param>
public sealed record IndexState(string? Generation, long Blocks, bool Stale, string? Model, string? Damage = null);
