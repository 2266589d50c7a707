using System.IO.Compression;
using System.Xml;

namespace RealmWeb.Jobs.Sources.Web;

/// <summary>Addresses of a sitemap, or of the sitemaps that an index of them names. Plain or gzip.</summary>
internal static class Sitemap
{
    // What the protocol allows in one file.
    private const int MostAddresses = 50_000;
    private const int MostCharacters = 50 << 20;

    /// <exception cref="XmlException">It is no XML, has a document type, or more letters than one file may have.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static (IReadOnlyList<string> Pages, IReadOnlyList<string> Sitemaps) Parse(byte[] content)
    {
        using Stream raw = new MemoryStream(content);
        using var unpacked = content is [0x1f, 0x8b, ..] ? new GZipStream(raw, CompressionMode.Decompress) : raw;
        using var xml = XmlReader.Create(unpacked, new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true, IgnoreWhitespace = true,
            MaxCharactersInDocument = MostCharacters,
        });
        var (pages, sitemaps, inside) = (new List<string>(), new List<string>(), "");
        while (xml.Read() && pages.Count + sitemaps.Count < MostAddresses)
        {
            if (xml.NodeType != XmlNodeType.Element)
                continue;
            if (xml.LocalName is "url" or "sitemap")
                inside = xml.LocalName;
            else if (xml.LocalName == "loc" && xml.Depth == 2 && !xml.IsEmptyElement && xml.Read() && xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA)
                (inside == "sitemap" ? sitemaps : pages).Add(xml.Value.Trim());
        }
        return (pages, sitemaps);
    }
}
