using System.Buffers;
using System.Text;
using AngleSharp.Text;
using UtfUnknown;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>Which encoding a file without byte-order mark is written in, and its text.</summary>
/// <remarks>Valid UTF-8 is UTF-8 whatever it is called: other encodings do not look like it by chance. Names mean what they mean to browsers
/// (WHATWG: latin1 and us-ascii are windows-1252).</remarks>
internal static class TextEncodings
{
    private const int Windows1252 = 1252, Utf8 = 65001, Utf16 = 1200, Utf16BigEndian = 1201;

    // Below it the detector knows no more than that the text is not ASCII.
    private const float LeastConfidence = 0.4f;

    // A handful of accents fits every Western and Central European encoding alike.
    private const int FewBytes = 4;

    private enum Utf8Kind
    {
        Valid,

        /// <summary>UTF-8 with bytes in it that are not.</summary>
        Damaged,

        Other,
    }

    static TextEncodings() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>The text of a whole file.</summary>
    /// <param name="declared">Name of an encoding that the file gives itself; null for none.</param>
    internal static string Decode(ReadOnlySpan<byte> bytes, string? declared = null)
    {
        var named = declared is null ? null : Find(declared);
        // Its bytes are all ASCII.
        if (named is not null && named.WebName.StartsWith("iso-2022", StringComparison.Ordinal))
            return named.GetString(bytes);
        var kind = KindOf(bytes);
        if (kind == Utf8Kind.Valid)
            return Encoding.UTF8.GetString(bytes);
        if (kind == Utf8Kind.Damaged)
            return Mend(bytes);
        // A page that has been read says its encoding in one-byte characters, so it cannot be UTF-16.
        return (named is null or { CodePage: Utf8 or Utf16 or Utf16BigEndian } ? Guess(bytes) : named).GetString(bytes);
    }

    /// <summary>The encoding of a file that is read piece by piece, by its beginning; null where that is UTF-8.</summary>
    internal static Encoding? OfBeginning(ReadOnlySpan<byte> head)
    {
        // The last character may be cut.
        return KindOf(head[..^Math.Min(3, head.Length)]) == Utf8Kind.Other ? Guess(head) : null;
    }

    /// <summary>UTF-16 without byte-order mark: every other byte of Western text is 0. Null for anything else.</summary>
    internal static Encoding? Utf16Of(ReadOnlySpan<byte> head)
    {
        var (even, odd) = (0, 0);
        for (var at = 0; at + 1 < head.Length; at += 2)
        {
            even += head[at] == 0 ? 1 : 0;
            odd += head[at + 1] == 0 ? 1 : 0;
        }
        var pairs = head.Length / 2;
        return pairs < 4 || head.Length % 2 == 1 ? null
            : even == 0 && 2 * odd > pairs ? new UnicodeEncoding(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true)
            : odd == 0 && 2 * even > pairs ? new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true)
            : null;
    }

    private static Encoding? Find(string name)
    {
        if (TextEncoding.IsSupported(name))
            return TextEncoding.Resolve(name);
        try
        {
            return Encoding.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static Encoding Guess(ReadOnlySpan<byte> bytes)
    {
        var western = Encoding.GetEncoding(Windows1252);
        var high = 0;
        foreach (var value in bytes)
            high += value >= 0x80 ? 1 : 0;
        if (high < FewBytes)
            return western;
        var detected = CharsetDetector.DetectFromBytes(bytes.ToArray()).Detected;
        return detected is { Confidence: >= LeastConfidence } && Find(detected.EncodingName) is { CodePage: not Utf8 } encoding ? encoding : western;
    }

    // Bytes that are no UTF-8 stand alone where they were pasted into it; in other encodings of more than a few accents they stand together.
    private static Utf8Kind KindOf(ReadOnlySpan<byte> bytes)
    {
        var (characters, alone, together) = (0, 0, 0);
        var followsHigh = false;
        while (bytes.IndexOfAnyInRange((byte)0x80, (byte)0xFF) is var high and >= 0)
        {
            bytes = bytes[high..];
            if (Rune.DecodeFromUtf8(bytes, out _, out var used) == OperationStatus.Done)
                characters++;
            else if (followsHigh && high == 0)
                together++;
            else
                alone++;
            followsHigh = true;
            bytes = bytes[used..];
        }
        return alone + together == 0 ? Utf8Kind.Valid : characters > 2 * together ? Utf8Kind.Damaged : Utf8Kind.Other;
    }

    // UTF-8 with bytes of an older text pasted in: each of them alone is what Windows wrote.
    private static string Mend(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        var western = Encoding.GetEncoding(Windows1252);
        while (!bytes.IsEmpty)
        {
            var plain = bytes.IndexOfAnyInRange((byte)0x80, (byte)0xFF) is var high and >= 0 ? high : bytes.Length;
            text.Append(Encoding.ASCII.GetString(bytes[..plain]));
            bytes = bytes[plain..];
            if (bytes.IsEmpty)
                break;
            var status = Rune.DecodeFromUtf8(bytes, out var rune, out var used);
            // A character of which only the beginning is there cannot be told.
            text.Append(status == OperationStatus.Done || used > 1 ? rune.ToString() : western.GetString(bytes[..1]));
            bytes = bytes[used..];
        }
        return text.ToString();
    }
}
