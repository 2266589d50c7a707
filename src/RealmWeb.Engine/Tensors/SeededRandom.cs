namespace RealmWeb.Engine.Tensors;

/// <summary>Random numbers that depend on a seed and a position only.</summary>
public static class SeededRandom
{
    /// <summary>A generator for one position (step, example) of a run.</summary>
    public static Random At(int seed, long position)
    {
        // SplitMix64's finaliser: neighbouring positions give unrelated generators.
        var z = unchecked((ulong)seed * 0x9E3779B97F4A7C15UL + (ulong)position * 0xBF58476D1CE4E5B9UL + 0x94D049BB133111EBUL);
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EBUL);
        return new Random((int)((z ^ (z >> 31)) & 0x7fffffff));
    }
}
