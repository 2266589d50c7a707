using System.IO.Compression;
using System.Xml;

namespace RealmWeb.Jobs.Sources.Web;

/// <summary>Addresses of a sitemap, or of the sitemaps that an index of them names. Plain or gzip.</summary>
internal static class Sitemap
{
    // What the protocol allows in one file.
    private const int MostAddresses = 50_000;
    private const int MostBytes = 50 << 20;

    /// <exception cref="XmlException">It is no XML, or has a document type.</exception>
    /// <exception cref="InvalidDataException">It is damaged, or unpacks to more than 50 MiB.</exception>
    public static (IReadOnlyList<string> Pages, IReadOnlyList<string> Sitemaps) Parse(byte[] content)
    {
        using Stream raw = new MemoryStream(content);
        using var unpacked = content is [0x1f, 0x8b, ..] ? new GZipStream(raw, CompressionMode.Decompress) : raw;
        using var xml = XmlReader.Create(new Bounded(unpacked, MostBytes), new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true, IgnoreWhitespace = true,
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

    private sealed class Bounded(Stream inner, long most) : Stream
    {
        private long _read;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => _read; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = inner.Read(buffer, offset, count);
            return (_read += read) <= most ? read : throw new InvalidDataException($"It unpacks to more than {most:N0} bytes.");
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
