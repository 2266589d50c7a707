using System.Text.RegularExpressions;
using AngleSharp.Dom;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>Raised and lowered text, which must not run into what it stands at: 10^6 is no 106, and the mark of a footnote is no digit of a year.</summary>
/// <remarks>Exponents get a ^: every vocabulary has it, and terms on both sides of it are found. Only ², ³ and ¹ of units stay as they are printed.</remarks>
internal static partial class HtmlMarks
{
    // Raised text that is longer is a sentence in small print.
    private const int LongestMark = 24;

    /// <summary>Whether the style of an element does what sup and sub do.</summary>
    internal static bool IsRaisedOrLowered(IElement element) => element.GetAttribute("style") is { } style && PlacedByStyle().IsMatch(style);

    /// <summary>Appends a sup, sub or a element, or one set like them, where it is short; false where that is done and its children are not to be
    /// read.</summary>
    internal static bool Enter(IElement element, PlainTextBuilder text)
    {
        if (IsReference(element))
            return false;
        if (element.LocalName == "a")
            return true;
        var content = HtmlText.TextOf(element).Trim();
        var isLowered = element.LocalName == "sub" || element.GetAttribute("style") is { } style && PlacedByStyle().Match(style).Groups["sub"].Success;
        if (isLowered || !IsNumerator(element))
            return !Append(content, isLowered, text);
        text.Append($" {content}");
        return false;
    }

    // 1 over 2: what stands before it is a number of its own.
    private static bool IsNumerator(IElement element) =>
        element.NextSibling is IText { Data: "/" or "⁄" or "∕", NextSibling: IElement { LocalName: "sub" } };

    /// <summary>Appends what is raised or lowered where it is short; false where it is not appended but has to be read as other text.</summary>
    internal static bool Append(string content, bool isLowered, PlainTextBuilder text)
    {
        if (content.Length is 0 or > LongestMark || content.Contains('\n'))
            return false;
        var before = text.WordsBefore(8);
        if (before.Length == 0)
            text.Append(content);
        else if (isLowered)
            text.Append(Lowered(before, content));
        else if (!(EndsSentence().IsMatch(before) && ReferenceNumber().IsMatch(content)))
            text.Append(Raised(before, content));
        return true;
    }

    /// <summary>What stands before a part of a formula that a page sets higher, lower or below a line; null for other elements.</summary>
    internal static string? Operator(IElement element) => (element.PreviousElementSibling, element.ParentElement?.LocalName) switch
    {
        (null, _) => element.LocalName == "msqrt" ? "√" : null,
        (_, "msup") => "^",
        (_, "msub") => "_",
        (_, "mfrac") => "/",
        ({ PreviousElementSibling: null }, "msubsup") => "_",
        (_, "msubsup") => "^",
        _ => element.LocalName == "msqrt" ? "√" : null,
    };

    // Marks that lead to a note or back from it, and links of a sign alone, such as the ¶ at a heading.
    private static bool IsReference(IElement element)
    {
        if (element.LocalName == "sub")
            return false;
        if (element.GetAttribute("role") is "doc-noteref" or "doc-backlink" || element.GetAttribute("epub:type") == "noteref")
            return true;
        if (element.GetAttribute("class") is { } kind && ReferenceClass().IsMatch(kind))
            return true;
        var content = element.TextContent.AsSpan().Trim();
        if (content.IsEmpty || content.Length > 8)
            return false;
        if (element.LocalName == "a")
            return content.Length <= 3 && !AnyLetterOrDigit(content)
                || LeadsWithinPage(element) && (ReferenceNumber().IsMatch(content) && content[0] == '[' || element.Children is [{ LocalName: "sup" }]);
        return ReferenceNumber().IsMatch(content) && content[0] == '[' || LeadsWithinPage(element.ParentElement) || LeadsWithinPage(element.QuerySelector("a"));
    }

    private static bool LeadsWithinPage(IElement? element) => element is { LocalName: "a" } && element.GetAttribute("href")?.Contains('#') == true;

    private static bool AnyLetterOrDigit(ReadOnlySpan<char> content)
    {
        foreach (var unit in content)
        {
            if (char.IsLetterOrDigit(unit) || char.IsSurrogate(unit))
                return true;
        }
        return false;
    }

    private static string Raised(string before, string content)
    {
        if (content is "TM" or "SM")
            return content == "TM" ? "™" : "℠";
        if (content is "a" or "o" && char.IsAsciiDigit(before[^1]))
            return content == "a" ? "ª" : "º";
        var isWord = char.IsAsciiDigit(before[^1]) ? Ordinal().IsMatch(content) : Abbreviation().IsMatch(before) && content.All(char.IsLetter);
        if (isWord || !AnyLetterOrDigit(content))
            return content;
        if (Unit().IsMatch(before) && content is "1" or "2" or "3")
            return content switch { "1" => "¹", "2" => "²", _ => "³" };
        return SimpleMark().IsMatch(content) ? $"^{content}" : $"^({content})";
    }

    private static string Lowered(string before, string content) =>
        content.All(char.IsAsciiDigit) && !char.IsAsciiDigit(before[^1]) ? content
        : SimpleMark().IsMatch(content) ? $"_{content}" : $"_({content})";

    [GeneratedRegex(
        @"\b(?:references?|footnote\S*|noteref|reversefootnote|mw-cite-backlink|headerlink|anchor-?link)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ReferenceClass();

    [GeneratedRegex(@"(?:^|[;\s])vertical-align\s*:\s*(?:super|(?<sub>sub))\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PlacedByStyle();

    [GeneratedRegex(@"^\[?(?:note |n )?\w{1,3}(?:[,–-]\s?\w{1,3})*\]?$|^[*†‡§¶]+$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ReferenceNumber();

    [GeneratedRegex(@"[.!?,;:][""'”’»)]*$", RegexOptions.CultureInvariant)]
    private static partial Regex EndsSentence();

    [GeneratedRegex(@"^(?:st|nd|rd|th|er|re|ère|e|è|ème|os|as)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Ordinal();

    // M(lle), N(o), D(r): a capital begins the word; a small letter alone is a variable.
    [GeneratedRegex(@"(?:^|[\s(])\p{Lu}\p{Ll}?$", RegexOptions.CultureInvariant)]
    private static partial Regex Abbreviation();

    // m, km, cm: words of up to three letters.
    [GeneratedRegex(@"(?:^|[^\p{L}])\p{L}{1,3}$", RegexOptions.CultureInvariant)]
    private static partial Regex Unit();

    [GeneratedRegex(@"^[-+−–]?[\p{L}\p{N}.,]+$", RegexOptions.CultureInvariant)]
    private static partial Regex SimpleMark();
}
