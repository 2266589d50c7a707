using System.Text;
using System.Text.Json;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Corpora.Archives;
using RealmWeb.Engine.Corpora.Formats;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Questions;

/// <summary>Reads question files: JSON lines {"id","question","answers",…}, SQuAD 1.1 and 2.0, DPR as JSON or table; each also with .gz.</summary>
/// <remarks>answer_starts count Unicode code points in the file and UTF-16 in the result. A start that is wrong is repaired where the answer stands exactly
/// once in its context; an answer that cannot be placed is left out; either is reported. Questions and texts come in stored form
/// (<see cref="TextNormalization"/>).</remarks>
public static class QuestionReader
{
    // A SQuAD file is one JSON object; the published ones have 40 MB.
    private const int LongestJson = 512 << 20;

    /// <summary>The questions of a file in order; lines and files that cannot be read come as skips.</summary>
    public static IEnumerable<QuestionItem> Read(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return ReadGuard.Guard(Path.GetFileName(path), ReadFile(path, cancellationToken), skipped => (QuestionItem)skipped);
    }

    private static IEnumerable<QuestionItem> ReadFile(string path, CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(path);
        if (!File.Exists(path))
        {
            yield return new Skipped(name, $"There is no file {path}. Check the path.");
            yield break;
        }
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        var (content, reason) = TextSniffer.Open(CorpusFormats.IsGzip(name) ? ReadGuard.Unzip(name, file, CorpusReadOptions.Default) : file);
        var reader = CorpusFormats.Find(name);
        if (content is null || reader is not (JsonLinesFormat or JsonFormat or DelimitedFormat))
        {
            yield return new Skipped(name, reason ?? "Questions are read from .jsonl, .json, .csv and .tsv, each also with .gz. Convert the file.");
            yield break;
        }
        var items = reader is JsonLinesFormat ? ReadLines(name, content) : reader is JsonFormat ? ReadJson(name, content) : ReadTable(name, content);
        foreach (var item in items)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return item;
        }
    }

    private static IEnumerable<QuestionItem> ReadLines(string name, Stream content)
    {
        foreach (var record in new RecordReader(content, CorpusReadOptions.Default.MaxLineBytes).Read())
        {
            var place = $"{name}, line {record.Line}";
            if (record.TooLong)
                yield return new Skipped(place, $"The line is longer than {CorpusReadOptions.Default.MaxLineBytes:N0} bytes. Split it.");
            else if (record.Bytes.Span.IndexOfAnyExcept((byte)' ', (byte)'\t') >= 0)
            {
                foreach (var item in Parse(record.Bytes, place, $"{name}#{record.Line}"))
                    yield return item;
            }
        }
    }

    private static IEnumerable<QuestionItem> ReadJson(string name, Stream content)
    {
        var elements = new JsonElementReader(content, LongestJson);
        while (elements.Next())
        {
            var place = $"{name}, element {elements.Number}";
            if (elements.TooLong)
                yield return new Skipped(place, $"The element is longer than {LongestJson:N0} bytes. Split it.");
            else
            {
                foreach (var item in Parse(elements.Bytes, place, $"{name}#{elements.Number}"))
                    yield return item;
            }
        }
        if (elements.Error is { } error)
            yield return new Skipped(name, error);
    }

    private static List<QuestionItem> Parse(ReadOnlyMemory<byte> json, string place, string fallbackId)
    {
        var items = new List<QuestionItem>();
        if (WholeText.FirstInvalid(json.Span) is var invalid and >= 0)
            return [new Skipped(place, $"It is not UTF-8: byte {invalid} of it begins no character. Save the file as UTF-8.")];
        try
        {
            using var parsed = JsonDocument.Parse(json);
            QuestionJson.Read(parsed.RootElement, place, fallbackId, items);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            // The element accessors throw the latter two where a field has another type than the format says.
            items.Add(new Skipped(place, $"It is no valid question ({error.Message}) Each is an object such as {{\"id\":\"1\",\"question\":\"…\",\"answers\":[\"…\"]}}."));
        }
        return items;
    }

    private static IEnumerable<QuestionItem> ReadTable(string name, Stream content)
    {
        // DPR calls its tab-separated files .csv, so the first row decides.
        var start = new byte[4096];
        var length = content.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        var firstRow = start.AsSpan(0, length);
        if (firstRow.IndexOf((byte)'\n') is var end and >= 0)
            firstRow = firstRow[..end];
        var delimiter = firstRow.Contains((byte)'\t') ? '\t' : ',';
        var (id, question, answers) = (-1, 0, 1);
        var isFirst = true;
        foreach (var record in new RecordReader(new PrefixedStream(start.AsMemory(0, length), content), CorpusReadOptions.Default.MaxLineBytes, (byte)delimiter).Read())
        {
            var place = $"{name}, line {record.Line}";
            if (record.TooLong || record.IsOpen || WholeText.FirstInvalid(record.Bytes.Span) >= 0)
            {
                yield return new Skipped(place, "The row is too long, not UTF-8, or a quote in it is not closed. Correct it.");
                continue;
            }
            if (record.Bytes.IsEmpty)
                continue;
            var fields = DelimitedFormat.Fields(Encoding.UTF8.GetString(record.Bytes.Span), delimiter);
            var header = isFirst ? fields.ConvertAll(field => field.Trim().ToLowerInvariant()) : [];
            isFirst = false;
            if (header.Contains("question"))
            {
                (id, question, answers) = (header.IndexOf("id"), header.IndexOf("question"), Math.Max(header.IndexOf("answers"), header.IndexOf("answer")));
                continue;
            }
            if (answers < 0 || fields.Count <= Math.Max(question, answers))
                yield return new Skipped(place, $"It has {fields.Count} fields; expected a question and a list of answers such as ['Paris', 'the city of Paris'].");
            else
                yield return FromRow(fields[question], fields[answers], place, id >= 0 && id < fields.Count ? fields[id] : $"{name}#{record.Line}");
        }
    }

    private static QuestionItem FromRow(string question, string answers, string place, string id)
    {
        var list = answers.TrimStart().StartsWith('[') ? AnswerList.Parse(answers) : [answers.Trim()];
        if (list is null)
            return new Skipped(place, "Its answers are no list of quoted strings such as ['Paris', \"the king's city\"].");
        var kept = list.Select(TextNormalization.Normalize).Where(answer => !string.IsNullOrWhiteSpace(answer)).ToList();
        return string.IsNullOrWhiteSpace(question) || kept.Count == 0
            ? new Skipped(place, "It has no question or no answer.")
            : new QuestionExample(id, TextNormalization.Normalize(question).Trim(), kept, null, null, null, null, IsImpossible: false);
    }
}
