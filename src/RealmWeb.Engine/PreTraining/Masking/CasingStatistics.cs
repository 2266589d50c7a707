using System.Runtime.InteropServices;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.PreTraining.Masking;

/// <summary>How a corpus writes its words where nothing forces a capital. Paper §3.4 takes a tagger trained on labels; this needs the corpus alone.</summary>
/// <remarks>Immutable once learned; safe for concurrent use.</remarks>
public sealed class CasingStatistics
{
    private const string Format = "realm-casing-1";

    // What is seen once decides little and is most of the table.
    private const int Rare = 1;

    private readonly Dictionary<string, Counts>.AlternateLookup<ReadOnlySpan<char>> _words;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _pairs;
    private readonly Dictionary<string, Counts>.AlternateLookup<ReadOnlySpan<char>> _endings;

    private CasingStatistics(Dictionary<string, Counts> words, Dictionary<string, int> pairs)
    {
        (Words, Pairs) = (words.Count, pairs.Count);
        _words = words.GetAlternateLookup<ReadOnlySpan<char>>();
        _pairs = pairs.GetAlternateLookup<ReadOnlySpan<char>>();
        var endings = new Dictionary<string, Counts>(StringComparer.OrdinalIgnoreCase);
        foreach (var (word, count) in words)
        {
            ref var ending = ref CollectionsMarshal.GetValueRefOrAddDefault(endings, Ending(word).ToString(), out _);
            ending.Name += count.Name > count.Lower ? 1 : 0;
            ending.Lower += count.Name > count.Lower ? 0 : 1;
        }
        _endings = endings.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Different words counted.</summary>
    public int Words { get; }

    /// <summary>Different pairs of capitalised words counted.</summary>
    public int Pairs { get; }

    /// <summary>Counts the words of texts in one pass; memory depends on the number of different words.</summary>
    /// <param name="mostWords">Tables that grow beyond it lose what was seen once so far.</param>
    public static CasingStatistics Learn(IEnumerable<string> texts, int mostWords = 4_000_000, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var counts = new Dictionary<string, Counts>(StringComparer.OrdinalIgnoreCase);
        var pairs = new Dictionary<string, int>(StringComparer.Ordinal);
        var words = new List<CasedWord>();
        foreach (var text in texts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var sentence in SentenceSplitter.Split(text))
                Count(sentence.Of(text), words, counts.GetAlternateLookup<ReadOnlySpan<char>>(), pairs.GetAlternateLookup<ReadOnlySpan<char>>());
            if (counts.Count > mostWords)
                RemoveRare(counts, count => count.Lower + count.Name <= Rare);
            if (pairs.Count > mostWords)
                RemoveRare(pairs, count => count <= Rare);
        }
        RemoveRare(counts, count => count.Lower + count.Name <= Rare);
        var final = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        // Only pairs whose first word is also a common word ever decide (New York, not Barack Obama), and those with "of".
        foreach (var pair in pairs.Keys.ToList())
        {
            var first = final.TryGetValue(pair.AsSpan(0, pair.IndexOf(' ')), out var count) ? count : default;
            if (pairs[pair] <= Rare || first.Lower == 0 && !pair.EndsWith(" of", StringComparison.Ordinal))
                pairs.Remove(pair);
        }
        return new CasingStatistics(counts, pairs);
    }

    /// <summary>Of the times that the word was free to be written small, the share of capitals; -1 for a word that was not seen, or only where capitals are
    /// forced.</summary>
    public double NameShare(ReadOnlySpan<char> word) =>
        _words.TryGetValue(word, out var count) && count.Lower + count.Name > 0 ? (double)count.Name / (count.Lower + count.Name) : -1;

    /// <summary>Of the words seen with the same last three letters, the share that is mostly written large: a guess at a word that was not seen. 0.5 where none
    /// was.</summary>
    public double EndingShare(ReadOnlySpan<char> word) =>
        _endings.TryGetValue(Ending(word), out var count) ? (count.Name + 0.5) / (count.Name + count.Lower + 1.0) : 0.5;

    /// <summary>Of the times that the word stood with a free capital, the share that went on with "of" and a capital: high for University, low for
    /// Paris.</summary>
    public double OfShare(ReadOnlySpan<char> word) =>
        _words.TryGetValue(word, out var count) && count.Name > 0 ? (double)PairCount(word, "of") / count.Name : 0;

