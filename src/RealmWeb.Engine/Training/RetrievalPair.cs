using RealmWeb.Engine.Featurization;

namespace RealmWeb.Engine.Training;

/// <summary>A query with the block that answers it, and blocks that look right but are not.</summary>
/// <param name="Query">[CLS] question [SEP].</param>
/// <param name="Block">[CLS] title [SEP] body [SEP].</param>
/// <param name="HardNegatives">Further blocks; empty in inverse cloze training.</param>
/// <param name="Removed">Inverse cloze: whether the sentence was taken out of its block; null for other pairs.</param>
public sealed record RetrievalPair(InputRow Query, InputRow Block, IReadOnlyList<InputRow> HardNegatives, bool? Removed = null)
{
    /// <summary>Longest of the rows.</summary>
    public int Length => Math.Max(Block.Length, HardNegatives.Count == 0 ? 0 : HardNegatives.Max(row => row.Length));
}
