using System.Text;
using RealmWeb.Engine.Corpora.Archives;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>Tables of delimited fields, RFC 4180 and its relatives: one row a document. The delimiter is found in the file
/// (<see cref="DelimitedDialect"/>), the columns by name or, without names, by what they hold (<see cref="DelimitedColumns"/>).</summary>
public sealed class DelimitedFormat : ICorpusReader
{
    private const int Beginning = 1 << 16;

    // Rows that columns without names are told apart by.
    private const int FirstRows = 50;

    public IReadOnlyList<string> Extensions { get; } = [".csv", ".tsv", ".tab"];

    public IEnumerable<CorpusEntry> Read(CorpusFile file, CorpusReadOptions options, CancellationToken cancellationToken)
    {
        var (content, beginning, isWhole) = Open(file.Content);
        var dialect = DelimitedDialect.Detect(beginning, isWhole, IsCommaByName(file, options) ? ',' : '\t', DocumentFields.CountKnown);
        var delimiter = dialect.IsQuoted ? (byte)dialect.Delimiter : (byte)0;
        DelimitedColumns? columns = null;
        var first = new List<Row>();
        var isSeparatorLine = dialect.HasSeparatorLine;
        foreach (var record in new RecordReader(content, options.MaxLineBytes, delimiter, (byte)dialect.LineEnd).Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (isSeparatorLine || record.Bytes.IsEmpty && !record.TooLong)
            {
                isSeparatorLine = false;
                continue;
            }
            var row = Parse(record, dialect.Delimiter, options);
            if (columns is not null)
            {
                yield return EntryOf(file.Path, columns, row);
                continue;
            }
            first.Add(row);
            if (first.Count < FirstRows && first.Sum(held => (long)held.Text.Length) < Beginning)
                continue;
            var (found, entries) = Begin(file.Path, first, options);
            columns = found;
            foreach (var entry in entries)
                yield return entry;
            if (columns is null)
                yield break;
        }
        if (columns is not null || first.Count == 0)
            yield break;
        foreach (var entry in Begin(file.Path, first, options).Entries)
            yield return entry;
    }

    // The first rows, once the columns are known by them.
    private static (DelimitedColumns? Columns, IEnumerable<CorpusEntry> Entries) Begin(string path, List<Row> rows, CorpusReadOptions options)
    {
        var place = $"{path}, line {rows[0].Line}";
        if (rows[0].Complaint is { } complaint)
            return (null, [new Skipped(place, complaint)]);
        var (columns, reason) = DelimitedColumns.Find([.. rows.Where(row => row.Complaint is null).Select(row => row.Fields)], options);
        return columns is null
            ? (null, [new Skipped(place, $"The first row must name the columns. {reason}")])
            : (columns, rows.Skip(columns.HasHeader ? 1 : 0).Select(row => EntryOf(path, columns, row)));
    }

    private static CorpusEntry EntryOf(string path, DelimitedColumns columns, Row row)
    {
        var place = $"{path}, line {row.Line}";
        if (row.Complaint is not null)
            return new Skipped(place, row.Complaint);
        // A table of one column needs no delimiter.
        IReadOnlyList<string> fields = columns.Names.Count == 1 && row.Fields.Count > 1 ? [row.Text] : row.Fields;
        // Some programs end each row, but not that of the names, with a delimiter.
        if (fields.Count > columns.Names.Count && fields.Skip(columns.Names.Count).All(string.IsNullOrWhiteSpace))
            fields = [.. fields.Take(columns.Names.Count)];
        if (fields.Count != columns.Names.Count)
        {
            return new Skipped(place, $"It has {fields.Count} fields, the {(columns.HasHeader ? "header" : "first row")} {columns.Names.Count}. "
                + "Quote fields that hold the delimiter, a quote or a line end.");
        }
        if (string.IsNullOrWhiteSpace(fields[columns.Text]))
            return new Skipped(place, $"Its {columns.Names[columns.Text]} is empty.");
        return new Document(
            columns.Id >= 0 && fields[columns.Id].Trim() is { Length: > 0 } given ? TextNormalization.Normalize(given) : $"{path}#{row.Line}",
            columns.Title >= 0 ? TextNormalization.Normalize(fields[columns.Title]).Trim() : "", TextNormalization.Normalize(fields[columns.Text]));
    }

