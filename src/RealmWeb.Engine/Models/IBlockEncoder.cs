using RealmWeb.Engine.Corpora;

namespace RealmWeb.Engine.Models;

/// <summary>Embed_doc as the index builder sees it.</summary>
public interface IBlockEncoder
{
    /// <summary>End of an <see cref="IndexVersion"/> of an encoder that embeds halves.</summary>
    const string HalvesMark = "-h";

    /// <summary>Width d of a vector.</summary>
    int Dimension { get; }

    /// <summary>Content hash of the weights and the vocabulary; vectors of different versions never mix.</summary>
    string ModelVersion { get; }

    /// <summary>Whether the halves of a block are embedded beside it (<see cref="BlockHalves"/>). The vector of a text is the same either way.</summary>
    bool EmbedsHalves => false;

    /// <summary>Tells apart what an index by this encoder holds.</summary>
    string IndexVersion => IndexVersionOf(ModelVersion, EmbedsHalves);

    /// <summary><see cref="IndexVersion"/> of vectors of this version, with or without those of halves.</summary>
    static string IndexVersionOf(string modelVersion, bool halves) => halves ? modelVersion + HalvesMark : modelVersion;

    /// <summary>Vectors of blocks in inference mode, row-major [blocks, d].</summary>
    float[] Encode(IReadOnlyList<Block> blocks, CancellationToken cancellationToken);

    /// <summary>Query vectors of texts, row-major [texts, d], for measuring what partitions find. Empty where the encoder has no queries.</summary>
    float[] EncodeQueries(IReadOnlyList<string> texts, CancellationToken cancellationToken) => [];
}
