using System.Runtime.InteropServices;

namespace RealmWeb.Engine.Text;

/// <summary>Words as rows of pieces, and how often each pair of neighbours stands in them; a merge touches only the words that hold the pair.</summary>
internal sealed class WordPieceMerges
{
    private readonly List<string> _tokens = [];
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly int[][] _words;
    private readonly int[] _lengths;
    private readonly long[] _counts;
    private readonly Dictionary<long, long> _pairs = [];
    // Words that held the pair when it was seen; some may have lost it since.
    private readonly Dictionary<long, List<int>> _places = [];
    private readonly PriorityQueue<long, Rank> _queue;

    internal WordPieceMerges(IReadOnlyDictionary<string, long> counts, int alphabet)
    {
        // Ordinal order makes the result independent of the order of the texts.
        var words = counts.OrderBy(pair => pair.Key, StringComparer.Ordinal).ToArray();
        var letters = Alphabet(words, alphabet);
        var rows = new List<int[]>(words.Length);
        var frequencies = new List<long>(words.Length);
        var known = new SortedSet<string>(StringComparer.Ordinal);
        var split = new List<(List<string> Pieces, long Count)>(words.Length);
        foreach (var (word, count) in words)
        {
            var pieces = Pieces(word);
            if (!pieces.TrueForAll(piece => letters.Contains(piece.StartsWith("##", StringComparison.Ordinal) && piece.Length > 2 ? piece[2..] : piece)))
                continue;
            known.UnionWith(pieces);
            split.Add((pieces, count));
        }
        foreach (var piece in known)
            Intern(piece);
        foreach (var (pieces, count) in split)
        {
            rows.Add([.. pieces.Select(piece => _ids[piece])]);
            frequencies.Add(count);
        }
        _words = [.. rows];
        _lengths = [.. rows.Select(row => row.Length)];
        _counts = [.. frequencies];
        for (var word = 0; word < _words.Length; word++)
        {
            for (var i = 0; i + 1 < _lengths[word]; i++)
                Add(Key(_words[word][i], _words[word][i + 1]), word, _counts[word]);
        }
        _queue = new PriorityQueue<long, Rank>(_pairs.Select(pair => (pair.Key, RankOf(pair.Key, pair.Value))));
    }

    /// <summary>Characters in ordinal order, then merged pieces in the order in which they were found.</summary>
    internal IReadOnlyList<string> Tokens => _tokens;

    /// <summary>Merges the most frequent pair; false where no pair is left.</summary>
    internal bool MergeBest()
    {
        while (_queue.TryDequeue(out var pair, out var rank))
        {
            var count = _pairs.GetValueOrDefault(pair);
            if (count != rank.Count)
            {
                // Counted down since it was queued: back with its present count.
                if (count > 0)
                    _queue.Enqueue(pair, RankOf(pair, count));
                continue;
            }
            Merge(pair);
            return true;
        }
        return false;
    }

    private void Merge(long pair)
    {
        var (left, right) = ((int)(pair >> 32), (int)pair);
        var merged = Intern(_tokens[left] + _tokens[right][2..]);
        var touched = new HashSet<long>();
        // A word may be listed more than once; the second visit finds nothing to merge.
        foreach (var word in _places[pair])
            MergeIn(word, left, right, merged, touched);
        _pairs.Remove(pair);
        _places.Remove(pair);
        touched.Remove(pair);
        foreach (var changed in touched)
        {
            if (_pairs.TryGetValue(changed, out var count) && count > 0)
                _queue.Enqueue(changed, RankOf(changed, count));
        }
    }

    private void MergeIn(int word, int left, int right, int merged, HashSet<long> touched)
    {
        var row = _words[word];
        var count = _counts[word];
        for (var i = 0; i + 1 < _lengths[word]; i++)
        {
            if (row[i] != left || row[i + 1] != right)
                continue;
            if (i > 0)
            {
                Subtract(Key(row[i - 1], left), count);
                touched.Add(Add(Key(row[i - 1], merged), word, count));
            }
            if (i + 2 < _lengths[word])
            {
                Subtract(Key(right, row[i + 2]), count);
                touched.Add(Add(Key(merged, row[i + 2]), word, count));
            }
            row[i] = merged;
            Array.Copy(row, i + 2, row, i + 1, _lengths[word] - i - 2);
            _lengths[word]--;
        }
    }

    private long Add(long pair, int word, long count)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(_pairs, pair, out _) += count;
        ref var places = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, pair, out _);
        places ??= [];
        if (places.Count == 0 || places[^1] != word)
            places.Add(word);
        return pair;
    }

    private void Subtract(long pair, long count) => CollectionsMarshal.GetValueRefOrAddDefault(_pairs, pair, out _) -= count;

    private int Intern(string token)
    {
        if (_ids.TryGetValue(token, out var id))
            return id;
        _ids[token] = _tokens.Count;
        _tokens.Add(token);
        return _tokens.Count - 1;
    }

    private Rank RankOf(long pair, long count) => new(count, _tokens[(int)(pair >> 32)], _tokens[(int)pair]);

    private static long Key(int left, int right) => (long)left << 32 | (uint)right;

    private static HashSet<string> Alphabet(KeyValuePair<string, long>[] words, int limit)
    {
        var letters = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (word, count) in words)
        {
            foreach (var rune in word.EnumerateRunes())
                CollectionsMarshal.GetValueRefOrAddDefault(letters, rune.ToString(), out _) += count;
        }
        return [.. letters.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(limit).Select(pair => pair.Key)];
    }

    private static List<string> Pieces(string word)
    {
        var pieces = new List<string>(word.Length);
        foreach (var rune in word.EnumerateRunes())
            pieces.Add(pieces.Count == 0 ? rune.ToString() : $"##{rune}");
        return pieces;
    }

    // Smallest first in the queue: highest count, then ordinal order of the tokens.
    private readonly record struct Rank(long Count, string Left, string Right) : IComparable<Rank>
    {
        public int CompareTo(Rank other)
        {
            if (Count != other.Count)
                return other.Count.CompareTo(Count);
            var left = string.CompareOrdinal(Left, other.Left);
            return left != 0 ? left : string.CompareOrdinal(Right, other.Right);
        }
    }
}
