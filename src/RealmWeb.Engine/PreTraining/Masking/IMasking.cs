using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.PreTraining.Masking;

/// <summary>Decides what of a sentence is hidden and has to be predicted. Paper §3.4, §4.3.</summary>
public interface IMasking
{
    /// <summary>Masks one sentence.</summary>
    /// <param name="sentence">Its text.</param>
    /// <param name="pieces">Its word pieces, with offsets into <paramref name="sentence"/>.</param>
    /// <returns>Null where the sentence has nothing that this masking would hide.</returns>
    MaskedPieces? Mask(string sentence, IReadOnlyList<Piece> pieces, Random random);
}

/// <summary>A sequence of word pieces of which some are hidden.</summary>
/// <param name="Ids">All pieces, [MASK] or a random piece where one is hidden.</param>
/// <param name="Targets">Positions in <paramref name="Ids"/>, ascending, with the pieces to predict there; at least one.</param>
public sealed record MaskedPieces(int[] Ids, IReadOnlyList<MaskTarget> Targets);

/// <summary>A piece to predict.</summary>
public readonly record struct MaskTarget(int Position, int Piece);
