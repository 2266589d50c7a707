using System.Globalization;
using System.Xml;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora.Formats.Wiki;

/// <summary>A MediaWiki export, such as the dumps of Wikipedia: one document an article. Pages of other namespaces and redirects are passed over.</summary>
/// <remarks>Holds one page at a time. Form of the file: mediawiki.org, Help:Export.</remarks>
public sealed class WikiFormat : ICorpusReader
{
    public IReadOnlyList<string> Extensions { get; } = [".xml"];

    public bool IsBinary => true;

    public IEnumerable<CorpusEntry> Read(CorpusFile file, CorpusReadOptions options, CancellationToken cancellationToken)
    {
        using var xml = XmlReader.Create(file.Content, new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true, IgnoreProcessingInstructions = true,
        });
        var export = new WikiExport(xml, options.MaxDocumentBytes);
        if (export.Root() is var root && root != "mediawiki")
        {
            yield return new Skipped(file.Path, $"It is XML whose root is \"{root}\"; of XML, exports of MediaWiki are read. Convert it to HTML or text.");
            yield break;
        }
        var (passedOver, text) = (0L, (WikiText?)null);
        while (export.Next() is { } page)
        {
            cancellationToken.ThrowIfCancellationRequested();
            text ??= new WikiText(export.HiddenNamespaces);
            if (!page.IsArticle)
                passedOver++;
            else if (page.Source is null)
                yield return new Skipped($"{file.Path}#{page.Id}", $"The page \"{page.Title}\" is longer than {options.MaxDocumentBytes:N0} letters.");
            else if (TextNormalization.Normalize(text.Plain(page.Source)) is var plain && !string.IsNullOrWhiteSpace(plain))
                yield return new Document($"{file.Path}#{page.Id}", TextNormalization.Normalize(page.Title), plain);
            else
                passedOver++;
        }
        if (passedOver > 0)
        {
            yield return new CorpusEntry(null, new Skipped(file.Path, string.Create(CultureInfo.InvariantCulture,
                $"{passedOver:N0} pages were passed over: redirects, pages of other namespaces and pages without text.")))
            {
                IsRemark = true,
            };
        }
    }
}
