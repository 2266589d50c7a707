namespace RealmWeb.Engine.Corpora.Formats.Pdf;

/// <summary>The words of a document, which say whether a hyphen at the end of a line belongs to its word.</summary>
internal sealed class PdfWords
{
    // "in", "re" and "un" are words, and begin many that are none of two.
    private const int ShortestHalf = 3;

    private readonly HashSet<string> _all = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _own = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _compounds = new(StringComparer.OrdinalIgnoreCase);

    internal PdfWords(IEnumerable<PdfPageFragments> pages)
    {
        foreach (var fragment in pages.SelectMany(page => page.Turned).SelectMany(fragments => fragments))
        {
            var words = fragment.Text.Split(' ');
            for (var i = 0; i < words.Length; i++)
                Add(words[i], isFirst: i == 0);
        }
    }

    /// <summary>Whether the hyphen between two parts stays: the word stands elsewhere with it; or nowhere without it, and both parts do.</summary>
    internal bool IsCompound(string before, string behind)
    {
        if (_compounds.Contains($"{before}-{behind}"))
            return true;
        if (_all.Contains(before + behind))
            return false;
        // "up-to-": where the word has a hyphen already, its short parts are words too.
        var part = before[(before.LastIndexOf('-') + 1)..];
        return part.Length < before.Length
            ? _own.Contains(part) && _own.Contains(behind)
            : part.Length >= ShortestHalf && behind.Length >= ShortestHalf && _own.Contains(part) && _own.Contains(behind);
    }

    /// <summary>The letters and hyphens of a word.</summary>
    internal static ReadOnlySpan<char> Bare(ReadOnlySpan<char> word)
    {
        while (word.Length > 0 && !char.IsLetterOrDigit(word[0]))
            word = word[1..];
        var end = 0;
        while (end < word.Length && (char.IsLetterOrDigit(word[end]) || word[end] is '-' or '\u2010'))
            end++;
        return word[..end];
    }

    // The first word of a line may be the rest of one, and one with a hyphen at its end the beginning.
    private void Add(string word, bool isFirst)
    {
        var bare = Bare(word);
        if (bare.Length == 0 || bare[^1] is '-' or '\u2010')
            return;
        if (bare.ContainsAny('-', '\u2010'))
        {
            _compounds.Add(bare.ToString().Replace('\u2010', '-'));
            return;
        }
        _all.Add(bare.ToString());
        if (!isFirst)
            _own.Add(bare.ToString());
    }
}
