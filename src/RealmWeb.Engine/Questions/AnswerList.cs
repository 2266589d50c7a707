using System.Globalization;
using System.Text;

namespace RealmWeb.Engine.Questions;

/// <summary>Reads a list of answers as DPR writes it into tables: a Python (or JSON) list of strings.</summary>
internal static class AnswerList
{
    /// <summary>The strings of the list; null where the text is no such list.</summary>
    internal static List<string>? Parse(string text)
    {
        var at = 0;
        var answers = new List<string>();
        if (!Skip(text, ref at, '['))
            return null;
        while (!Skip(text, ref at, ']'))
        {
            if (answers.Count > 0 && !Skip(text, ref at, ','))
                return null;
            SkipSpace(text, ref at);
            if (answers.Count > 0 && Skip(text, ref at, ']'))
                break;
            if (ParseString(text, ref at) is not { } answer)
                return null;
            answers.Add(answer);
        }
        SkipSpace(text, ref at);
        return at == text.Length ? answers : null;
    }

    private static string? ParseString(string text, ref int at)
    {
        if (at >= text.Length || text[at] is not ('\'' or '"'))
            return null;
        var quote = text[at++];
        var value = new StringBuilder();
        for (; at < text.Length; at++)
        {
            if (text[at] == quote)
            {
                at++;
                return value.ToString();
            }
            if (text[at] != '\\')
            {
                value.Append(text[at]);
                continue;
            }
            if (++at >= text.Length)
                return null;
            var digits = text[at] switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
            if (digits == 0)
                value.Append(text[at] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', var other => other });
            else if (at + digits < text.Length && int.TryParse(text.AsSpan(at + 1, digits), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var code)
                && code is >= 0 and <= 0x10FFFF)
            {
                if (code <= char.MaxValue)
                    value.Append((char)code);
                else
                    value.Append(char.ConvertFromUtf32(code));
                at += digits;
            }
            else
                return null;
        }
        return null;
    }

    private static bool Skip(string text, ref int at, char wanted)
    {
        SkipSpace(text, ref at);
        if (at >= text.Length || text[at] != wanted)
            return false;
        at++;
        return true;
    }

    private static void SkipSpace(string text, ref int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
    }
}
