using System.Text;

namespace RealmWeb.Engine.Text;

/// <summary>Reads the basic tokens (words, punctuation marks, ideographs) of a text one by one, normalised as BERT does, each character with
/// its place in the original text.</summary>
/// <remarks>The caller lends the buffers so that reading allocates nothing. A word of more than 100 characters is [UNK] to BERT whatever it
/// says, so only its span is kept.</remarks>
internal ref struct BasicTokenReader
{
    /// <summary>Characters (code points) of the longest word that is looked up.</summary>
    internal const int LongestWord = 100;

    /// <summary>Length of the buffers: each character may take two UTF-16 code units.</summary>
    internal const int BufferLength = 2 * LongestWord;

    private readonly ReadOnlySpan<char> _text;
    private readonly Span<char> _units;
    private readonly Span<int> _starts;
    private readonly Span<int> _ends;
    private int _at;
    private int _length;
    private int _points;
    // How many characters of the expansion at _at were given out.
    private int _expanded;

    internal BasicTokenReader(ReadOnlySpan<char> text, Span<char> units, Span<int> starts, Span<int> ends)
    {
        _text = text;
        _units = units;
        _starts = starts;
        _ends = ends;
    }

    /// <summary>The normalised token; meaningless where it is too long.</summary>
    internal readonly ReadOnlySpan<char> Word => _units[.._length];

    /// <summary>Offset of the token in the original text.</summary>
    internal int Start { get; private set; }

    /// <summary>One past the token in the original text, marks that were stripped from it included.</summary>
    internal int End { get; private set; }

    internal readonly bool IsTooLong => _points > LongestWord;

    /// <summary>Where the original of character <paramref name="unit"/> of <see cref="Word"/> starts.</summary>
    internal readonly int StartOf(int unit) => _starts[unit];

    internal readonly int EndOf(int unit) => _ends[unit];

    internal bool Read()
    {
        _length = 0;
        _points = 0;
        while (_at < _text.Length)
        {
            var kind = NormalizedCharacters.Classify(_text[_at], out var letter);
            switch (kind)
            {
                case NormalizedCharacters.Kind.Letter:
                    Append(letter, _at, _at + 1);
                    _points++;
                    _at++;
                    break;
                case NormalizedCharacters.Kind.Space:
                    _at++;
                    if (_points > 0)
                        return true;
                    break;
                case NormalizedCharacters.Kind.Dropped:
                    _at++;
                    break;
                case NormalizedCharacters.Kind.Mark:
                    Extend(++_at);
                    break;
                case NormalizedCharacters.Kind.Alone:
                    if (_points > 0)
                        return true;
                    Append(letter, _at, ++_at);
                    _points = 1;
                    SkipMarks();
                    return true;
                case NormalizedCharacters.Kind.Expansion:
                    if (ReadExpansion(NormalizedCharacters.Expand(_text[_at]), 1))
                        return true;
                    break;
                default:
                    if (ReadPair())
                        return true;
                    break;
            }
        }
        return _points > 0;
    }

    private bool ReadPair()
    {
        if (Rune.DecodeFromUtf16(_text[_at..], out var rune, out var used) != System.Buffers.OperationStatus.Done)
        {
            _at += used;
            return false;
        }
        var result = new StringBuilder(4);
        switch (NormalizedCharacters.Classify(rune, result))
        {
            case NormalizedCharacters.Kind.Space:
                _at += used;
                return _points > 0;
            case NormalizedCharacters.Kind.Dropped:
                _at += used;
                return false;
            case NormalizedCharacters.Kind.Mark:
                Extend(_at += used);
                return false;
            default:
                return ReadExpansion(result.ToString(), used);
        }
    }

    // Takes up what a character becomes; true when a token is complete, which may be in the middle of the expansion.
    private bool ReadExpansion(ReadOnlySpan<char> expansion, int used)
    {
        while (_expanded < expansion.Length)
        {
            Rune.DecodeFromUtf16(expansion[_expanded..], out var rune, out var units);
            var alone = NormalizedCharacters.IsAlone(rune);
            if (alone && _points > 0)
                return true;
            foreach (var unit in expansion.Slice(_expanded, units))
                Append(unit, _at, _at + used);
            _points++;
            _expanded += units;
            if (alone)
            {
                if (_expanded == expansion.Length)
                    Finish(used);
                return true;
            }
        }
        Finish(used);
        return false;
    }

    private void Finish(int used)
    {
        _expanded = 0;
        _at += used;
    }

    private void Append(char unit, int start, int end)
    {
        if (_points == 0 && _length == 0)
            Start = start;
        End = end;
        if (_length == _units.Length)
            return;
        _units[_length] = unit;
        _starts[_length] = start;
        _ends[_length++] = end;
    }

    private void Extend(int end)
    {
        if (_length == 0)
            return;
        End = end;
        // A word of two halves a character keeps both halves in step.
        for (int unit = _length - 1, last = _ends[unit]; unit >= 0 && _ends[unit] == last; unit--)
            _ends[unit] = end;
    }

    private void SkipMarks()
    {
        while (_at < _text.Length && NormalizedCharacters.Classify(_text[_at], out _) == NormalizedCharacters.Kind.Mark)
            Extend(++_at);
    }
}
