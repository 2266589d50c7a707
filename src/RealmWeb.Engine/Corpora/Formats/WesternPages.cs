using System.Text;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>Which machine wrote Western text of one byte a character: Windows, an old Mac (spreadsheets saved there still) or DOS. Their accented
/// letters are elsewhere, so that in the wrong one words hold signs and capitals.</summary>
internal static class WesternPages
{
    internal const int Windows = 1252;
    private const int Mac = 10000, Dos = 850, MostBytes = 1 << 16;

    // One in so many characters has to stand where it makes no sense before another machine is thought of, and there so much fewer may.
    private const int Share = 4;

    /// <summary>The encoding; that of Windows unless another makes words of what it does not.</summary>
    internal static Encoding Of(ReadOnlySpan<byte> bytes)
    {
        var first = Math.Max(0, bytes.IndexOfAnyInRange((byte)0x80, (byte)0xFF) - 1);
        var sample = bytes[first..Math.Min(bytes.Length, first + MostBytes)].ToArray();
        var windows = Encoding.GetEncoding(Windows);
        var strange = Strange(sample, windows);
        if (Share * strange < sample.Count(value => value >= 0x80))
            return windows;
        var other = new[] { Mac, Dos }.Select(Encoding.GetEncoding).MinBy(page => Strange(sample, page))!;
        return Share * Strange(sample, other) <= strange ? other : windows;
    }

    // How many characters beyond ASCII stand where no word has them.
    private static int Strange(byte[] bytes, Encoding page)
    {
        var text = page.GetString(bytes);
        var count = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (!char.IsAscii(text[at]) && IsStrange(text[at], at > 0 ? text[at - 1] : ' ', at + 1 < text.Length ? text[at + 1] : ' '))
                count++;
        }
        return count;
    }

    private static bool IsStrange(char unit, char before, char after) =>
        char.IsLetter(unit) && unit != 'ƒ' ? char.IsUpper(unit) && char.IsLower(before)
        : char.IsControl(unit)
            || char.IsLetter(before) && (IsOpening(unit) || char.IsLetter(after) && unit is not ('’' or '‘' or '·' or '–' or '—' or '…' or '´'));

    private static bool IsOpening(char unit) => unit is '„' or '‚' or 'ˆ' or '˜';
}
