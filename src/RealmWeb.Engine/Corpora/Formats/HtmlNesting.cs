using System.Collections.Frozen;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>Estimates how deeply a page nests before it is parsed: an HTML parser walks up its open elements at every tag, so a megabyte of nothing
/// but opening tags would keep it busy for hours.</summary>
internal static class HtmlNesting
{
    // Real pages stay under 100.
    private const int Deepest = 512;

    // Elements without an end, or whose end may be left out: they close themselves.
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Unclosed = new[]
    {
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr", "p", "li", "dt", "dd", "tr", "td",
        "th", "thead", "tbody", "tfoot", "colgroup", "option", "optgroup", "html", "head", "body", "rt", "rp",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    internal static bool IsTooDeep(ReadOnlySpan<char> html)
    {
        var open = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        var lookup = open.GetAlternateLookup<ReadOnlySpan<char>>();
        var depth = 0;
        while (NextTag(ref html, out var name, out var closes))
        {
            var count = lookup.TryGetValue(name, out var known) ? known : 0;
            if (!closes)
            {
                lookup[name] = count + 1;
                depth++;
            }
            else if (count > 0)
            {
                lookup[name] = count - 1;
                depth--;
            }
            if (depth > Deepest)
                return true;
        }
        return false;
    }

    /// <summary>Elements that the fragment opens less those that it closes.</summary>
    internal static int Balance(ReadOnlySpan<char> html)
    {
        var open = 0;
        while (NextTag(ref html, out _, out var closes))
            open += closes ? -1 : 1;
        return open;
    }

    // Of elements that have to be closed.
    private static bool NextTag(ref ReadOnlySpan<char> html, out ReadOnlySpan<char> name, out bool closes)
    {
        while (html.IndexOf('<') is var mark and >= 0)
        {
            html = html[(mark + 1)..];
            closes = html is ['/', ..];
            name = NameAt(closes ? html[1..] : html);
            if (!name.IsEmpty && !Unclosed.Contains(name))
                return true;
        }
        name = default;
        closes = false;
        return false;
    }

    private static ReadOnlySpan<char> NameAt(ReadOnlySpan<char> html)
    {
        var end = 0;
        while (end < html.Length && (char.IsAsciiLetterOrDigit(html[end]) || html[end] is '-' or ':'))
            end++;
        return end > 0 && char.IsAsciiLetter(html[0]) ? html[..end] : default;
    }
}
