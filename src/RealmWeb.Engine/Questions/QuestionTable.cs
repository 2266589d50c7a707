using System.Text;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Corpora.Archives;
using RealmWeb.Engine.Corpora.Formats;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Questions;

/// <summary>Reads questions out of a table: columns by the names question, answers (or answer) and id, or DPR's two columns without a header.</summary>
internal static class QuestionTable
{
    private const string Delimiters = "\t,;|";
    private static readonly string[] QuestionNames = ["question", "query"];
    private static readonly string[] AnswerNames = ["answers", "answer"];

    internal static IEnumerable<QuestionItem> Read(string name, Stream content)
    {
        // DPR calls its tab-separated files .csv and programs write semicolons into them, so the first row decides.
        var start = new byte[4096];
        var length = content.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        var delimiter = DelimiterOf(Encoding.UTF8.GetString(start, 0, length));
        var (id, question, answers) = (-1, 0, 1);
        var isFirst = true;
        var limit = CorpusReadOptions.Default.MaxLineBytes;
        foreach (var record in new RecordReader(new PrefixedStream(start.AsMemory(0, length), content), limit, (byte)delimiter).Read())
        {
            var place = $"{name}, line {record.Line}";
            if (record.TooLong || record.IsOpen || WholeText.FirstInvalid(record.Bytes.Span) >= 0)
            {
                yield return new Skipped(place, "The row is too long, not UTF-8, or a quote in it is not closed. Correct it.");
                continue;
            }
            var row = Encoding.UTF8.GetString(record.Bytes.Span);
            if (string.IsNullOrWhiteSpace(row) || isFirst && IsSeparatorLine(row))
                continue;
            var fields = DelimitedFormat.Fields(row, delimiter);
            var header = isFirst ? Names(fields) : [];
            isFirst = false;
            if (header.FindIndex(QuestionNames.Contains) is var asked and >= 0)
            {
                (id, question, answers) = (header.IndexOf("id"), asked, header.FindIndex(AnswerNames.Contains));
                continue;
            }
            if (answers < 0 || fields.Count <= Math.Max(question, answers))
            {
                yield return new Skipped(
                    place, $"It has {fields.Count} fields; expected a question and a list of answers such as ['Paris', 'the city of Paris'].");
                continue;
            }
            var given = id >= 0 && id < fields.Count ? fields[id].Trim() : "";
            yield return FromRow(fields[question], fields[answers], place, given.Length > 0 ? given : $"{name}#{record.Line}");
        }
    }

    // The one that gives a column of questions; without such a header a tab, which hardly stands in questions, else what parts the first row.
    private static char DelimiterOf(string start)
    {
        var lines = start.Split('\n', 3);
        if (IsSeparatorLine(lines[0]))
            return lines[0].Trim('\r', '\n', ' ')[^1];
        var row = lines[0].TrimEnd('\r');
        foreach (var delimiter in Delimiters)
        {
            if (DelimitedFormat.Fields(row, delimiter) is { Count: > 1 } fields && Names(fields).Exists(QuestionNames.Contains))
                return delimiter;
        }
        return row.Contains('\t', StringComparison.Ordinal) ? '\t'
            : DelimitedFormat.Fields(row, ',').Count < 2 && DelimitedFormat.Fields(row, ';').Count > 1 ? ';' : ',';
    }

    // What a spreadsheet takes as the delimiter of the file: "sep=;".
    private static bool IsSeparatorLine(string row) =>
        row.Trim('\r', '\n', ' ') is { Length: 5 } text && text.StartsWith("sep=", StringComparison.OrdinalIgnoreCase)
        && Delimiters.Contains(text[^1], StringComparison.Ordinal);

    private static List<string> Names(List<string> fields) => fields.ConvertAll(field => field.Trim().ToLowerInvariant());

    private static QuestionItem FromRow(string question, string answers, string place, string id)
    {
        var list = answers.TrimStart().StartsWith('[') ? AnswerList.Parse(answers) : [answers.Trim()];
        if (list is null)
            return new Skipped(place, "Its answers are no list of quoted strings such as ['Paris', \"the king's city\"].");
        var kept = list.Select(TextNormalization.Normalize).Where(answer => !string.IsNullOrWhiteSpace(answer)).ToList();
        return string.IsNullOrWhiteSpace(question) || kept.Count == 0 && list.Count > 0
            ? new Skipped(place, "It has no question or no answer. Write [] if nothing answers it.")
            : new QuestionExample(id, TextNormalization.Normalize(question).Trim(), kept, null, null, null, null, IsImpossible: kept.Count == 0);
    }
}
