using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Featurization;

/// <summary>A question as the lexical features see it.</summary>
/// <param name="Pieces">Its pieces.</param>
/// <param name="PieceIds">Distinct ids of its pieces.</param>
/// <param name="Words">Distinct normalised words.</param>
/// <param name="Stems">First five letters of words with at least four letters.</param>
/// <param name="ContentPieces">Distinct ids of pieces rare enough to carry content.</param>
/// <param name="Type">What kind of answer the question words ask for.</param>
/// <param name="FocusPiece">Piece of the word that says what is asked for ("what *city* …"); null where there is none.</param>
public sealed record QuestionAnalysis(
    IReadOnlyList<Piece> Pieces, IReadOnlySet<int> PieceIds, IReadOnlySet<string> Words, IReadOnlySet<string> Stems,
    int[] ContentPieces, QuestionType Type, int? FocusPiece);

/// <summary>What kind of answer the question words ask for.</summary>
public enum QuestionType
{
    Who,
    When,
    Where,
    Quantity,
    What,
    Why,
    How,
    Other,
}
