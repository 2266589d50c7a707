namespace RealmWeb.Engine.Corpora.Formats.Mail;

/// <summary>Parts a mailbox into its messages: a line that begins with "From " below a blank one begins a message (RFC 4155). A file that does not begin with
/// such a line is one message. Lines of a message that would begin one have a ">" in front, and those that have one a further one (mboxrd); it is taken
/// away.</summary>
/// <param name="most">Most bytes of a message that are held.</param>
internal sealed class Mailbox(Stream content, int most) : IDisposable
{
    private readonly MemoryStream _message = new();
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _at, _end;
    private bool _isBegun, _isAtEnd;
    // The beginning of the line that was read last, which a mark or a blank line has room in.
    private readonly byte[] _line = new byte[6];

    /// <summary>The file is one message, not a mailbox.</summary>
    internal bool IsOne { get; private set; }

    /// <summary>The message that was reached is larger than what is held of it.</summary>
    internal bool IsTooLarge { get; private set; }

    private static ReadOnlySpan<byte> Mark => "From "u8;

    public void Dispose() => _message.Dispose();

    /// <summary>The next message, which is good until the one after it is asked for; null behind the last.</summary>
    internal Stream? Next(CancellationToken cancellationToken)
    {
        _message.SetLength(0);
        IsTooLarge = false;
        var isBlank = true;
        var any = false;
        while (!_isAtEnd)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var start = _message.Length;
            var length = ReadLine();
            if (length == 0)
                break;
            var isMark = isBlank && _line.AsSpan().StartsWith(Mark) && !IsOne;
            if (!_isBegun)
            {
                _isBegun = true;
                IsOne = !isMark;
            }
            else if (isMark)
            {
                _message.SetLength(start);
                if (any)
                    return Whole();
            }
            if (isMark)
                _message.SetLength(start);
            else if (!IsOne)
                TakeQuoteAway((int)start);
            any = true;
            isBlank = length <= 2 && _line[0] is (byte)'\n' or (byte)'\r';
        }
        return any ? Whole() : null;
    }

    // From the line that begins there.
    private void TakeQuoteAway(int start)
    {
        var line = _message.GetBuffer().AsSpan(start, (int)_message.Length - start);
        if (line.TrimStart((byte)'>') is var bare && bare.Length < line.Length && bare.StartsWith(Mark))
        {
            line[1..].CopyTo(line);
            _message.SetLength(_message.Length - 1);
        }
    }

    private MemoryStream Whole()
    {
        _message.Position = 0;
        return _message;
    }

    // Appends a line with its end, as far as there is room; how long it is.
    private long ReadLine()
    {
        long length = 0;
        Array.Clear(_line);
        while (true)
        {
            if (_at == _end)
            {
                (_at, _end) = (0, content.Read(_buffer));
                if (_end == 0)
                {
                    _isAtEnd = true;
                    return length;
                }
            }
            var rest = _buffer.AsSpan(_at, _end - _at);
            var line = rest.IndexOf((byte)'\n') is var found and >= 0 ? rest[..(found + 1)] : rest;
            if (length < _line.Length)
                line[..(int)Math.Min(line.Length, _line.Length - length)].CopyTo(_line.AsSpan((int)length));
            IsTooLarge |= _message.Length + line.Length > most;
            if (!IsTooLarge)
                _message.Write(line);
            length += line.Length;
            _at += line.Length;
            if (line[^1] == (byte)'\n')
                return length;
        }
    }
}
