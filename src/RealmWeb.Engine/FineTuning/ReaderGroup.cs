using RealmWeb.Engine.Featurization;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.FineTuning;

/// <summary>One question with the candidates that the reader scores jointly.</summary>
/// <param name="Candidates">The blocks, at least one.</param>
public sealed record ReaderGroup(IReadOnlyList<ReaderCandidate> Candidates)
{
    /// <summary>The null answer is right; unless set otherwise, where no candidate holds the answer.</summary>
    public bool IsUnanswerable { get; init; } = Candidates.All(candidate => candidate.GoldSpans.Count == 0);
}

/// <summary>A block with the places of the answer in it.</summary>
/// <param name="Row">Model input.</param>
/// <param name="GoldSpans">Piece spans of the answer counted in <see cref="InputRow.Ids"/>, end exclusive; empty where the block holds none.</param>
/// <param name="DenseScore">Inner product of question and block; 0 in training on given passages.</param>
/// <param name="LexicalScore">BM25; 0 in training on given passages.</param>
public sealed record ReaderCandidate(InputRow Row, IReadOnlyList<TextSpan> GoldSpans, float DenseScore = 0, float LexicalScore = 0);
