namespace RealmWeb.Engine.Text;

/// <summary>Cuts English text into sentences by rules; every character but white space between sentences is in exactly one of them.</summary>
/// <remarks>Borders: a stop that no abbreviation, initial, number or small letter explains; always a blank line; a line end before a list item,
/// and after a heading. The paper takes its blocks from spaCy sentences; rules need no model and never merge paragraphs.</remarks>
public static class SentenceSplitter
{
    // A line that short and without a stop is a heading; a wrapped line of prose is longer.
    private const int LongestHeading = 60;

    private const string Closers = "\"'”’»)]}›」』】）";
    private const string Openers = "\"'“‘«([{‹「『【（";

    /// <summary>The sentences in order, without white space at their ends; offsets in UTF-16 code units of <paramref name="text"/>.</summary>
    public static IReadOnlyList<TextSpan> Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var sentences = new List<TextSpan>();
        var start = 0;
        for (var at = 0; at < text.Length;)
        {
            var next = text[at] switch
            {
                '\n' => BorderAtLineEnd(text, start, at),
                '.' or '!' or '?' or '…' or '。' or '！' or '？' => BorderAtStop(text, start, ref at),
                _ => -1,
            };
            if (next < 0)
            {
                at++;
                continue;
            }
            Add(text, start, next, sentences);
            start = at = next;
        }
        Add(text, start, text.Length, sentences);
        return sentences;
    }

    private static void Add(string text, int start, int end, List<TextSpan> sentences)
    {
        while (start < end && char.IsWhiteSpace(text[start]))
            start++;
        while (end > start && char.IsWhiteSpace(text[end - 1]))
            end--;
        if (end > start)
            sentences.Add(new TextSpan(start, end));
    }

    private static int BorderAtLineEnd(string text, int start, int at)
    {
        var next = SkipWhiteSpace(text, at);
        if (next >= text.Length || text.AsSpan(at + 1, next - at - 1).Contains('\n') || IsListMark(text, next))
            return next;
        var lineStart = text.LastIndexOf('\n', Math.Max(at - 1, 0), Math.Max(at, 0)) + 1;
        var line = text.AsSpan(lineStart, at - lineStart).Trim();
        if (line.StartsWith("#"))
            return next;
        // Only a line that opens what is being read can be its heading.
        var opens = lineStart <= SkipWhiteSpace(text, start);
        var endsOpen = line.Length > 0 && (char.IsLetterOrDigit(line[^1]) || line[^1] is ')' or ':' or '”' or '"');
        return opens && endsOpen && line.Length <= LongestHeading && char.IsUpper(text[next]) ? next : -1;
    }

    // Where the next sentence starts, or -1. Moves at past the stops, so that "..." is judged once.
    private static int BorderAtStop(string text, int start, ref int at)
    {
        var stop = at;
        while (at + 1 < text.Length && text[at + 1] is '.' or '!' or '?' or '…' or '。' or '！' or '？')
            at++;
        var single = stop == at && text[stop] == '.';
        var end = SkipClosers(text, at + 1);
        if (text[at] is '。' or '！' or '？')
            return end;
        if (end >= text.Length)
            return text.Length;
        if (!char.IsWhiteSpace(text[end]))
            return -1;
        var next = SkipWhiteSpace(text, end);
        if (next >= text.Length)
            return text.Length;
        // The blank line decides on its own when it is reached.
        if (text.AsSpan(end, next - end).Count('\n') > 1)
            return next;
        var first = next;
        while (first < text.Length - 1 && Openers.Contains(text[first]))
            first++;
        if (char.IsLower(text[first]) || text[first] is '.' or ',' or ';' or ':' or ')' or '–' or '—')
            return -1;
        return single && !EndsSentence(text, start, stop, end, first) ? -1 : next;
    }

    private static bool EndsSentence(string text, int start, int stop, int end, int first)
    {
        var wordStart = stop;
        while (wordStart > start && !char.IsWhiteSpace(text[wordStart - 1]) && !Openers.Contains(text[wordStart - 1])
            && text[wordStart - 1] is not ('—' or '–' or '/'))
            wordStart--;
        var word = text.AsSpan(wordStart, stop - wordStart);
        if (word.Length == 0)
            return true;
        // "3. Results": the number or letter of a list item.
        if (IsLineStart(text, wordStart) && word.Length <= 3 && IsItemNumber(word))
            return false;
        // Brackets or quotes closed after the stop: "(see below, etc.) The".
        if (end > stop + 1 && !EnglishAbbreviations.IsLeading(word))
            return true;
        var nextWord = WordAt(text, first);
        // "in J. A. Smith": a starter that is itself an initial starts nothing.
        var starts = EnglishAbbreviations.IsStarter(nextWord)
            && !(nextWord.Length == 1 && first + 1 < text.Length && text[first + 1] == '.');
        var figure = char.IsDigit(text[first]);
        if (EnglishAbbreviations.IsNumbered(word) && (figure || IsRoman(nextWord)))
            return false;
        if (word.Length == 1 && char.IsUpper(word[0]))
            return starts;
        if (EnglishAbbreviations.IsLeading(word))
            return false;
        if (word.Length > 1 && IsInitials(word))
            return starts;
        if (EnglishAbbreviations.IsAmbiguous(word))
            return starts;
        return true;
    }

    // Quotes, brackets and footnote marks such as [12] that belong to the sentence before them.
    private static int SkipClosers(string text, int at)
    {
        while (at < text.Length)
        {
            if (Closers.Contains(text[at]))
            {
                at++;
                continue;
            }
            var mark = at;
            if (text[mark] != '[')
                break;
            mark++;
            while (mark < text.Length && char.IsDigit(text[mark]))
                mark++;
            if (mark == at + 1 || mark >= text.Length || text[mark] != ']')
                break;
            at = mark + 1;
        }
        return at;
    }

    private static int SkipWhiteSpace(string text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
        return at;
    }

    private static bool IsListMark(string text, int at)
    {
        if (text[at] is '-' or '*' or '•' or '·' or '–' or '+' or '#' or '|')
            return at + 1 < text.Length && (text[at + 1] == ' ' || text[at] is '•' or '#' or '|');
        var end = at;
        while (end < text.Length && char.IsLetterOrDigit(text[end]))
            end++;
        return end - at is > 0 and <= 3 && end + 1 < text.Length && text[end] is '.' or ')' && text[end + 1] == ' '
            && IsItemNumber(text.AsSpan(at, end - at));
    }

    private static bool IsItemNumber(ReadOnlySpan<char> word) =>
        !word.ContainsAnyExceptInRange('0', '9') || word.Length == 1 && char.IsAsciiLetter(word[0]) || IsLowerRoman(word);

    private static bool IsLowerRoman(ReadOnlySpan<char> word) => !word.ContainsAnyExcept("ivx");

    private static bool IsRoman(ReadOnlySpan<char> word) => word.Length > 0 && !word.ContainsAnyExcept("IVXLC");

    // U.S, J.R.R, W.E.B: single letters with stops between them.
    private static bool IsInitials(ReadOnlySpan<char> word)
    {
        for (var i = 0; i < word.Length; i++)
        {
            if (i % 2 == 0 ? !char.IsUpper(word[i]) : word[i] is not ('.' or '-'))
                return false;
        }
        return word.Length % 2 == 1;
    }

    private static bool IsLineStart(string text, int at)
    {
        while (at > 0 && text[at - 1] is ' ' or '\t')
            at--;
        return at == 0 || text[at - 1] == '\n';
    }

    private static ReadOnlySpan<char> WordAt(string text, int at)
    {
        var end = at;
        while (end < text.Length && char.IsLetter(text[end]))
            end++;
        return text.AsSpan(at, end - at);
    }
}
