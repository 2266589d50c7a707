using System.Text;
using System.Text.RegularExpressions;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora.Formats.Pdf;

/// <summary>Writes the lines of pages as one text: paragraphs and headings apart by a blank line, items and rows a line each, words that were parted at
/// the end of a line put together.</summary>
/// <param name="pages">All pages of the document, which say which words it has.</param>
internal sealed partial class PdfText(List<PdfPageFragments> pages)
{
    private readonly Lazy<PdfWords> _words = new(() => new PdfWords(pages));

    private readonly StringBuilder _text = new();
    private readonly List<int> _pageStarts = [];
    private readonly PdfPlaces _places = new();
    // Pages without text since the last one that had some.
    private int _empty;
    private PdfLine? _last;
    // Left edge of the item that is being written.
    private double? _item;

    /// <summary>Offsets in the text at which the pages begin, in their order. A page without text begins where the next one does.</summary>
    internal IReadOnlyList<int> PageStarts => [.. _pageStarts, .. Enumerable.Repeat(_text.Length, _empty)];

    /// <summary>The words of the text at their places, a page each.</summary>
    internal IReadOnlyList<PageLayout> Layouts => _places.Pages;

    internal int Length => _text.Length;

    public override string ToString() => _text.ToString();

    internal void Add(List<PdfLine> page, PdfPaper paper)
    {
        _places.BeginPage(paper);
        var leading = Leading(page);
        var isFirst = true;
        foreach (var line in page)
        {
            var text = TextNormalization.Normalize(Leaders().Replace(line.Text, " … ")).Trim();
            if (text.Length == 0)
                continue;
            if (Bullet().Match(text) is { Success: true } bullet)
                text = $"- {text[bullet.Length..]}";
            if (_text.Length > 0)
                _text.Append(Separator(line, text, leading, isFirst));
            if (isFirst)
            {
                _pageStarts.AddRange(Enumerable.Repeat(_text.Length, _empty + 1));
                _empty = 0;
            }
            isFirst = false;
            _places.Add(paper, line, _text.Length, text);
            _text.Append(text);
            _last = line;
        }
        if (isFirst)
            _empty++;
    }

    // What stands between a line and the one before; takes the hyphen away that parts a word.
    private string Separator(PdfLine line, string text, double leading, bool isNewPage)
    {
        var last = _last!;
        if (line.IsRow)
            return last.IsRow && !isNewPage && last.Column == line.Column ? "\n" : Apart();
        if (last.IsRow)
            return Apart();
        if (IsItem(text))
        {
            var between = IsSameFont(last, line) ? "\n" : "\n\n";
            _item = line.Left;
            return between;
        }
        var isElsewhere = isNewPage || last.Column != line.Column;
        if (!IsSameFont(last, line) || (isElsewhere ? !Continues(text) : BeginsParagraph(last, line, text, leading)))
            return Apart();
        return !isElsewhere && !IsHyphenated() && IsBrokenOff(last, line, text) ? "\n" : Joint(text);
    }

    private string Apart()
    {
        _item = null;
        return "\n\n";
    }

    private bool BeginsParagraph(PdfLine last, PdfLine line, string text, double leading)
    {
        var drop = last.Base - line.Base;
        if (drop > 1.4 * Math.Max(leading, line.Size) || drop < -0.5 * line.Size)
            return true;
        if (_item is { } item)
            return line.Left < item - 0.3 * line.Size || line.Left < item + 0.3 * line.Size && last.Left > item + 0.5 * line.Size;
        if (line.Left - line.Edges.Left > 0.8 * line.Size && last.Left - last.Edges.Left < 0.3 * line.Size)
            return true;
        return EndsSentence() && IsBrokenOff(last, line, text);
    }

    // The next word had room in the line before, so the line ends there on purpose.
    private static bool IsBrokenOff(PdfLine last, PdfLine line, string text)
    {
        var word = text.IndexOf(' ') is var end and >= 0 ? end : text.Length;
        var room = last.Edges.Right - last.Right;
        return !char.IsLower(text[0]) && room > 0.2 * (last.Edges.Right - last.Edges.Left)
            && room > (word + 1) * (line.Right - line.Left) / Math.Max(1, line.Text.Length);
    }

    private static bool IsSameFont(PdfLine last, PdfLine line) =>
        last.IsBold == line.IsBold && line.Size < 1.12 * last.Size && last.Size < 1.12 * line.Size;

    // A sentence that the line before did not end.
    private bool Continues(string text) => !EndsSentence() && (char.IsLower(text[0]) || IsHyphenated());

    private bool EndsSentence()
    {
        var at = _text.Length - 1;
        while (at > 0 && _text[at] is '"' or '”' or '’' or ')' or '»' or ']')
            at--;
        return at >= 0 && _text[at] is '.' or '!' or '?' or ':' or '…' or '。';
    }

    private bool IsHyphenated() => _text.Length > 1 && _text[^1] is '-' or '\u2010' or '\u00AD' && char.IsLetter(_text[^2]);

    private string Joint(string text)
    {
        if (IsHyphenated())
        {
            if (_text[^1] == '\u00AD' || char.IsLower(text[0]) && !IsCompound(text))
            {
                _text.Length--;
                _places.CutAt(_text.Length);
            }
            return "";
        }
        return IsIdeograph(_text[^1]) && IsIdeograph(text[0]) ? "" : " ";
    }

    // The hyphen belongs to the word and not to the end of the line.
    private bool IsCompound(string text)
    {
        var start = _text.Length - 1;
        while (start > 0 && !char.IsWhiteSpace(_text[start - 1]))
            start--;
        return _words.Value.IsCompound(
            PdfWords.Bare(_text.ToString(start, _text.Length - 1 - start)).ToString().Replace('\u2010', '-'), PdfWords.Bare(text).ToString());
    }

    // Chinese and Japanese part no words.
    private static bool IsIdeograph(char unit) => unit is >= '\u3000' and <= '\u9FFF' or >= '\uFF00' and <= '\uFFEF';

    private static bool IsItem(string text) => text.StartsWith("- ", StringComparison.Ordinal) || Numbered().IsMatch(text);

    // The usual step from one line to the next.
    private static double Leading(List<PdfLine> page)
    {
        var steps = page.Zip(page.Skip(1), (one, next) => one.Column == next.Column ? one.Base - next.Base : 0)
            .Where(step => step is > 2 and < 60).Select(step => Math.Round(step, 0)).GroupBy(step => step).ToList();
        return steps.Count == 0 ? 0 : steps.MaxBy(group => group.Count())!.Key;
    }

    [GeneratedRegex(@"^(?:[•‣◦▪▫●○■□–—\uF0B7\uF0A7·*]|-)\s+(?=\S)", RegexOptions.CultureInvariant)]
    private static partial Regex Bullet();

    [GeneratedRegex(@"^(?:\(?\d{1,2}[.)]|\(?[a-z]\))\s+\S", RegexOptions.CultureInvariant)]
    private static partial Regex Numbered();

    [GeneratedRegex(@"\s*(?:\.\s?){5,}", RegexOptions.CultureInvariant)]
    private static partial Regex Leaders();
}
