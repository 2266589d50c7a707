namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>JSON lines: one object {"id","title","text"} a line.</summary>
public sealed class JsonLinesFormat : ICorpusReader
{
    public IReadOnlyList<string> Extensions { get; } = [".jsonl", ".ndjson"];

    public IEnumerable<CorpusEntry> Read(CorpusFile file, CorpusReadOptions options, CancellationToken cancellationToken)
    {
        foreach (var record in new RecordReader(file.Content, options.MaxLineBytes).Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var place = $"{file.Path}, line {record.Line}";
            if (record.TooLong)
                yield return new Skipped(place, $"The line is longer than {options.MaxLineBytes:N0} bytes. Split the document.");
            else if (record.Bytes.Span.IndexOfAnyExcept((byte)' ', (byte)'\t') >= 0)
                yield return JsonDocuments.Read(record.Bytes, place, $"{file.Path}#{record.Line}", options);
        }
    }
}
