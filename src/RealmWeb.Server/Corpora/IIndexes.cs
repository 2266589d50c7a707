namespace RealmWeb.Server.Corpora;

/// <summary>The index of a corpus, as lists show it.</summary>
/// <param name="Generation">The one that answers; null when there is none.</param>
/// <param name="Blocks">Passages in it.</param>
/// <param name="Stale">Passages were added or changed since, or the production model is another one.</param>
/// <param name="Model">Model that made its vectors; null when there is none.</param>
internal sealed record IndexState(string? Generation, long Blocks, bool Stale, string? Model);

/// <summary>What the site needs to know of indexes.</summary>
internal interface IIndexes
{
    IndexState StateOf(string corpus);
}
