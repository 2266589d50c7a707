using RealmWeb.Data.Uploads;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Corpora.Formats;

namespace RealmWeb.Jobs.Corpora;

/// <summary>Puts the sender's names back where the generated names of uploaded files stand: in ids, titles made from file names, and skips. So the
/// same file sent again replaces its document.</summary>
internal sealed class UploadNames(IReadOnlyList<UploadedFile> files)
{
    private readonly Dictionary<string, string> _originals = files.ToDictionary(file => file.StoredName, file => Clean(file.OriginalName), StringComparer.Ordinal);

    public CorpusItem Restore(CorpusItem item) => item with
    {
        Document = item.Document is { } document ? Restore(document) : null,
        Skipped = item.Skipped is { } skipped ? skipped with { Path = Restore(skipped.Path) } : null,
    };

    private Document Restore(Document document)
    {
        var stored = StoredName(document.SourceId);
        if (stored is null)
            return document;
        var title = document.Title == CorpusFormats.TitleOf(stored) ? CorpusFormats.TitleOf(_originals[stored]) : document.Title;
        return document with { SourceId = Restore(document.SourceId), Title = title };
    }

    private string Restore(string path) => StoredName(path) is { } stored ? _originals[stored] + path[stored.Length..] : path;

    // Ids begin with the file: "u….zip/a.md", "u….csv, line 7".
    private string? StoredName(string path) => _originals.Keys.FirstOrDefault(stored => path.StartsWith(stored, StringComparison.Ordinal));

    private static string Clean(string name) => name.Replace('\\', '/').TrimStart('/');
}
