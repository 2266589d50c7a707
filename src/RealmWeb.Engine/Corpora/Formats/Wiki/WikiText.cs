namespace RealmWeb.Engine.Corpora.Formats.Wiki;

/// <summary>Wikitext to what its page shows, as far as that stands in the page's own source: links by their words, tables by rows, and of templates those
/// that only dress words, dates and measures, and the rows of infoboxes.</summary>
/// <remarks>Templates are programs that stand in other pages; what most of them show cannot be known here and is left out. Linear in the length of the
/// source, whatever it leaves open. Markup: mediawiki.org, Help:Formatting, Help:Links, Help:Tables.</remarks>
/// <param name="hiddenNamespaces">Links into these show no words: files and categories.</param>
internal sealed class WikiText(IEnumerable<string> hiddenNamespaces)
{
    /// <summary>Begins a line that is to be kept as it is. No XML can hold this letter, nor the other one.</summary>
    internal const char Verbatim = '\u0001';

    /// <summary>A line end within a paragraph or a cell.</summary>
    internal const char SoftBreak = '\u0002';

    private readonly HashSet<string> _hidden = new(hiddenNamespaces, StringComparer.OrdinalIgnoreCase);

    /// <summary>The text of a page; empty where it shows none, or leads to another page.</summary>
    public string Plain(string source) => source.AsSpan().TrimStart().StartsWith("#redirect", StringComparison.OrdinalIgnoreCase) ? ""
        : new WikiLines().Plain(new WikiMarkup(source, _hidden).Reduce());
}
