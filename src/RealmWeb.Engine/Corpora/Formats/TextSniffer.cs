using System.Text;
using RealmWeb.Engine.Corpora.Archives;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>Looks at the first bytes of a file: empty, binary, or text in which encoding.</summary>
internal static class TextSniffer
{
    private const int Peek = 4096;

    // What files of other kinds start with, whatever they are called.
    private static readonly (byte[] Start, string Kind)[] Signatures =
    [
        ("%PDF-"u8.ToArray(), "a PDF document"), ("PK\x3\x4"u8.ToArray(), "a zip archive or an office document"),
            ([0x89, (byte)'P', (byte)'N', (byte)'G'], "a PNG image"),
        ("GIF8"u8.ToArray(), "a GIF image"), ([0xFF, 0xD8, 0xFF], "a JPEG image"), ([0x7F, (byte)'E', (byte)'L', (byte)'F'], "a program"),
        ([0x1F, 0x8B, 0x08], "a gzip file"), ([0xD0, 0xCF, 0x11, 0xE0], "an old office document"), ("SQLite format 3"u8.ToArray(), "an SQLite database"),
        ([(byte)'7', (byte)'z', 0xBC, 0xAF], "a 7-Zip archive"), ("Rar!\x1A"u8.ToArray(), "a RAR archive"), ([0x28, 0xB5, 0x2F, 0xFD], "a Zstandard file"),
        ([0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z'], "an xz file"), ("{\\rtf"u8.ToArray(), "an RTF document"),
    ];

    /// <summary>The content as UTF-8 without byte-order mark, or the reason why it is no text.</summary>
    internal static (Stream? Content, string? Reason) Open(Stream stream)
    {
        var start = new byte[Peek];
        var length = stream.ReadAtLeast(start, Peek, throwOnEndOfStream: false);
        var head = start.AsSpan(0, length);
        if (length == 0)
            return (null, "It is empty.");
        foreach (var (signature, kind) in Signatures)
        {
            if (head.StartsWith(signature))
                return (null, $"It is {kind}, not text. {Remedy(signature)}");
        }
        var (mark, encoding) = MarkOf(head);
        encoding ??= TextEncodings.Utf16Of(head);
        var content = new PrefixedStream(start.AsMemory(mark, length - mark), stream);
        if (encoding is not null)
            return (Encoding.CreateTranscodingStream(content, encoding, new UTF8Encoding(false)), null);
        if (head.IndexOf((byte)0) is var nul and >= 0)
            return (null, $"It is binary: byte {nul} is 0. Save it as UTF-8 text.");
        var controls = 0;
        foreach (var value in head)
        {
            if (value < 32 && value is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f' or 0x1B or 0x08))
                controls++;
        }
        // One byte in twenty: text has next to none, compressed data one in nine.
        return controls * 20 > length
            ? (null, $"It is binary: {controls} of its first {length} bytes are control characters. Save it as UTF-8 text.")
            : (content, null);
    }

    private static string Remedy(byte[] signature) => signature[0] is (byte)'P' or 0x1F
        ? "Give it the ending that says so (.zip, .gz, .docx), once, or unpack it."
        : "Convert it to text, Markdown or HTML first.";

    // The four-byte marks go first: the little-endian one begins like UTF-16's.
    private static (int Length, Encoding? Encoding) MarkOf(ReadOnlySpan<byte> head) => head switch
    {
        [0xFF, 0xFE, 0, 0, ..] => (4, new UTF32Encoding(bigEndian: false, byteOrderMark: false, throwOnInvalidCharacters: true)),
        [0, 0, 0xFE, 0xFF, ..] => (4, new UTF32Encoding(bigEndian: true, byteOrderMark: false, throwOnInvalidCharacters: true)),
        [0xFF, 0xFE, ..] => (2, new UnicodeEncoding(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true)),
        [0xFE, 0xFF, ..] => (2, new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true)),
        [0xEF, 0xBB, 0xBF, ..] => (3, null),
        _ => (0, null),
    };
}
