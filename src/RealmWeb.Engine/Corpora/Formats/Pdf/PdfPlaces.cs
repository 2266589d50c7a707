using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora.Formats.Pdf;

/// <summary>Remembers where the words of the text stand on their pages.</summary>
internal sealed class PdfPlaces
{
    private readonly List<PageLayout> _pages = [];
    // Fragments of a table are those of several lines: what one line has, no other has.
    private readonly Dictionary<PdfFragment, string?[]> _free = new(ReferenceEqualityComparer.Instance);

    internal IReadOnlyList<PageLayout> Pages => _pages;

    internal void BeginPage(PdfPaper paper)
    {
        _free.Clear();
        _pages.Add(new PageLayout((float)paper.Width, (float)paper.Height, new List<PlacedWord>()));
    }

    /// <summary>Notes the words of a line.</summary>
    /// <param name="start">Where its text stands in the whole.</param>
    /// <param name="text">The line as it is written, which may lack signs that its fragments have.</param>
    internal void Add(PdfPaper paper, PdfLine line, int start, string text)
    {
        var words = (List<PlacedWord>)_pages[^1].Words;
        var (fragment, next) = (0, 0);
        for (var at = 0; at < text.Length;)
        {
            var end = text.IndexOf(' ', at) is var space and >= 0 ? space : text.Length;
            if (end > at && text[at..end] != "|" && Find(line.Fragments, text[at..end], ref fragment, ref next) is var (found, (left, right)))
                words.Add(paper.Place(found.Turn, left, right, found.Bottom, found.Top) with { Start = start + at, End = start + end });
            at = end + 1;
        }
    }

    /// <summary>The last words lost their hyphen: none goes beyond the end of the text.</summary>
    internal void CutAt(int end)
    {
        foreach (var page in _pages.AsEnumerable().Reverse())
        {
            if (page.Words is not List<PlacedWord> { Count: > 0 } words)
                continue;
            if (words[^1].End > end)
                words[^1] = words[^1] with { End = end };
            return;
        }
    }

    // The next word of the fragments that reads so, else any that no other has.
    private (PdfFragment, (float, float))? Find(IReadOnlyList<PdfFragment> fragments, string word, ref int fragment, ref int next)
    {
        for (var (i, first) = (fragment, next); i < fragments.Count; i++, first = 0)
        {
            if (Take(fragments[i], word, first) is { } number)
            {
                (fragment, next) = (i, number + 1);
                return (fragments[i], fragments[i].Edges[number]);
            }
        }
        for (var i = 0; i < Math.Min(fragments.Count, fragment + 1); i++)
        {
            if (Take(fragments[i], word, 0) is { } number)
                return (fragments[i], fragments[i].Edges[number]);
        }
        return null;
    }

    private int? Take(PdfFragment fragment, string word, int first)
    {
        if (!_free.TryGetValue(fragment, out var words))
        {
            words = [.. fragment.Text.Split(' ').Select(TextNormalization.Normalize)];
            _free[fragment] = words = words.Length == fragment.Edges.Count ? words : [];
        }
        var number = first < words.Length ? Array.IndexOf(words, word, first) : -1;
        if (number < 0)
            return null;
        words[number] = null;
        return number;
    }
}
