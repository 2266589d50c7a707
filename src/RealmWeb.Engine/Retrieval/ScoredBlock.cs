using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Models;

namespace RealmWeb.Engine.Retrieval;

/// <summary>A candidate with what a mixture weighs.</summary>
/// <param name="Dense">The greatest inner product with the question.</param>
/// <param name="Lexical">BM25, as <see cref="Retrieval.Lexical.LexicalList.Score"/>.</param>
/// <param name="IsListed">The terms brought it.</param>
/// <param name="Match">How its words match the question's.</param>
/// <param name="Excess">By how much <paramref name="Dense"/> is above the inner product with the whole block.</param>
public readonly record struct ScoredBlock(StoredBlock Block, double Dense, double Lexical, bool IsListed, TermMatch Match, double Excess);
