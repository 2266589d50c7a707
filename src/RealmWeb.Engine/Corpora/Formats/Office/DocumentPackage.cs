using System.IO.Compression;
using RealmWeb.Engine.Corpora.Archives;

namespace RealmWeb.Engine.Corpora.Formats.Office;

/// <summary>A relation of a part to another one.</summary>
/// <param name="Kind">The last word of its type: "styles", "officeDocument".</param>
/// <param name="Target">Name of the other part in the package; empty for what lies elsewhere, which is never fetched.</param>
internal readonly record struct PartRelation(string Id, string Kind, string Target);

/// <summary>A document that is a zip archive of parts: office documents and books. Every byte that a part unpacks to is paid for; entries that lie on top
/// of each other or are encrypted are refused, and an altered one ends the reading.</summary>
/// <remarks>Open Packaging Conventions (ECMA-376 part 2), as far as relations go. docs/decisions/0019-office-documents.md: why no library reads it.</remarks>
internal sealed class DocumentPackage : IDisposable
{
    // Relations, styles, lists of parts: what is held as a whole.
    private const long MostOfSmallPart = 16 << 20;

    private readonly ZipArchive _archive;
    private readonly UnpackingBudget _budget;
    private readonly CancellationToken _cancellationToken;
    private readonly Dictionary<string, ZipFileEntry> _entries = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="InvalidDataException">It is no zip archive.</exception>
    internal DocumentPackage(string path, Stream content, CorpusReadOptions options, CancellationToken cancellationToken)
    {
        var size = content.Length;
        Path = path;
        _cancellationToken = cancellationToken;
        Budget = new TextBudget(options.MaxDocumentBytes);
        _budget = new UnpackingBudget(path, () => size, options)
        {
            Most = options.MaxPackageBytes,
            Remedies = ("Split it into several documents.", "If you trust it, save it anew without what makes it so large."),
        };
        if (ZipDirectory.Count(content) is var count && count > options.MaxArchiveEntries)
            throw new PackageException($"It has {count:N0} parts; at most {options.MaxArchiveEntries:N0} are read. Split it into several documents.");
        var records = ZipDirectory.Read(content);
        _archive = new ZipArchive(content, ZipArchiveMode.Read, leaveOpen: true);
        foreach (var entry in ZipEntries.Of(_archive, records))
            _entries.TryAdd(entry.Name.Replace('\\', '/').TrimStart('/'), entry);
    }

    /// <summary>Of the document, as its owner knows it.</summary>
    internal string Path { get; }

    internal TextBudget Budget { get; }

    public void Dispose() => _archive.Dispose();

    internal bool Has(string part) => _entries.ContainsKey(part);

    /// <summary>The bytes of a part; null where there is none of this name.</summary>
    internal Stream? Open(string part)
    {
        if (!_entries.TryGetValue(part, out var found))
            return null;
        return found.Refusal is null
            ? new UnpackingStream(new IntactStream(found.Entry.Open(), found.Entry.Crc32, _cancellationToken), _budget)
            : throw new PackageException($"Its part {ArchiveNames.Shown(part)} cannot be read. {found.Refusal}");
    }

    /// <summary>A part that is read as it comes, at its outermost element.</summary>
    internal PartReader? Xml(string part) => Xml(part, most: 0);

    /// <summary>A part of which everything is kept, at its outermost element.</summary>
    internal PartReader? SmallXml(string part) => Xml(part, MostOfSmallPart);

    /// <summary>The relations of a part, or with "" those of the whole document.</summary>
    internal List<PartRelation> Relations(string part)
    {
        var slash = part.LastIndexOf('/') + 1;
        var relations = new List<PartRelation>();
        using var list = SmallXml($"{part[..slash]}_rels/{part[slash..]}.rels");
        foreach (var name in list?.Children() ?? [])
        {
            if (name != "Relationship" || list!.Attribute("Id") is not { } id || list.Attribute("Type") is not { } type)
                continue;
            var target = list.Attribute("TargetMode") == "External" ? "" : Resolve(part, list.Attribute("Target") ?? "");
            relations.Add(new PartRelation(id, type[(type.LastIndexOf('/') + 1)..], target));
        }
        return relations;
    }

    /// <summary>The part that a relation of this kind leads to; null where there is none.</summary>
    internal string? Related(string part, string kind) =>
        Relations(part).Where(relation => relation.Kind == kind && Has(relation.Target)).Select(relation => relation.Target).FirstOrDefault();

    /// <summary>The title that the document has among its properties; empty where it has none.</summary>
    internal string CoreTitle()
    {
        using var properties = Related("", "core-properties") is { } part ? SmallXml(part) : null;
        foreach (var name in properties?.Children() ?? [])
        {
            if (name == "title")
                return properties!.Text();
        }
        return "";
    }

    /// <summary>The name of a part by a reference within another one.</summary>
    internal static string Resolve(string part, string reference)
    {
        var path = reference.Replace('\\', '/');
        var parts = path.StartsWith('/') ? [] : part.Split('/').SkipLast(1).ToList();
        foreach (var step in path.Split('/'))
        {
            if (step == ".." && parts.Count > 0)
                parts.RemoveAt(parts.Count - 1);
            else if (step is not ("" or "." or ".."))
                parts.Add(step);
        }
        return string.Join('/', parts);
    }

    private PartReader? Xml(string part, long most)
    {
        if (Open(part) is not { } content)
            return null;
        var reader = new PartReader(content, part, most);
        reader.Begin();
        return reader;
    }
}
