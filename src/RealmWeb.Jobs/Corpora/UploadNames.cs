using RealmWeb.Data.Uploads;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Corpora.Archives;
using RealmWeb.Engine.Corpora.Formats;

namespace RealmWeb.Jobs.Corpora;

/// <summary>Puts the sender's names back where the generated names of uploaded files stand: in ids, titles made from file names, and skips. So the
/// same file sent again replaces its document. Files of one name in one upload are numbered as browsers do: "a.txt", "a (2).txt".</summary>
internal sealed class UploadNames : IImportNames
{
    /// <summary>Beginning of the origins of what was sent. No path begins so, and files that were sent have no other place.</summary>
    internal const string Origin = "upload:/";

    private readonly Dictionary<string, string> _originals = new(StringComparer.Ordinal);

    public UploadNames(IReadOnlyList<UploadedFile> files)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in files)
            _originals[file.StoredName] = NumberedNames.Free(file.OriginalName.Replace('\\', '/').TrimStart('/'), taken);
    }

    public CorpusItem Restore(CorpusItem item) => item with
    {
        Document = item.Document is { } document ? Restore(document) : null,
        Skipped = item.Skipped is { } skipped ? skipped with { Path = Restore(skipped.Path) } : null,
        Origin = OriginOf(item.Origin),
    };

    // A folder that is sent is sent whole, so what is not in it any more has left it.
    public string RootOf(string path)
    {
        var origin = OriginOf(path);
        return origin.StartsWith(Origin, StringComparison.Ordinal) && origin.IndexOf('/', Origin.Length) is var end and >= 0 ? origin[..end] : origin;
    }

    private string OriginOf(string place)
    {
        foreach (var (stored, original) in _originals)
        {
            // The folder of the upload stands before the generated name, an entry of an archive may stand behind it.
            if (place.IndexOf($"/{stored}", StringComparison.Ordinal) is var at and >= 0)
                return Origin + original + place[(at + 1 + stored.Length)..];
        }
        return place;
    }

    /// <summary>The file that something was skipped in; null where it is none of these.</summary>
    /// <param name="path">With the sender's name in front, as skips are shown.</param>
    public string? StoredNameOf(string path) => _originals
        .Where(file => path.StartsWith(file.Value, StringComparison.Ordinal) && path[file.Value.Length..] is "" or ['/' or ',', ..])
        .OrderByDescending(file => file.Value.Length).Select(file => file.Key).FirstOrDefault();

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
}
