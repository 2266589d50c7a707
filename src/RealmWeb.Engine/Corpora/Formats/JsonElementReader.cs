namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>Cuts the elements of a top-level JSON array, or top-level objects, out of a stream without parsing them.</summary>
internal sealed class JsonElementReader(Stream stream, int limit)
{
    private readonly byte[] _buffer = new byte[1 << 16];
    private byte[] _held = new byte[1 << 12];
    private int _length, _at, _filled;
    private long _offset;
    private bool _inArray, _ended, _expectsValue = true;

    /// <summary>The element; valid until the next one is read, empty where it was too long.</summary>
    internal ReadOnlyMemory<byte> Bytes => TooLong ? default : _held.AsMemory(0, _length);

    /// <summary>Number of the element, from 1.</summary>
    internal long Number { get; private set; }

    internal bool TooLong { get; private set; }

    /// <summary>Why the rest of the file could not be read; null where it ended as it should.</summary>
    internal string? Error { get; private set; }

    internal bool Next()
    {
        _length = 0;
        TooLong = false;
        while (Error is null && Peek() is var value and >= 0)
        {
            switch (value)
            {
                case ' ' or '\t' or '\r' or '\n':
                    _at++;
                    break;
                case '[' when !_inArray && !_ended && Number == 0:
                    _inArray = true;
                    _at++;
                    break;
                case ',' when _inArray && !_expectsValue:
                    _expectsValue = true;
                    _at++;
                    break;
                case ']' when _inArray && (!_expectsValue || Number == 0):
                    (_inArray, _ended) = (false, true);
                    _at++;
                    break;
                default:
                    if (_ended || _inArray && !_expectsValue || value is ',' or ']' or '}' or ':')
                    {
                        Error = $"Byte {_offset + _at} is '{(char)value}' where {(_ended ? "the file" : "the element")} should have ended. "
                            + $"What stands behind it was not read; {Number} elements were. Check the file with a JSON validator.";
                        return false;
                    }
                    Take();
                    Number++;
                    _expectsValue = false;
                    return true;
            }
        }
        if (Error is null && _inArray)
            Error = $"It ends before its array is closed, behind {Number} elements. Fetch or write the file again.";
        return false;
    }

    // One value: up to the bracket that closes it, or for a bare word or number up to what ends it.
    private void Take()
    {
        var (depth, quoted, escaped, any) = (0, false, false, false);
        while (Peek() is var value and >= 0)
        {
            // A bare word or number has no end of its own.
            if (depth == 0 && !quoted && any && IsEnd(value))
                return;
            Hold((byte)value);
            _at++;
            any = true;
            if (quoted)
            {
                quoted = escaped || value != '"';
                escaped = !escaped && value == '\\';
            }
            else if (value == '"')
                quoted = true;
            else if (value is '{' or '[')
                depth++;
            else if (value is '}' or ']')
                depth--;
            if (depth == 0 && !quoted && IsClosing(value))
                return;
        }
    }

    private static bool IsEnd(int value) => value is ',' or ']' or '}' or ' ' or '\t' or '\r' or '\n';

    private static bool IsClosing(int value) => value is '}' or ']' or '"';

    private int Peek()
    {
        if (_at == _filled)
        {
            _offset += _filled;
            _at = 0;
            _filled = stream.Read(_buffer);
        }
        return _at < _filled ? _buffer[_at] : -1;
    }

    private void Hold(byte value)
    {
        if (_length == limit)
            TooLong = true;
        if (TooLong)
            return;
        if (_length == _held.Length)
            Array.Resize(ref _held, (int)Math.Min(_held.Length * 2L, Math.Max(limit, _held.Length)));
        _held[_length++] = value;
    }
}
