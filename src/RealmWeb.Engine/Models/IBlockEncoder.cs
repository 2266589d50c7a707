using RealmWeb.Engine.Corpora;

namespace RealmWeb.Engine.Models;

/// <summary>Embed_doc as the index builder sees it.</summary>
public interface IBlockEncoder
{
    /// <summary>Width d of a vector.</summary>
    int Dimension { get; }

    /// <summary>Content hash of the weights and the vocabulary; vectors of different versions never mix.</summary>
    string ModelVersion { get; }

    /// <summary>Vectors of blocks in inference mode, row-major [blocks, d].</summary>
    float[] Encode(IReadOnlyList<Block> blocks, CancellationToken cancellationToken);

    /// <summary>Query vectors of texts, row-major [texts, d], for measuring what partitions find. Empty where the encoder has no queries.</summary>
    float[] EncodeQueries(IReadOnlyList<string> texts, CancellationToken cancellationToken) => [];
}
