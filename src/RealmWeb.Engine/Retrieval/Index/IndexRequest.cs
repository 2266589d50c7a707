using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Models;

namespace RealmWeb.Engine.Retrieval.Index;

/// <summary>Which index is wanted: of which passages, by which encoder, in which folder and layout.</summary>
/// <param name="Folder">The corpus's index folder; made when missing.</param>
/// <param name="CorpusVersion">Changes whenever a block is added or removed.</param>
/// <param name="ModelName">Name of the encoder's model, for people.</param>
public sealed record IndexRequest(string Folder, IBlockStore Blocks, string CorpusVersion, IBlockEncoder Encoder, string ModelName)
{
    public GenerationOptions Options { get; init; } = GenerationOptions.Default;

    /// <summary>Index folders in which such a generation may stand already; it is copied instead of built. Folders that do not exist are passed over.</summary>
    public IReadOnlyList<string> KnownFolders { get; init; } = [];

    /// <summary>Name of the generation. Another layout is another generation: what answers is never written over.</summary>
    internal string Generation
    {
        get
        {
            var vectors = Options.Vectors switch { VectorFormat.Float16 => "-f16", VectorFormat.BFloat16 => "-bf16", _ => "" };
            var halves = Encoder.EmbedsHalves ? IBlockEncoder.HalvesMark : "";
            return $"g{CorpusVersion}-{Encoder.ModelVersion[..8]}{halves}{vectors}{(Options.Partitions is { } partitions ? $"-p{partitions}" : "")}";
        }
    }

    /// <summary>Folder in which the generation is built.</summary>
    internal string Building => GenerationFiles.Building(Folder, Generation);
}
