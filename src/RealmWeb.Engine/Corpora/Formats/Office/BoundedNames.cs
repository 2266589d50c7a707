using System.Xml;

namespace RealmWeb.Engine.Corpora.Formats.Office;

/// <summary>The names of elements and attributes that an XML reader meets; it keeps each, so there may not be any number of them.</summary>
internal sealed class BoundedNames : NameTable
{
    // All formats of offices together have some thousand.
    private const int Most = 50_000;

    private int _count;

    public override string Add(string key) => Get(key) ?? base.Add(Counted(key));

    public override string Add(char[] key, int start, int len) => Get(key, start, len) ?? base.Add(Counted(key), start, len);

    private T Counted<T>(T key) =>
        ++_count <= Most ? key : throw new XmlException($"it has more than {Most:N0} names of elements and attributes");
}
