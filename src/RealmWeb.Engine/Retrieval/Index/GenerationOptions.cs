namespace RealmWeb.Engine.Retrieval.Index;

/// <summary>How a generation is laid out.</summary>
public sealed record GenerationOptions
{
    /// <summary>float32 vectors, and partitions where there are enough of them.</summary>
    public static GenerationOptions Default { get; } = new();

    /// <summary>How vectors are kept beside their codes.</summary>
    public VectorFormat Vectors { get; init; } = VectorFormat.Float32;

    /// <summary>Whether the vectors are of the halves of blocks too (<see cref="Models.IBlockEncoder.EmbedsHalves"/>).</summary>
    internal bool Halves { get; init; }

    /// <summary>Partitions, at most 65,535; 0 for none, null for a number that suits the count.</summary>
    public int? Partitions { get; init; }
}
