using RealmWeb.Engine.Corpora;

namespace RealmWeb.Engine.Retrieval;

/// <summary>A candidate with both of its scores.</summary>
/// <param name="Dense">Inner product with the question.</param>
/// <param name="Lexical">BM25, as <see cref="Retrieval.Lexical.LexicalList.Score"/>.</param>
/// <param name="IsListed">The terms brought it.</param>
public readonly record struct ScoredBlock(StoredBlock Block, double Dense, double Lexical, bool IsListed);
