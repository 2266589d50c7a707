using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace RealmWeb.Engine.Text;

/// <summary>Unicode canonical forms NFC and NFD from a table of our own.</summary>
/// <remarks>string.Normalize does nothing under InvariantGlobalization, and with ICU its answer depends on the version installed; block ids
/// are content hashes and must not. Unicode Standard Annex 15; the data file stands beside this one.</remarks>
public static class CanonicalForms
{
    private const int HangulBase = 0xAC00, HangulCount = 11172, LeadBase = 0x1100, LeadCount = 19, VowelBase = 0x1161, VowelCount = 21,
        TailBase = 0x11A7, TailCount = 28;

    private static readonly FrozenDictionary<int, byte> Classes;
    private static readonly FrozenDictionary<int, int[]> Decompositions;
    private static readonly FrozenDictionary<(int, int), int> Compositions;
    // Code points that may change, or change a neighbour, on the way to NFC.
    private static readonly FrozenSet<int> Unsettled;

    static CanonicalForms()
    {
        var classes = new Dictionary<int, byte>();
        var direct = new Dictionary<int, int[]>();
        var compositions = new Dictionary<(int, int), int>();
        var unsettled = new HashSet<int>();
        foreach (var line in ReadTable())
        {
            var fields = line.Split(';');
            var codePoint = int.Parse(fields[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (fields[1].Length > 0)
                classes[codePoint] = byte.Parse(fields[1], CultureInfo.InvariantCulture);
            if (fields[2].Length > 0)
                direct[codePoint] = [.. fields[2].Split(' ').Select(part => int.Parse(part, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
            var composesAgain = fields.Length > 3;
            if (composesAgain)
            {
                compositions[(direct[codePoint][0], direct[codePoint][1])] = codePoint;
                unsettled.Add(direct[codePoint][1]);
            }
            if (fields[1].Length > 0 || !composesAgain)
                unsettled.Add(codePoint);
        }
        Classes = classes.ToFrozenDictionary();
        Decompositions = direct.Keys.ToFrozenDictionary(codePoint => codePoint, codePoint => Expand(codePoint, direct).ToArray());
        Compositions = compositions.ToFrozenDictionary();
        Unsettled = unsettled.ToFrozenSet();
    }

    /// <summary>Canonical composition, NFC. Text that already has that form comes back as the same string.</summary>
    public static string Compose(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return IsSettled(text) ? text : Write(Recompose(Ordered(text)));
    }

    /// <summary>Canonical decomposition, NFD.</summary>
    public static string Decompose(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return System.Text.Ascii.IsValid(text) ? text : Write(Ordered(text));
    }

    /// <summary>The full canonical decomposition of one character, appended to <paramref name="into"/>; itself where it has none.</summary>
    internal static void Decompose(int codePoint, List<int> into)
    {
        if (codePoint - HangulBase is var syllable && syllable is >= 0 and < HangulCount)
        {
            into.Add(LeadBase + syllable / (VowelCount * TailCount));
            into.Add(VowelBase + syllable % (VowelCount * TailCount) / TailCount);
            if (syllable % TailCount > 0)
                into.Add(TailBase + syllable % TailCount);
        }
        else if (Decompositions.TryGetValue(codePoint, out var parts))
            into.AddRange(parts);
        else
            into.Add(codePoint);
    }

    private static IEnumerable<string> ReadTable()
    {
        using var stream = typeof(CanonicalForms).Assembly.GetManifestResourceStream("canonical-decompositions.txt")
            ?? throw new InvalidOperationException("The assembly lacks its resource canonical-decompositions.txt. Rebuild RealmWeb.Engine.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
                yield return line;
        }
    }

    private static IEnumerable<int> Expand(int codePoint, Dictionary<int, int[]> direct) =>
        direct.TryGetValue(codePoint, out var parts) ? parts.SelectMany(part => Expand(part, direct)) : [codePoint];

    private static bool IsSettled(string text)
    {
        // U+0300 is the first code point that NFC may change.
        if (text.AsSpan().IndexOfAnyExceptInRange('\0', '\u02FF') < 0)
            return true;
        foreach (var rune in text.EnumerateRunes())
        {
            var value = rune.Value;
            if (value >= 0x300 && (Unsettled.Contains(value) || value is >= VowelBase and < TailBase + TailCount))
                return false;
        }
        return true;
    }

    // Decomposed, with each run of marks in order of combining class.
    private static List<int> Ordered(string text)
    {
        var result = new List<int>(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
            Decompose(rune.Value, result);
        for (var i = 1; i < result.Count; i++)
        {
            var codePoint = result[i];
            var order = ClassOf(codePoint);
            if (order == 0)
                continue;
            var at = i;
            for (; at > 0 && ClassOf(result[at - 1]) > order; at--)
                result[at] = result[at - 1];
            result[at] = codePoint;
        }
        return result;
    }

    private static List<int> Recompose(List<int> decomposed)
    {
        var result = new List<int>(decomposed.Count);
        var starter = -1;
        // Class of the last mark kept since the starter; -1: none, so that the starter is the neighbour.
        var last = -1;
        foreach (var codePoint in decomposed)
        {
            var order = ClassOf(codePoint);
            if (starter >= 0 && last < order && Pair(result[starter], codePoint) is { } composed)
            {
                result[starter] = composed;
                continue;
            }
            if (order == 0)
            {
                starter = result.Count;
                last = -1;
            }
            else
                last = order;
            result.Add(codePoint);
        }
        return result;
    }

    private static int? Pair(int first, int second)
    {
        if (first - LeadBase is >= 0 and < LeadCount && second - VowelBase is >= 0 and < VowelCount)
            return HangulBase + ((first - LeadBase) * VowelCount + second - VowelBase) * TailCount;
        if (first - HangulBase is >= 0 and < HangulCount && (first - HangulBase) % TailCount == 0 && second - TailBase is > 0 and < TailCount)
            return first + second - TailBase;
        return Compositions.TryGetValue((first, second), out var composed) ? composed : null;
    }

    private static byte ClassOf(int codePoint) => codePoint < 0x300 ? (byte)0 : Classes.GetValueOrDefault(codePoint);

    private static string Write(List<int> codePoints)
    {
        var text = new StringBuilder(codePoints.Count);
        Span<char> units = stackalloc char[2];
        foreach (var codePoint in codePoints)
            text.Append(units[..new Rune(codePoint).EncodeToUtf16(units)]);
        return text.ToString();
    }
}
