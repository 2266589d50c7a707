using System.Globalization;
using System.Text;
using System.Xml;

namespace RealmWeb.Engine.Corpora.Formats.Wiki;

/// <summary>A page of an export.</summary>
/// <param name="IsArticle">It stands in the main namespace and is no redirect.</param>
/// <param name="Source">Its newest text, as it was written; null where it is too long, or no article.</param>
internal sealed record WikiPage(string Id, string Title, bool IsArticle, string? Source);

/// <summary>Walks an export page by page.</summary>
/// <param name="mostLetters">Longest page.</param>
internal sealed class WikiExport(XmlReader xml, int mostLetters)
{
    // Keys of the namespaces whose links show nothing in a text: files and categories.
    private static readonly string[] Hidden = ["6", "14"];

    private readonly char[] _chunk = new char[1 << 14];
    private readonly List<string> _hidden = ["File", "Image", "Category"];

    /// <summary>Names of the namespaces whose links show no words; known once the first page was read.</summary>
    public IReadOnlyCollection<string> HiddenNamespaces => _hidden;

    /// <summary>Name of the root element.</summary>
    /// <exception cref="InvalidDataException">It is no XML.</exception>
    public string Root() => Read(() =>
    {
        xml.MoveToContent();
        return xml.LocalName;
    });

    /// <summary>The next page; null behind the last.</summary>
    /// <exception cref="InvalidDataException">The file is damaged there.</exception>
    public WikiPage? Next() => Read(() =>
    {
        while (xml.Read())
        {
            if (xml.NodeType != XmlNodeType.Element)
                continue;
            if (xml.LocalName == "namespace" && Hidden.Contains(xml.GetAttribute("key")))
                _hidden.Add(xml.ReadElementContentAsString());
            if (xml.LocalName == "page")
                return Page();
        }
        return null;
    });

    private WikiPage Page()
    {
        var (id, title, isArticle, depth) = ("", "", true, xml.Depth);
        string? source = "";
        while (xml.Read() && !(xml.NodeType == XmlNodeType.EndElement && xml.Depth == depth))
        {
            if (xml.NodeType != XmlNodeType.Element)
                continue;
            // Revisions and contributors have ids of their own, further down.
            var own = xml.Depth == depth + 1;
            switch (xml.LocalName)
            {
                case "title" when own:
                    title = Content() ?? "";
                    break;
                case "ns" when own:
                    isArticle &= Content() == "0";
                    break;
                case "id" when own:
                    id = Content() ?? "";
                    break;
                case "redirect" when own:
                    isArticle = false;
                    break;
                // An export with the history has the newest one last.
                case "text" when isArticle:
                    source = Content();
                    break;
            }
        }
        return new WikiPage(id, title, isArticle, isArticle ? source : null);
    }

    // In parts: what is too long is passed over without being held. The reader stands on the end of the element then.
    private string? Content()
    {
        if (xml.IsEmptyElement)
            return "";
        var (text, depth, tooLong) = (new StringBuilder(), xml.Depth, false);
        while (xml.Read() && !(xml.NodeType == XmlNodeType.EndElement && xml.Depth == depth))
        {
            if (xml.NodeType is not (XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace))
                continue;
            while (xml.ReadValueChunk(_chunk, 0, _chunk.Length) is var read and > 0)
            {
                tooLong |= text.Length + read > mostLetters;
                if (!tooLong)
                    text.Append(_chunk, 0, read);
            }
        }
        return tooLong ? null : text.ToString();
    }

    private static T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (XmlException damage)
        {
            throw new InvalidDataException(
                string.Create(CultureInfo.InvariantCulture, $"line {damage.LineNumber}: {damage.Message}"), damage);
        }
    }
}
