namespace RealmWeb.Engine.Text;

/// <summary>The tokens of a vocabulary as a tree of characters, held in one hash table of edges: the longest token at a place is found in one
/// walk, without a lookup for each shorter candidate.</summary>
internal sealed class WordPieceTrie
{
    private const int Root = 0, ContinuationRoot = 1;

    // Edge from (node, character): the key is node << 16 | character, 0 is an empty slot (no edge is labelled with NUL).
    private readonly ulong[] _keys;
    private readonly int[] _targets;
    private readonly int _shift;
    private readonly List<int> _tokenAt = [-1, -1];

    internal WordPieceTrie(IReadOnlyList<string> tokens)
    {
        var edges = tokens.Sum(token => token.Length) + 1;
        var bits = 4;
        while (1L << bits < edges * 2L)
            bits++;
        _shift = 64 - bits;
        _keys = new ulong[1 << bits];
        _targets = new int[1 << bits];
        for (var id = 0; id < tokens.Count; id++)
        {
            var continues = tokens[id].StartsWith("##", StringComparison.Ordinal) && tokens[id].Length > 2;
            // "##" itself and tokens that start so are words in their own right too, but no word has two marks in it: harmless.
            Add(tokens[id].AsSpan(continues ? 2 : 0), continues ? ContinuationRoot : Root, id);
        }
    }

    /// <summary>The longest token at the start of <paramref name="word"/>.</summary>
    /// <param name="continues">Whether it continues a word (tokens written with ##).</param>
    /// <param name="length">UTF-16 code units that the token takes.</param>
    /// <returns>Id of the token, or -1 where none fits.</returns>
    internal int Match(ReadOnlySpan<char> word, bool continues, out int length)
    {
        var node = continues ? ContinuationRoot : Root;
        var id = -1;
        length = 0;
        for (var i = 0; i < word.Length; i++)
        {
            node = _targets[SlotOf(node, word[i])];
            if (node == 0)
                break;
            if (_tokenAt[node] >= 0)
            {
                id = _tokenAt[node];
                length = i + 1;
            }
        }
        return id;
    }

    private void Add(ReadOnlySpan<char> token, int node, int id)
    {
        foreach (var unit in token)
        {
            var slot = SlotOf(node, unit);
            if (_targets[slot] == 0)
            {
                _keys[slot] = (ulong)node << 16 | unit;
                _targets[slot] = _tokenAt.Count;
                _tokenAt.Add(-1);
            }
            node = _targets[slot];
        }
        _tokenAt[node] = id;
    }

    private int SlotOf(int node, char unit)
    {
        var key = (ulong)node << 16 | unit;
        // Fibonacci hashing: 2^64 divided by the golden ratio spreads neighbouring keys.
        var slot = (int)(key * 0x9E3779B97F4A7C15UL >> _shift);
        while (_keys[slot] != 0 && _keys[slot] != key)
            slot = slot + 1 & _keys.Length - 1;
        return slot;
    }
}
