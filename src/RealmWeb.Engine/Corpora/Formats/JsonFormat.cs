namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>A JSON array of objects {"id","title","text"}, or one such object, or several one after another.</summary>
/// <remarks>Elements are cut out byte by byte, so that an array of any length is read with one element in memory.</remarks>
public sealed class JsonFormat : ICorpusReader
{
    public IReadOnlyList<string> Extensions { get; } = [".json"];

    public IEnumerable<CorpusEntry> Read(CorpusFile file, CorpusReadOptions options, CancellationToken cancellationToken)
    {
        var elements = new JsonElementReader(file.Content, options.MaxLineBytes);
        while (elements.Next())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var place = $"{file.Path}, element {elements.Number}";
            if (elements.TooLong)
                yield return new Skipped(place, $"The element is longer than {options.MaxLineBytes:N0} bytes. Split the document.");
            else
                yield return JsonDocuments.Read(elements.Bytes, place, $"{file.Path}#{elements.Number}", options);
        }
        if (elements.Error is { } error)
            yield return new Skipped(file.Path, error);
    }
}
