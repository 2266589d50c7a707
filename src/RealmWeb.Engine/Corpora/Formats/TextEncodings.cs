using System.Buffers;
using System.Globalization;
using System.Text;
using AngleSharp.Text;
using UtfUnknown;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>Which encoding a file without byte-order mark is written in, and its text.</summary>
/// <remarks>Valid UTF-8 is UTF-8 whatever it is called: other encodings do not look like it by chance. Names mean what they mean to browsers
/// (WHATWG: latin1 and us-ascii are windows-1252).</remarks>
internal static class TextEncodings
{
    private const int Utf8 = 65001, Utf16 = 1200, Utf16BigEndian = 1201;

    // Below it the detector knows no more than that the text is not ASCII.
    private const float LeastConfidence = 0.4f;

    // A handful of accents fits every Western and Central European encoding alike.
    private const int FewBytes = 4;

    // Encodings of ISO and what Windows made of them: it has letters where ISO has controls, which no text needs.
    private static readonly Dictionary<int, int> OfWindows = new()
    {
        [28592] = 1250, [28595] = 1251, [28596] = 1256, [28597] = 1253, [28598] = 1255, [38598] = 1255, [28599] = 1254, [28603] = 1257,
    };

    // What the detector, which knows neither old Macs nor DOS, takes their text for.
    private static readonly int[] Latin = [1250, 1252, 1254, 1257, 1258, 28592, 28593, 28594, 28599, 28603, 28605];

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
            return (SevenBitJapanese(bytes) ?? Encoding.UTF8).GetString(bytes);
        if (kind == Utf8Kind.Damaged)
            return Mend(bytes);
        // A page that has been read says its encoding in one-byte characters, so it cannot be UTF-16.
        return (named is null or { CodePage: Utf8 or Utf16 or Utf16BigEndian } ? Guess(bytes) : named).GetString(bytes);
    }

    /// <summary>The encoding of a file that is read piece by piece, by its beginning; null where that is UTF-8.</summary>
    /// <param name="isWhole">There is no more of it.</param>
    internal static Encoding? OfBeginning(ReadOnlySpan<byte> head, bool isWhole)
    {
        // The last character may be cut.
        return KindOf(isWhole ? head : head[..^Math.Min(3, head.Length)]) == Utf8Kind.Other ? Guess(head) : SevenBitJapanese(head);
    }

    /// <summary>UTF-16 without byte-order mark: half of the bytes of its spaces and line ends are 0, and it reads as text. Null for anything else.</summary>
    internal static Encoding? Utf16Of(ReadOnlySpan<byte> head)
    {
        var (even, odd) = (0, 0);
        for (var at = 0; at + 1 < head.Length; at += 2)
        {
            even += head[at] == 0 ? 1 : 0;
            odd += head[at + 1] == 0 ? 1 : 0;
        }
        if (even + odd == 0 || head.Length < 8 || head.Length % 2 == 1)
            return null;
        foreach (var bigEndian in new[] { even > odd, even <= odd })
        {
            if (IsText(new UnicodeEncoding(bigEndian, byteOrderMark: false).GetString(head)))
                return new UnicodeEncoding(bigEndian, byteOrderMark: false, throwOnInvalidBytes: true);
        }
        return null;
    }

    private static bool IsText(string text) => text.All(unit => unit is '\t' or '\n' or '\r' or '\f' || char.GetUnicodeCategory(unit)
        is not (UnicodeCategory.Control or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse));

    // ISO-2022-JP is ASCII with escapes to Japanese.
    private static Encoding? SevenBitJapanese(ReadOnlySpan<byte> bytes) =>
        bytes.IndexOf("\e$B"u8) >= 0 || bytes.IndexOf("\e$@"u8) >= 0 ? Encoding.GetEncoding("iso-2022-jp") : null;

    private static Encoding? Find(string name)
    {
        if (TextEncoding.IsSupported(name))
            return TextEncoding.Resolve(name);
        try
        {
            return Encoding.GetEncoding(name);
        }
        // The second is UTF-7, which .NET refuses, as browsers do.
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static Encoding Guess(ReadOnlySpan<byte> bytes)
    {
        var high = 0;
        foreach (var value in bytes)
            high += value >= 0x80 ? 1 : 0;
        var detected = high < FewBytes ? null : CharsetDetector.DetectFromBytes(bytes.ToArray()).Detected;
        var western = WesternPages.Of(bytes);
        if (detected is not { Confidence: >= LeastConfidence } || Find(detected.EncodingName) is not { CodePage: not Utf8 } encoding
            || Latin.Contains(encoding.CodePage) && western.CodePage != WesternPages.Windows)
        {
            return western;
        }
        return OfWindows.TryGetValue(encoding.CodePage, out var windows) && bytes.IndexOfAnyInRange((byte)0x80, (byte)0x9F) >= 0
            ? Encoding.GetEncoding(windows)
            : encoding;
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
        var western = Encoding.GetEncoding(WesternPages.Windows);
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
