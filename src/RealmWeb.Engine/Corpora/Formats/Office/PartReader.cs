using System.Text;
using System.Xml;

namespace RealmWeb.Engine.Corpora.Formats.Office;

/// <summary>Reads the XML of a part forward, element by element and in bounded memory: a document type is refused, so that there are no entities, and so
/// are 512 levels.</summary>
/// <remarks>Elements and attributes go by their local names: the two editions of Office Open XML differ in their namespaces alone. Of alternatives for
/// programs of different age the first is read.</remarks>
internal sealed class PartReader : IDisposable
{
    private const int Deepest = 512;

    private readonly XmlReader _xml;
    private readonly string _part;

    /// <param name="part">Its name, for the owner.</param>
    /// <param name="most">Most letters of a part that is held as a whole; 0: no limit.</param>
    internal PartReader(Stream content, string part, long most = 0)
    {
        _part = part;
        _xml = XmlReader.Create(new TokenWatch(content, part), new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = most, NameTable = new BoundedNames(), CloseInput = true,
            IgnoreComments = true, IgnoreProcessingInstructions = true,
        });
    }

    /// <summary>Of the element that was reached.</summary>
    internal string Name => _xml.LocalName;

    public void Dispose() => _xml.Dispose();

    /// <summary>Goes to the outermost element.</summary>
    internal void Begin()
    {
        while (Read() && _xml.NodeType != XmlNodeType.Element) { }
    }

    /// <summary>The children of the element that was reached; each may be read further before the next one is asked for.</summary>
    internal IEnumerable<string> Children() => Content().OfType<string>();

    /// <summary>The children of the element that was reached: names of elements, null for a run of text (<see cref="Run"/>).</summary>
    internal IEnumerable<string?> Content()
    {
        if (_xml.IsEmptyElement || _xml.NodeType != XmlNodeType.Element)
            yield break;
        var depth = _xml.Depth;
        while (Read() && _xml.Depth > depth)
        {
            if (_xml.Depth != depth + 1)
                continue;
            if (_xml.NodeType != XmlNodeType.Element)
            {
                if (IsText)
                    yield return null;
            }
            else if (Name != "AlternateContent")
                yield return Name;
            else
            {
                foreach (var child in Chosen())
                    yield return child;
            }
        }
        // The checksum of a part is known behind its last byte.
        while (depth == 0 && Read()) { }
    }

    /// <summary>The run of text that was reached.</summary>
    internal string Run => _xml.Value;

    /// <summary>An attribute of the element that was reached, whatever its namespace; null where it has none.</summary>
    internal string? Attribute(string name) => Attribute(name, _ => true);

    /// <summary>The attribute that names a relation of the part.</summary>
    internal string? RelationId(string name = "id") => Attribute(name, space => space.EndsWith("/relationships", StringComparison.Ordinal));

    /// <summary>All text within the element that was reached, paid for.</summary>
    internal string Text(TextBudget budget)
    {
        var text = Text();
        budget.Spend(text.Length);
        return text;
    }

    /// <summary>All text within the element that was reached.</summary>
    internal string Text()
    {
        if (_xml.IsEmptyElement)
            return "";
        var depth = _xml.Depth;
        var (only, all) = ("", (StringBuilder?)null);
        while (Read() && _xml.Depth > depth)
        {
            if (!IsText)
                continue;
            if (all is null && only.Length == 0)
                only = _xml.Value;
            else
                (all ??= new StringBuilder(only)).Append(_xml.Value);
        }
        return all?.ToString() ?? only;
    }

    private bool IsText => _xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace;

    private IEnumerable<string?> Chosen()
    {
        var isChosen = false;
        foreach (var alternative in Children())
        {
            if (isChosen || alternative is not ("Choice" or "Fallback"))
                continue;
            isChosen = true;
            foreach (var child in Content())
                yield return child;
        }
    }

    private string? Attribute(string name, Func<string, bool> isSpace)
    {
        string? value = null;
        for (var more = _xml.MoveToFirstAttribute(); more && value is null; more = _xml.MoveToNextAttribute())
        {
            if (_xml.LocalName == name && isSpace(_xml.NamespaceURI))
                value = _xml.Value;
        }
        _xml.MoveToElement();
        return value;
    }

    private bool Read()
    {
        bool more;
        try
        {
            more = _xml.Read();
        }
        catch (XmlException error) when (error.Message.Contains("DTD", StringComparison.Ordinal))
        {
            throw new PackageException($"Its part {_part} declares a document type, as attacks with entities do and no program of an office does. "
                + "Open it in the program that made it, save it anew and import that.");
        }
        catch (XmlException error)
        {
            throw new InvalidDataException($"its part {_part} is no XML: {error.Message}", error);
        }
        return _xml.Depth <= Deepest ? more : throw new PackageException(
            $"The elements of its part {_part} are nested more than {Deepest} deep. Open it in the program that made it, save it anew and import that.");
    }
}
