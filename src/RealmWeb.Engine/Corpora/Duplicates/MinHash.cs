namespace RealmWeb.Engine.Corpora.Duplicates;

/// <summary>Signatures of sets of which as many places are equal as the sets are alike (Broder 1997), and the buckets in which alike ones meet.</summary>
internal static class MinHash
{
    internal const int Places = 128;

    // 32 bands of four places: two sets that are alike by s meet with 1 - (1 - s^4)^32: by 0.8 always but once in ten million times, by 0.3 every fourth time.
    private const int BandPlaces = 4;
    internal const int Bands = Places / BandPlaces;

    // Fixed, so that a report says the same every time.
    private static readonly (ulong Factor, ulong Shift)[] Hashes =
        [.. Enumerable.Range(0, Places).Select(i => (WordShingles.Mixed((ulong)(2 * i)) | 1, WordShingles.Mixed((ulong)(2 * i + 1))))];

    internal static uint[] Signature(HashSet<ulong> set)
    {
        var signature = new uint[Places];
        Array.Fill(signature, uint.MaxValue);
        foreach (var member in set)
        {
            for (var i = 0; i < Places; i++)
            {
                var (factor, shift) = Hashes[i];
                var hash = (uint)(member * factor + shift >> 32);
                if (hash < signature[i])
                    signature[i] = hash;
            }
        }
        return signature;
    }

    /// <summary>How alike the sets of two signatures are, as far as these tell: within 0.04, mostly.</summary>
    internal static double Estimate(uint[] one, uint[] other)
    {
        var equal = 0;
        for (var i = 0; i < Places; i++)
            equal += one[i] == other[i] ? 1 : 0;
        return (double)equal / Places;
    }

    /// <summary>The bucket of each band.</summary>
    internal static IEnumerable<(int Band, ulong Bucket)> Buckets(uint[] signature)
    {
        for (var band = 0; band < Bands; band++)
        {
            var bucket = 0UL;
            for (var i = 0; i < BandPlaces; i++)
                bucket = WordShingles.Mixed(bucket ^ signature[band * BandPlaces + i]);
            yield return (band, bucket);
        }
    }
}
