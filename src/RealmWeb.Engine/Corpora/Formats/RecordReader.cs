namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>A line, or a row of a table, as bytes.</summary>
/// <param name="Bytes">Without line end; valid until the next one is read. Empty when it was too long.</param>
/// <param name="Line">Number of its first line, from 1.</param>
/// <param name="TooLong">It was longer than the limit and passed over.</param>
/// <param name="IsOpen">The file ended within a quoted field.</param>
internal readonly record struct ByteRecord(ReadOnlyMemory<byte> Bytes, long Line, bool TooLong, bool IsOpen);

/// <summary>Cuts a stream into lines, or into rows whose quoted fields may hold line ends. Never holds more than the limit.</summary>
/// <param name="delimiter">Delimiter of a table with quoted fields; 0: plain lines.</param>
internal sealed class RecordReader(Stream stream, int limit, byte delimiter = 0)
{
    private const byte LineEnd = (byte)'\n', Quote = (byte)'"';

    private readonly byte[] _buffer = new byte[1 << 16];
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
                State.Plain when delimiter == 0 => rest.IndexOf(LineEnd),
                State.Plain => rest.IndexOfAny(LineEnd, delimiter),
                State.Quoted => rest.IndexOf(Quote),
                _ => 0,
            };
            var take = run < 0 ? rest.Length : run;
            if (state == State.Quoted)
                _line += rest[..take].Count(LineEnd);
            var mark = run < 0 ? (byte)0 : rest[take++];
            if (run >= 0 && mark == LineEnd && state != State.Quoted)
            {
                tooLong |= !Hold(rest[..(take - 1)], tooLong);
                _at += take;
                _line++;
                return Finish(line, tooLong, isOpen: false);
            }
            tooLong |= !Hold(rest[..take], tooLong);
            _at += take;
            if (run >= 0)
                state = After(state, mark);
        }
        return any ? Finish(line, tooLong, state == State.Quoted) : null;
    }

    private State After(State state, byte mark) => state switch
    {
        State.Quoted => State.QuoteInQuoted,
        State.FieldStart or State.QuoteInQuoted when mark == Quote => State.Quoted,
        _ => mark == delimiter ? State.FieldStart : State.Plain,
    };

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
