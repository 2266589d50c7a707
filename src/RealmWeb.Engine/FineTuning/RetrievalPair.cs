using RealmWeb.Engine.Featurization;

namespace RealmWeb.Engine.FineTuning;

/// <summary>A query with the block that answers it, and blocks that look right but are not.</summary>
/// <param name="Query">[CLS] question [SEP].</param>
/// <param name="Block">[CLS] title [SEP] body [SEP].</param>
/// <param name="HardNegatives">Further blocks; empty in inverse cloze training.</param>
public sealed record RetrievalPair(InputRow Query, InputRow Block, IReadOnlyList<InputRow> HardNegatives)
{
    /// <summary>Longest of the rows.</summary>
    public int Length => Math.Max(Block.Length, HardNegatives.Count == 0 ? 0 : HardNegatives.Max(row => row.Length));
}
