namespace RealmWeb.Engine.Corpora.Duplicates;

/// <summary>A text as the set of its runs of five words, each as a number. Case, punctuation and white space do not count.</summary>
internal static class WordShingles
{
    /// <summary>Words of a run: fewer stand in texts that have nothing to do with each other.</summary>
    internal const int Words = 5;

    /// <summary>Fewer words say nothing of how alike two texts are.</summary>
    internal const int FewestWords = 20;

    private const ulong Prime = 1099511628211, Basis = 14695981039346656037;

    /// <summary>Empty where the text has fewer than <see cref="FewestWords"/> words.</summary>
    internal static HashSet<ulong> Of(string text)
    {
        var words = new List<ulong>(text.Length / 5);
        var (word, isInWord) = (Basis, false);
        foreach (var unit in text)
        {
            if (char.IsLetterOrDigit(unit))
            {
                // FNV-1a.
                (word, isInWord) = ((word ^ char.ToUpperInvariant(unit)) * Prime, true);
                continue;
            }
            if (isInWord)
                words.Add(word);
            (word, isInWord) = (Basis, false);
        }
        if (isInWord)
            words.Add(word);
        var shingles = new HashSet<ulong>(words.Count);
        if (words.Count < FewestWords)
            return shingles;
        for (var i = 0; i + Words <= words.Count; i++)
        {
            var shingle = Basis;
            for (var j = i; j < i + Words; j++)
                shingle = Mixed(shingle ^ words[j]);
            shingles.Add(shingle);
        }
        return shingles;
    }

    /// <summary>Shared runs among all runs of two texts, 0 to 1.</summary>
    internal static double Jaccard(HashSet<ulong> one, HashSet<ulong> other)
    {
        var (few, many) = one.Count <= other.Count ? (one, other) : (other, one);
        var shared = few.Count(many.Contains);
        return shared == 0 ? 0 : (double)shared / (one.Count + other.Count - shared);
    }

    // SplitMix64: every bit depends on every other.
    internal static ulong Mixed(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9;
        value = (value ^ value >> 27) * 0x94D049BB133111EB;
        return value ^ value >> 31;
    }
}