    /// <summary>The table as UTF-8, and its beginning, by which its dialect is told.</summary>
    internal static (Stream Content, string Beginning, bool IsWhole) Open(Stream stream)
    {
        var head = new byte[Beginning];
        var length = 0;
        try
        {
            while (stream.Read(head.AsSpan(length)) is var read and > 0)
                length += read;
        }
        catch (InvalidDataException) when (length > 0)
        {
            // The file is damaged: that is found again behind the rows that were read.
        }
        var content = new PrefixedStream(head.AsMemory(0, length), stream);
        var encoding = TextEncodings.OfBeginning(head.AsSpan(0, length), length < head.Length);
        return (encoding is null ? content : Encoding.CreateTranscodingStream(content, encoding, new UTF8Encoding(false)),
            (encoding ?? Encoding.UTF8).GetString(head, 0, length), length < head.Length);
    }

    private static bool IsCommaByName(CorpusFile file, CorpusReadOptions options) =>
        options.Format is { } format ? format.Equals("csv", StringComparison.OrdinalIgnoreCase)
        : file.Path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) || file.Path.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase);

    private static Row Parse(ByteRecord record, char delimiter, CorpusReadOptions options)
    {
        if (Complaint(record, options) is { } complaint)
            return new Row([], "", record.Line, complaint);
        var text = Encoding.UTF8.GetString(record.Bytes.Span);
        return new Row(Fields(text, delimiter), text, record.Line, null);
    }

    private static string? Complaint(ByteRecord record, CorpusReadOptions options)
    {
        if (record.TooLong)
            return $"The row is longer than {options.MaxLineBytes:N0} bytes. Split it, or close a quote that was left open.";
        if (record.IsOpen)
            return "A quote opened in this row is not closed before the file ends. Close it, or double quotes within a field.";
        return WholeText.FirstInvalid(record.Bytes.Span) is var invalid and >= 0
            ? $"It is not UTF-8: byte {invalid} of the row (0x{record.Bytes.Span[invalid]:X2}) begins no character. Save the file as UTF-8."
            : null;
    }

    /// <summary>The fields of a row. Quotes are taken off where they enclose a whole field; others are letters of it.</summary>
    internal static List<string> Fields(string row, char delimiter)
    {
        var fields = new List<string>();
        for (var at = 0; at <= row.Length; at++)
            fields.Add(Quoted(row, delimiter, ref at) ?? Plain(row, delimiter, ref at));
        return fields;
    }

    private static string Plain(string row, char delimiter, ref int at)
    {
        var end = row.IndexOf(delimiter, at);
        var field = end < 0 ? row[at..] : row[at..end];
        at += field.Length;
        return field;
    }

    // Null, and nothing is moved, where the field is not quoted from end to end.
    private static string? Quoted(string row, char delimiter, ref int at)
    {
        var open = at;
        while (open < row.Length && row[open] == ' ')
            open++;
        if (open == row.Length || row[open] != '"')
            return null;
        var field = new StringBuilder();
        for (var next = open + 1; next < row.Length; next++)
        {
            if (row[next] != '"')
                field.Append(row[next]);
            else if (next + 1 < row.Length && row[next + 1] == '"')
                field.Append(row[++next]);
            else if (next + 1 == row.Length || row[next + 1] == delimiter)
            {
                at = next + 1;
                return field.ToString();
            }
            else
                return null;
        }
        return null;
    }

    // Complaint: why it cannot be read; null where it can.
    private sealed record Row(IReadOnlyList<string> Fields, string Text, long Line, string? Complaint);
}
