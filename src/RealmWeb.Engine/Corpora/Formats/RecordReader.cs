namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>A line, or a row of a table, as bytes.</summary>
/// <param name="Bytes">Without line end; valid until the next one is read. Empty when it was too long.</param>
/// <param name="Line">Number of its first line, from 1.</param>
/// <param name="TooLong">It was longer than the limit and passed over.</param>
/// <param name="IsOpen">It opens a quoted field that nothing closes.</param>
internal readonly record struct ByteRecord(ReadOnlyMemory<byte> Bytes, long Line, bool TooLong, bool IsOpen);

/// <summary>Cuts a stream into lines, or into rows whose quoted fields may hold line ends. Never holds more than the limit.</summary>
/// <remarks>A quote that turns out to be a letter of the text (nothing closes it, or text follows what closes it in another line) costs its own row
/// at most: what was read behind that line is read again. Our own because the readers of NuGet neither pass over a row that is too long nor go on
/// behind such a quote.</remarks>
/// <param name="delimiter">Delimiter of a table with quoted fields; 0: plain lines.</param>
internal sealed class RecordReader(Stream stream, int limit, byte delimiter = 0, byte lineEnd = (byte)'\n')
{
    private const byte Quote = (byte)'"';
    private const int BufferSize = 1 << 16;

    // Each may read to the end of the file.
    private const int MostUnclosed = 16;

    private byte[] _buffer = new byte[BufferSize];
    private int _unclosed;
    private byte[] _held = new byte[1 << 12];
    private int _length, _at, _filled;
    private long _line = 1;

    private enum State
    {
        FieldStart,
        Plain,
        Quoted,

        /// <summary>Behind a quote in a quoted field: another one makes it text, anything else means that it closed the field.</summary>
        QuoteInQuoted,
    }

    internal IEnumerable<ByteRecord> Read()
    {
        while (Next() is { } record)
            yield return record;
    }

    private ByteRecord? Next()
    {
        _length = 0;
        var line = _line;
        var (tooLong, any) = (false, false);
        var state = delimiter == 0 ? State.Plain : State.FieldStart;
        while (Fill())
        {
            any = true;
            var rest = _buffer.AsSpan(_at, _filled - _at);
            var run = state switch
            {
                State.Plain when delimiter == 0 => rest.IndexOf(lineEnd),
                State.Plain => rest.IndexOfAny(lineEnd, delimiter),
                State.Quoted => rest.IndexOf(Quote),
                _ => 0,
            };
            var take = run < 0 ? rest.Length : run;
            if (state == State.Quoted)
                _line += rest[..take].Count(lineEnd);
            var mark = run < 0 ? (byte)0 : rest[take++];
            if (run >= 0 && mark == lineEnd && state != State.Quoted)
            {
                tooLong |= !Hold(rest[..(take - 1)], tooLong);
                _at += take;
                _line++;
                return Finish(line, tooLong, isOpen: false);
            }
            tooLong |= !Hold(rest[..take], tooLong);
            _at += take;
            if (run < 0)
                continue;
            if (state == State.QuoteInQuoted && !tooLong && mark != Quote && mark != delimiter && mark != '\r' && GoBackToFirstLine(line))
                return Finish(line, tooLong: false, isOpen: false);
            state = After(state, mark);
        }
        if (state == State.Quoted && !tooLong && _unclosed < MostUnclosed && GoBackToFirstLine(line))
        {
            _unclosed++;
            return Finish(line, tooLong: false, isOpen: true);
        }
        return any ? Finish(line, tooLong, state == State.Quoted) : null;
    }

    private State After(State state, byte mark) => state switch
    {
        State.Quoted => State.QuoteInQuoted,
        State.FieldStart or State.QuoteInQuoted when mark == Quote => State.Quoted,
        State.FieldStart when mark == ' ' => State.FieldStart,
        _ => mark == delimiter ? State.FieldStart : State.Plain,
    };

    // Leaves the first line in hand and the rest of what is held to be read again; false where there is but one line.
    private bool GoBackToFirstLine(long line)
    {
        var end = _held.AsSpan(0, _length).IndexOf(lineEnd);
        if (end < 0)
            return false;
        var again = _held.AsSpan(end + 1, _length - end - 1);
        var ahead = _buffer.AsSpan(_at, _filled - _at);
        var buffer = new byte[Math.Max(BufferSize, again.Length + ahead.Length)];
        again.CopyTo(buffer);
        ahead.CopyTo(buffer.AsSpan(again.Length));
        (_buffer, _at, _filled) = (buffer, 0, again.Length + ahead.Length);
        (_length, _line) = (end, line + 1);
        return true;
    }

    private ByteRecord Finish(long line, bool tooLong, bool isOpen)
    {
        if (!tooLong && _length > 0 && _held[_length - 1] == '\r')
            _length--;
        return new ByteRecord(tooLong ? default : _held.AsMemory(0, _length), line, tooLong, isOpen);
    }

    private bool Fill()
    {
        if (_at < _filled)
            return true;
        _at = 0;
        _filled = stream.Read(_buffer);
        return _filled > 0;
    }

    private bool Hold(ReadOnlySpan<byte> bytes, bool tooLong)
    {
        if (tooLong || _length + bytes.Length > limit)
            return false;
        if (_length + bytes.Length > _held.Length)
            Array.Resize(ref _held, (int)Math.Min(Math.Max(_held.Length * 2L, _length + bytes.Length), Math.Max(limit, _held.Length)));
        bytes.CopyTo(_held.AsSpan(_length));
        _length += bytes.Length;
        return true;
    }
}
