using System.Text;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Corpora.Formats;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Questions;

/// <summary>Reads questions out of a table: columns by the names question, answers (or answer) and id, or DPR's two columns without a header.</summary>
internal static class QuestionTable
{
    private static readonly string[] QuestionNames = ["question", "query"];
    private static readonly string[] AnswerNames = ["answers", "answer"];

    internal static IEnumerable<QuestionItem> Read(string name, Stream content)
    {
        var (rows, beginning, isWhole) = DelimitedFormat.Open(content);
        // DPR calls its tab-separated files .csv, so the name says nothing.
        var dialect = DelimitedDialect.Detect(beginning, isWhole, '\t', CountKnown);
        var (id, question, answers) = (-1, 0, 1);
        var isFirst = true;
        var isSeparatorLine = dialect.HasSeparatorLine;
        var reader = new RecordReader(
            rows, CorpusReadOptions.Default.MaxLineBytes, dialect.IsQuoted ? (byte)dialect.Delimiter : (byte)0, (byte)dialect.LineEnd);
        foreach (var record in reader.Read())
        {
            var place = $"{name}, line {record.Line}";
            if (record.TooLong || record.IsOpen || WholeText.FirstInvalid(record.Bytes.Span) >= 0)
            {
                yield return new Skipped(place, "The row is too long, not UTF-8, or a quote in it is not closed. Correct it.");
                continue;
            }
            var row = Encoding.UTF8.GetString(record.Bytes.Span);
            if (string.IsNullOrWhiteSpace(row) || isSeparatorLine)
            {
                isSeparatorLine = false;
                continue;
            }
            var fields = DelimitedFormat.Fields(row, dialect.Delimiter);
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

    private static int CountKnown(IEnumerable<string> header) =>
        Names(header).Count(name => name == "id" || QuestionNames.Contains(name) || AnswerNames.Contains(name));

    private static List<string> Names(IEnumerable<string> fields) => [.. fields.Select(field => field.Trim().ToLowerInvariant())];

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
