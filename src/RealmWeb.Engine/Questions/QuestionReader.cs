using System.Text.Json;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Corpora.Formats;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Questions;

/// <summary>Reads question files: JSON lines {"id","question","answers",…}, SQuAD 1.1 and 2.0 as published and as Hugging Face
/// writes it, Natural Questions (open), DPR as JSON or table, tables with a header; each also with .gz.</summary>
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
        var (content, reason) = TextSniffer.Open(ReadGuard.Unpack(name, file, CorpusReadOptions.Default));
        var reader = CorpusFormats.Find(name);
        if (content is null || reader is not (JsonLinesFormat or JsonFormat or DelimitedFormat))
        {
            yield return new Skipped(name, reason ?? "Questions are read from .jsonl, .json, .csv and .tsv, each also with .gz. Convert the file.");
            yield break;
        }
        var items = reader is DelimitedFormat ? QuestionTable.Read(name, content) : reader is JsonFormat ? ReadJson(name, content) : ReadLines(name, content);
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
            using var parsed = LenientJson.Parse(json);
            QuestionJson.Read(parsed.RootElement, place, fallbackId, items);
        }
        catch (JsonException error)
        {
            var reason = JsonDocuments.Reason(error);
            items.Add(new Skipped(
                place, $"It is no valid question ({reason}). Each is an object such as {{\"id\":\"1\",\"question\":\"…\",\"answers\":[\"…\"]}}."));
        }
        return items;
    }
}
