namespace RealmWeb.Engine.Featurization;

/// <summary>One sequence before padding: [CLS] first [SEP] second [SEP].</summary>
/// <param name="Ids">Piece ids with the special ones.</param>
/// <param name="SecondSegment">Index from which the segment is 1; the length where there is no second sequence.</param>
/// <param name="BlockStart">Index of the first piece of the second sequence.</param>
/// <param name="BlockPieces">Number of pieces of the second sequence that were kept.</param>
/// <param name="Features">Levels of the lexical features of the second sequence's pieces, row-major [BlockPieces, features]; null for a model without
/// them.</param>
public sealed record InputRow(int[] Ids, int SecondSegment, int BlockStart, int BlockPieces, byte[]? Features)
{
    /// <summary>Pieces at the beginning of the second sequence that are read but hold no answer: the context of a block.</summary>
    public int ContextPieces { get; init; }

    /// <summary>Number of pieces, special ones included.</summary>
    public int Length => Ids.Length;
}
