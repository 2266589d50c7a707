using RealmWeb.Engine.Corpora.Archives;

namespace RealmWeb.Engine.Corpora.Formats.Office;

/// <summary>Keeps an XML reader from what it would hold as a whole: a tag, a run of text or a CDATA section without end.</summary>
internal sealed class TokenWatch(Stream xml, string part) : ReadThroughStream(xml)
{
    // A paragraph of a novel has some thousand letters.
    private const int Longest = 4 << 20;

    private static ReadOnlySpan<byte> Opening => "<![CDATA["u8;

    private static ReadOnlySpan<byte> Closing => "]]>"u8;

    private int _length;
    // Bytes of the opening, or of the closing where one is open, that stand at the end of what was read.
    private int _matched;
    private bool _isOpen;

    public override int Read(Span<byte> buffer)
    {
        var read = Inner.Read(buffer);
        foreach (var value in buffer[..read])
        {
            var mark = _isOpen ? Closing : Opening;
            _matched = value == mark[_matched] ? _matched + 1 : _isOpen && _matched == 2 && value == (byte)']' ? 2 : value == mark[0] ? 1 : 0;
            if (_matched == mark.Length)
                (_isOpen, _matched) = (!_isOpen, 0);
            _length = value == (byte)'<' && !_isOpen ? 0 : _length + 1;
            if (_length > Longest)
                throw new PackageException($"A run of text or a tag of its part {part} is longer than {Longest:N0} bytes, which no program writes. "
                    + "Open it in the program that made it, save it anew and import that.");
        }
        return read;
    }
}
