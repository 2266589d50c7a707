using System.Text;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>Comma- and tab-separated tables with a header, RFC 4180: one row a document. Columns by name: id, title, text.</summary>
public sealed class DelimitedFormat : ICorpusReader
{
    public IReadOnlyList<string> Extensions { get; } = [".csv", ".tsv", ".tab"];

    public IEnumerable<CorpusEntry> Read(CorpusFile file, CorpusReadOptions options, CancellationToken cancellationToken)
    {
        var isComma = options.Format is { } format ? format.Equals("csv", StringComparison.OrdinalIgnoreCase)
            : file.Path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) || file.Path.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase);
        var delimiter = isComma ? ',' : '\t';
        List<string>? header = null;
        var (id, title, text) = (-1, -1, -1);
        foreach (var record in new RecordReader(file.Content, options.MaxLineBytes, (byte)delimiter).Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var place = $"{file.Path}, line {record.Line}";
            if (Complaint(record, options) is { } complaint)
            {
                yield return new Skipped(place, complaint);
                if (header is null)
                    yield break;
                continue;
            }
            if (record.Bytes.IsEmpty)
                continue;
            var fields = Fields(Encoding.UTF8.GetString(record.Bytes.Span), delimiter);
            if (header is null)
            {
                header = fields;
                var picked = DocumentFields.Pick(header, options);
                (id, title, text) = (header.IndexOf(picked.Id!), header.IndexOf(picked.Title!), header.IndexOf(picked.Text!));
                if (text >= 0)
                    continue;
                yield return new Skipped(place, $"The first row must name the columns. {DocumentFields.Missing(header, options)}");
                yield break;
            }
            if (fields.Count != header.Count)
                yield return new Skipped(place, $"It has {fields.Count} fields, the header {header.Count}. Quote fields that hold the delimiter, a quote or a line end.");
            else if (string.IsNullOrWhiteSpace(fields[text]))
                yield return new Skipped(place, $"Its {header[text]} is empty.");
            else
                yield return new Document(
                    id >= 0 && fields[id].Trim() is { Length: > 0 } given ? TextNormalization.Normalize(given) : $"{file.Path}#{record.Line}",
                    title >= 0 ? TextNormalization.Normalize(fields[title]).Trim() : "", TextNormalization.Normalize(fields[text]));
        }
    }

    private static string? Complaint(ByteRecord record, CorpusReadOptions options)
    {
        if (record.TooLong)
            return $"The row is longer than {options.MaxLineBytes:N0} bytes. Split it, or close a quote that was left open.";
        if (record.IsOpen)
            return "A quote opened in this row is not closed before the file ends; the rest of the file was not read. Close it, or double quotes within a field.";
        return WholeText.FirstInvalid(record.Bytes.Span) is var invalid and >= 0
            ? $"It is not UTF-8: byte {invalid} of the row (0x{record.Bytes.Span[invalid]:X2}) begins no character. Save the file as UTF-8."
            : null;
    }

    internal static List<string> Fields(string row, char delimiter)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        for (var at = 0; at <= row.Length; at++)
        {
            field.Clear();
            if (at < row.Length && row[at] == '"')
            {
                for (at++; at < row.Length; at++)
                {
                    if (row[at] == '"')
                    {
                        // "" is a quote; a single one ends the quoted part.
                        if (at + 1 == row.Length || row[at + 1] != '"')
                            break;
                        at++;
                    }
                    field.Append(row[at]);
                }
                at++;
            }
            // Unquoted, or what wrongly follows a closing quote: kept as it stands.
            while (at < row.Length && row[at] != delimiter)
                field.Append(row[at++]);
            fields.Add(field.ToString());
        }
        return fields;
    }
}
