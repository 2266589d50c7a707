using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora.Formats.Office.Books;

/// <summary>EPUB books: what its pages show (<see cref="HtmlText"/>), in the order of its spine; its table of contents is left out. Title: that of the book,
/// else its first heading, else the file name.</summary>
public sealed class BookFormat : ICorpusReader
{
    public IReadOnlyList<string> Extensions { get; } = [".epub"];

    public bool IsBinary => true;

    public IEnumerable<CorpusEntry> Read(CorpusFile file, CorpusReadOptions options, CancellationToken cancellationToken) =>
        PackageReading.Read(file, "EPUB book", options, package => Read(package, options), cancellationToken);

    private static IEnumerable<CorpusEntry> Read(DocumentPackage package, CorpusReadOptions options)
    {
        var (title, pages) = ReadList(package);
        var encrypted = EncryptedParts(package);
        if (pages.Any(encrypted.Contains))
            throw new PackageException("Its pages are encrypted, as shops protect books. Import a copy without protection, which its publisher may give you.");
        var text = new PlainTextBuilder();
        var (heading, left) = ((string?)null, new List<Skipped>());
        foreach (var name in pages)
        {
            var (before, visible) = (text.Length, new HtmlText(text));
            if (Append(package, name, options, visible) is { } reason)
                left.Add(new Skipped($"{package.Path}, {name}", reason));
            text.EndBlock();
            heading ??= visible.Heading;
            package.Budget.Spend(text.Length - before);
        }
        var plain = TextNormalization.Normalize(text.ToString());
        if (string.IsNullOrWhiteSpace(plain))
        {
            yield return new Skipped(package.Path, left.Count > 0 ? left[0].Reason : "Its pages show no text.");
            yield break;
        }
        var shown = GivenTitle.Of(title, package.Path) ?? heading ?? CorpusFormats.TitleOf(package.Path);
        yield return new Document(package.Path, TextNormalization.Normalize(shown), plain);
        foreach (var skipped in left)
            yield return skipped;
    }

    // Why a page is left out; null where it was read.
    private static string? Append(DocumentPackage package, string name, CorpusReadOptions options, HtmlText visible)
    {
        using var content = package.Open(name);
        if (content is null)
            return "The book names this page, but does not have it. Fetch the book again.";
        var (bytes, tooLarge) = WholeText.ReadBytes(content, options.MaxMarkupBytes);
        if (bytes is null)
            return tooLarge;
        var (page, wrong) = HtmlFormat.Open(bytes, isXml: true);
        if (page is null)
            return wrong;
        using (page)
        {
            if (page.Body is { } body)
                visible.Append(body);
        }
        return null;
    }

    // Title and pages, as the package document has them. EPUB 3.3, 5 and 4.2.6.3.1.
    private static (string Title, List<string> Pages) ReadList(DocumentPackage package)
    {
        var root = "";
        using (var container = package.SmallXml("META-INF/container.xml"))
            root = Find(container, "rootfiles", "rootfile", "full-path");
        using var list = package.SmallXml(root) ?? throw new InvalidDataException("its list of pages is missing");
        var (title, items, pages) = ("", new Dictionary<string, string>(), new List<string>());
        foreach (var name in list.Children())
        {
            if (name is not ("metadata" or "manifest" or "spine"))
                continue;
            foreach (var inner in list.Children())
            {
                if (inner == "title" && title.Length == 0)
                    title = list.Text();
                else if (inner == "item" && IsPage(list) && list.Attribute("id") is { } id && list.Attribute("href") is { } reference)
                    items.TryAdd(id, DocumentPackage.Resolve(root, Uri.UnescapeDataString(reference.Split('#')[0])));
                else if (inner == "itemref" && items.Remove(list.Attribute("idref") ?? "", out var page))
                    pages.Add(page);
            }
        }
        return (title, pages);
    }

    private static bool IsPage(PartReader item) =>
        item.Attribute("media-type") is "application/xhtml+xml" or "text/html" or "text/x-oeb1-document"
            && item.Attribute("properties")?.Split(' ').Contains("nav") != true;

    private static string Find(PartReader? part, string outer, string inner, string attribute)
    {
        foreach (var name in part?.Children() ?? [])
        {
            if (name != outer)
                continue;
            foreach (var child in part!.Children())
            {
                if (child == inner && part.Attribute(attribute) is { Length: > 0 } value)
                    return value;
            }
        }
        return "";
    }

    private static HashSet<string> EncryptedParts(DocumentPackage package)
    {
        var parts = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        using var list = package.SmallXml("META-INF/encryption.xml");
        if (list is not null)
            Add(list);
        return parts;

        void Add(PartReader at)
        {
            foreach (var name in at.Children())
            {
                if (name == "CipherReference" && at.Attribute("URI") is { } part)
                    parts.Add(Uri.UnescapeDataString(part));
                else
                    Add(at);
            }
        }
    }
}
