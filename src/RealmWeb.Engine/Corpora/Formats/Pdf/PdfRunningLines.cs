using System.Text.RegularExpressions;

namespace RealmWeb.Engine.Corpora.Formats.Pdf;

/// <summary>Finds the words at the top and the bottom of pages that are no text of theirs: what repeats at one place, and the number of the page.</summary>
internal sealed partial class PdfRunningLines
{
    // Lines from the edge of the text that may be among them.
    private const int Outermost = 3;
    private const int FewestPages = 3;
    private const int LongestBeside = 80;

    private readonly Dictionary<(int Place, string Text), int> _pages = [];

    /// <summary>Takes in a page.</summary>
    internal void Add(PdfPageFragments page)
    {
        foreach (var key in Outer(page).Select(KeyOf).Distinct())
            _pages[key] = _pages.GetValueOrDefault(key) + 1;
    }

    /// <summary>The text of the page, when all pages were taken in.</summary>
    internal PdfPageFragments Without(PdfPageFragments page)
    {
        var running = Outer(page).Where(IsRunning).ToHashSet<PdfFragment>(ReferenceEqualityComparer.Instance);
        // Beside what repeats stands what changes with the chapter.
        var places = running.Where(fragment => !PageNumber().IsMatch(KeyOf(fragment).Text)).Select(PlaceOf).ToHashSet();
        running.UnionWith(Outer(page).Where(fragment => fragment.Text.Length <= LongestBeside && places.Contains(PlaceOf(fragment))));
        return running.Count == 0 ? page
            : page with { Turned = [page.Turned[0].FindAll(fragment => !running.Contains(fragment)), .. page.Turned[1..]] };
    }

    private bool IsRunning(PdfFragment fragment)
    {
        var key = KeyOf(fragment);
        return _pages[key] >= (PageNumber().IsMatch(key.Text) ? 2 : FewestPages);
    }

    private static IEnumerable<PdfFragment> Outer(PdfPageFragments page)
    {
        if (page.IsEmpty)
            return [];
        var heights = page.Turned[0].Select(PlaceOf).Distinct().ToList();
        var outer = heights.Count <= 2 * Outermost ? heights : [.. heights[..Outermost], .. heights[^Outermost..]];
        return page.Turned[0].Where(fragment => outer.Contains(PlaceOf(fragment)));
    }

    private static int PlaceOf(PdfFragment fragment) => (int)Math.Round(fragment.Base / 4);

    private static (int Place, string Text) KeyOf(PdfFragment fragment) => (PlaceOf(fragment), Number().Replace(fragment.Text, "#"));

    // Of pages, and roman ones where they stand alone.
    [GeneratedRegex(@"\d+|^[ivxlc]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex(@"^\W*(?:pages?|seite|página|p\.|s\.)?\W*#\W*(?:(?:of|von|de|sur|/)?\W*#)?\W*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PageNumber();
}
