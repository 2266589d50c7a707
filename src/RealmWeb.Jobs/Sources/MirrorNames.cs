using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Corpora.Archives;
using RealmWeb.Engine.Corpora.Formats;
using RealmWeb.Engine.Text;
using RealmWeb.Jobs.Corpora;

namespace RealmWeb.Jobs.Sources;

/// <summary>Gives what lies in a mirror the addresses that it came from: in ids, in titles made from file names, and in what was skipped.</summary>
internal sealed class MirrorNames(SourceMirror mirror, Guid source) : IImportNames
{
    private const string Root = "source:/";

    private readonly Dictionary<string, MirrorItem> _items = Shown(mirror.Items);

    /// <summary>Beginning of the origins of a source's documents. No path begins so.</summary>
    public static string OriginOf(Guid source) => $"{Root}{source:N}";

    /// <summary>The source that an origin names, and the address there; null for other origins.</summary>
    public static (Guid Source, string Address)? Parse(string origin)
    {
        const int Digits = 32;
        var named = origin.StartsWith(Root, StringComparison.Ordinal) ? origin[Root.Length..] : "";
        return named.Length > Digits + 1 && Guid.TryParseExact(named[..Digits], "N", out var source) ? (source, named[(Digits + 1)..]) : null;
    }

    public CorpusItem Restore(CorpusItem item) => item with
    {
        Document = item.Document is { } document ? Restore(document) : null,
        Skipped = item.Skipped is { } skipped ? skipped with { Path = Restore(skipped.Path) } : null,
        Origin = Origin(item.Origin),
    };

    public string RootOf(string path) => OriginOf(source);

    private Document Restore(Document document) => Find(document.SourceId) is not { } item ? document : document with
    {
        SourceId = Restore(document.SourceId),
        Title = document.Title == CorpusFormats.TitleOf(item.File!) ? item.Title ?? TitleOf(item.Address) : document.Title,
    };

    private string Restore(string path) => Find(path) is { } item ? item.Address + path[item.File!.Length..] : path;

    private string Origin(string place)
    {
        var name = place[Math.Min(place.Length, mirror.Files.Length + 1)..];
        return Find(name) is { } item ? $"{OriginOf(source)}/{item.Address}{name[item.File!.Length..]}" : place;
    }

    // Ids begin with the file: its name has 32 digits, an ending, and an entry or a line may stand behind it.
    private MirrorItem? Find(string path)
    {
        if (_items.TryGetValue(path, out var whole))
            return whole;
        for (var end = path.Length - 1; end > 32; end--)
        {
            if (path[end] is '/' or ',' or '#' && _items.TryGetValue(path[..end], out var item))
                return item;
        }
        return null;
    }

    // By file, with the addresses as they may stand in ids and logs. One that was fit keeps its own; those that became the same are numbered.
    private static Dictionary<string, MirrorItem> Shown(IEnumerable<MirrorItem> items)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        return items.Where(item => item.File is not null)
            .OrderByDescending(item => ShownNames.IsClean(item.Address)).ThenBy(item => item.Address, StringComparer.Ordinal)
            .ToDictionary(
                item => item.File!, item => item with { Address = NumberedNames.Free(ShownNames.Clean(item.Address), taken) }, StringComparer.Ordinal);
    }

    private static string TitleOf(string address)
    {
        var path = Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme.StartsWith("http", StringComparison.Ordinal)
            ? Uri.UnescapeDataString(uri.AbsolutePath).Trim('/') is { Length: > 0 } named ? named : uri.Host
            : address;
        return ShownNames.Clean(CorpusFormats.TitleOf(path));
    }
}
