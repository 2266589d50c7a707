using System.Text;

namespace RealmWeb.Engine.Text;

/// <summary>Characters that typesetters and web pages put in place of those that people type, and the plain ones: ligatures, soft hyphens, characters
/// without width, spaces and hyphens that do not break, full-width and half-width forms.</summary>
/// <remarks>Superscripts, fractions and circled digits stay: their plain form says something else.</remarks>
internal static class PlainLetters
{
    // In the order of Unicode, from U+FF61.
    private const string HalfWidthKana =
        "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン\u3099\u309A";

    // From U+FFE0.
    private const string FullWidthSigns = "¢£¬¯¦¥₩";

    // From U+FB00.
    private static readonly string[] Ligatures = ["ff", "fi", "fl", "ffi", "ffl", "st", "st"];

    /// <summary>Appends a character, or what stands for it; nothing for one that is not seen. Decided by it and by what stands before alone.</summary>
    internal static void Append(char unit, StringBuilder into)
    {
        switch (unit)
        {
            case '\u00AD' or '\u200B' or '\u2060':
                break;
            case '\u200C' or '\u200D' or '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2061' and <= '\u206F') or '\u180E':
                // They join and order the letters of scripts from Hebrew on, and the parts of pictures; between Latin letters they do nothing.
                if (into.Length > 0 && into[^1] >= '\u0590')
                    into.Append(unit);
                break;
            case '\u00A0' or '\u1680' or (>= '\u2000' and <= '\u200A') or '\u202F' or '\u205F' or '\u3000':
                into.Append(' ');
                break;
            case '\u2028' or '\u2029' or '\u0085' or '\f' or '\v':
                into.Append('\n');
                break;
            case '\u2010' or '\u2011':
                into.Append('-');
                break;
            case '\u0132':
                into.Append("IJ");
                break;
            case '\u0133':
                into.Append("ij");
                break;
            case >= '\uFB00' and <= '\uFB06':
                into.Append(Ligatures[unit - '\uFB00']);
                break;
            case >= '\uFF01' and <= '\uFF5E':
                into.Append((char)(unit - '\uFF01' + '!'));
                break;
            case >= '\uFF61' and <= '\uFF9F':
                into.Append(HalfWidthKana[unit - '\uFF61']);
                break;
            case >= '\uFFE0' and <= '\uFFE6':
                into.Append(FullWidthSigns[unit - '\uFFE0']);
                break;
            default:
                into.Append(unit);
                break;
        }
    }
}