    /// <summary>How often two words stood beside each other with free capitals, where the first is also a common word.</summary>
    public int PairCount(ReadOnlySpan<char> first, ReadOnlySpan<char> second) =>
        first.Length + second.Length < 200 && _pairs.TryGetValue(Pair(first, second, stackalloc char[first.Length + second.Length + 1]), out var count) ? count
            : 0;

    /// <summary>The words that are written large most often, with their counts.</summary>
    public IEnumerable<(string Word, int Large, int Small)> Commonest(int count) =>
        _words.Dictionary.Where(entry => entry.Value.Name > entry.Value.Lower).OrderByDescending(entry => entry.Value.Name)
            .ThenBy(entry => entry.Key, StringComparer.Ordinal)
            .Take(count).Select(entry => (entry.Key, entry.Value.Name, entry.Value.Lower));

    /// <summary>Writes the tables as a text file: whole or not at all.</summary>
    public void Save(string path)
    {
        var words = _words.Dictionary.OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => FormattableString.Invariant($"{entry.Key}\t{entry.Value.Lower}\t{entry.Value.Name}"));
        var pairs = _pairs.Dictionary.OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => FormattableString.Invariant($"{entry.Key}\t{entry.Value}"));
        TaggerFile.Write(path, Format, words.Concat(pairs));
    }

    /// <exception cref="InvalidDataException">The file is no such table; the message names the line.</exception>
    public static CasingStatistics Load(string path)
    {
        var words = new Dictionary<string, Counts>(StringComparer.OrdinalIgnoreCase);
        var pairs = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var line in TaggerFile.Read(path, Format))
        {
            if (line.Fields.Length == 3)
                words[line.Fields[0]] = new Counts { Lower = line.Count(1), Name = line.Count(2) };
            else
                pairs[line.Fields[0]] = line.Count(1);
        }
        return new CasingStatistics(words, pairs);
    }

    private static void Count(
        string sentence, List<CasedWord> words, Dictionary<string, Counts>.AlternateLookup<ReadOnlySpan<char>> counts, Dictionary<string,
            int>.AlternateLookup<ReadOnlySpan<char>> pairs)
    {
        CasedWords.Read(sentence, words);
        Span<char> pair = stackalloc char[200];
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            if (!char.IsLetter(sentence[word.Start]) || word.Letters - word.Start > 90)
                continue;
            var free = word.Casing == Casing.Lower || !word.Forced && !word.Quoted;
            if (!free)
                continue;
            ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, word.In(sentence), out _);
            count.Lower += word.Casing == Casing.Lower ? 1 : 0;
            count.Name += word.Casing == Casing.Lower ? 0 : 1;
            if (word.Casing == Casing.Lower || word.Possessive || i + 1 == words.Count || !words[i + 1].Follows)
                continue;
            var next = words[i + 1].In(sentence);
            if (words[i + 1].Casing != Casing.Lower && next.Length <= 90 || next is "of" && GoesOnLarge(i + 2))
                CollectionsMarshal.GetValueRefOrAddDefault(pairs, Pair(word.In(sentence), next, pair), out _)++;
        }

        bool GoesOnLarge(int at)
        {
            if (at < words.Count && words[at].In(sentence) is "the")
                at++;
            return at < words.Count && words[at] is { Follows: true, Casing: not Casing.Lower };
        }
    }

    private static ReadOnlySpan<char> Ending(ReadOnlySpan<char> word) => word.Length > 3 ? word[^3..] : word;

    private static ReadOnlySpan<char> Pair(ReadOnlySpan<char> first, ReadOnlySpan<char> second, Span<char> buffer)
    {
        first.CopyTo(buffer);
        buffer[first.Length] = ' ';
        second.CopyTo(buffer[(first.Length + 1)..]);
        return buffer[..(first.Length + second.Length + 1)];
    }

    private static void RemoveRare<T>(Dictionary<string, T> counts, Func<T, bool> isRare)
    {
        foreach (var key in counts.Where(entry => isRare(entry.Value)).Select(entry => entry.Key).ToList())
            counts.Remove(key);
    }

    private struct Counts
    {
        public int Lower, Name;
    }
}
