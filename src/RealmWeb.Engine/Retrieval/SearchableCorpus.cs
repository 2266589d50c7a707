using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Retrieval.Lexical;

namespace RealmWeb.Engine.Retrieval;

/// <summary>A corpus as it is searched: its passages, its terms, and where its indexes stand.</summary>
/// <param name="Version">Changes whenever a block is added or removed.</param>
/// <param name="IndexFolders">Index folders in which a generation of it may stand already; one that serves is copied instead of built again.</param>
public sealed record SearchableCorpus(IBlockStore Blocks, ILexicalIndex Terms, string Version, IReadOnlyList<string> IndexFolders)
{
    /// <summary>All blocks, in memory.</summary>
    public IReadOnlyList<Block> AllBlocks() => [.. Blocks.EnumerateBlocks().Select(stored => stored.Block)];
}
