using static TorchSharp.torch;

namespace RealmWeb.Engine.Models;

/// <summary>What a published open-QA checkpoint holds of its corpus: a vector a passage (block_emb) and the passages in the same order
/// (block_records.npy).</summary>
public interface IPublishedBlocks
{
    /// <summary>Number of passages n.</summary>
    int Count { get; }

    /// <summary>Vectors by row; all of them are in memory at once.</summary>
    /// <returns>Shape [n, d], float32. The caller disposes it.</returns>
    Tensor Vectors();

    /// <summary>Writes the passages, in the order of the vectors.</summary>
    /// <exception cref="InvalidOperationException">The corpus has lost a passage that the index has.</exception>
    void SaveRecords(string folder);
}
