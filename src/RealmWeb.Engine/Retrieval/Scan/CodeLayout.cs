namespace RealmWeb.Engine.Retrieval.Scan;

/// <summary>How 8-bit codes lie in memory: groups of 16 vectors, each group the 16 scales and then, four dimensions after four dimensions, the
/// four codes of each vector. One vector instruction so takes the same four dimensions of 4, 8 or 16 vectors, and sums stay in their lanes.</summary>
public static class CodeLayout
{
    /// <summary>Vectors in a group.</summary>
    public const int Lanes = 16;

    /// <summary>Bytes of the float32 scales before the codes of a group.</summary>
    public const int ScaleBytes = Lanes * sizeof(float);

    /// <summary>Groups of a tile: what is scanned, checked and counted at once, 4,096 vectors.</summary>
    public const int TileGroups = 256;

    /// <summary>How far ahead of the codes in use the next are asked for. Pages of a file stand anywhere in memory, so a processor's own prefetching ends
    /// at each page's end.</summary>
    internal const int PrefetchBytes = 4096;

    /// <summary>Float32 numbers of a group's bounds: the largest residual norm, then the largest norm of a decoded vector.</summary>
    public const int BoundNumbers = 2;

    /// <summary>Dimensions in fours, the last filled up with zeros.</summary>
    public static int Quads(int dimension) => (dimension + 3) / 4;

    /// <summary>Bytes of a group, a multiple of 64.</summary>
    public static int GroupBytes(int dimension) => ScaleBytes + Lanes * 4 * Quads(dimension);

    /// <summary>Groups that hold so many vectors; the last may have empty lanes.</summary>
    public static long Groups(long count) => (count + Lanes - 1) / Lanes;
}
