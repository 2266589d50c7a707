namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>Which columns or JSON fields hold id, title and text: those named in the options, else the first of the usual names.</summary>
internal sealed record DocumentFields(string? Id, string? Title, string? Text)
{
    private static readonly string[] Ids = ["id", "_id", "docid", "doc_id", "document_id", "pid", "key", "uid"];
    private static readonly string[] Titles = ["title", "name", "heading", "headline", "subject", "page_title"];
    private static readonly string[] Texts = ["text", "content", "contents", "body", "passage", "article", "abstract", "description"];

    internal static DocumentFields Pick(IReadOnlyCollection<string> names, CorpusReadOptions options) => new(
        Pick(names, options.IdField, Ids), Pick(names, options.TitleField, Titles), Pick(names, options.TextField, Texts));

    /// <summary>How many of these names are among the usual ones.</summary>
    internal static int CountKnown(IEnumerable<string> names) =>
        names.Count(name => Ids.Concat(Titles).Concat(Texts).Contains(name.Trim(), StringComparer.OrdinalIgnoreCase));

    /// <summary>What to tell the owner when there is no text.</summary>
    internal static string Missing(IEnumerable<string> names, CorpusReadOptions options) =>
        $"There is no field {(options.TextField is { } wanted ? $"'{wanted}'" : string.Join(" or ", Texts.Take(3)))} among: "
        + $"{string.Join(", ", names.Take(12).Select(name => name.Length > 40 ? $"{name[..40]}…" : name))}. Name the field that holds the text.";

    private static string? Pick(IReadOnlyCollection<string> names, string? wanted, string[] usual) =>
        wanted is not null
            ? names.FirstOrDefault(name => string.Equals(name.Trim(), wanted, StringComparison.OrdinalIgnoreCase))
            : usual.Select(name => names.FirstOrDefault(given => string.Equals(given.Trim(), name, StringComparison.OrdinalIgnoreCase)))
                .FirstOrDefault(name => name is not null);
}
