using System.Text.Json;

namespace RealmWeb.Engine.Questions.Labels;

/// <summary>Writes labels to a file that is byte for byte the same whenever the labels are.</summary>
public static class LabelWriter
{
    /// <summary>Checks every label, then writes those that the form can hold.</summary>
    /// <returns>How many labels were written.</returns>
    /// <exception cref="LabelMismatchException">A label does not hold what was marked; nothing was written.</exception>
    public static int Write(Stream into, LabelForm form, IReadOnlyCollection<LabelledQuestion> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var whole = labels.Select(label => label.Canonical()).ToList();
        var problems = whole.Select(label => (label.Id, Problem: LabelChecks.Problem(label))).Where(label => label.Problem is not null)
            .Select(label => $"Label {label.Id}: {label.Problem}").ToList();
        if (problems.Count > 0)
            throw new LabelMismatchException(problems);
        return form switch
        {
            LabelForm.Squad => SquadForm.Write(into, whole),
            LabelForm.Dpr => DprForm.Write(into, whole),
            _ => WriteLines(into, whole),
        };
    }

    private static int WriteLines(Stream into, List<LabelledQuestion> labels)
    {
        foreach (var label in labels)
        {
            using (var json = LabelJson.Writer(into))
                WriteLine(json, label);
            into.WriteByte((byte)'\n');
        }
        return labels.Count;
    }

    // The best passage stands as the line's own, which the reader and the retriever learn from; passages says what is known of each.
    private static void WriteLine(Utf8JsonWriter json, LabelledQuestion label)
    {
        json.WriteStartObject();
        json.WriteString("id", label.Id);
        json.WriteString("question", label.Question);
        if (label.NoAnswer)
        {
            json.WriteStrings("answers", []);
            json.WriteBoolean("is_impossible", true);
        }
        else if (label.Best is { } best)
        {
            // "answers": [] would say that nothing answers.
            if (best.Spans.Count > 0)
                json.WriteStrings("answers", best.Spans.Select(span => span.Text));
            json.WriteString("title", best.Title);
            json.WriteString("context", best.Text);
            if (best.Spans.Count > 0)
                json.WriteStarts(best);
        }
        json.WriteStartArray("passages");
        foreach (var passage in label.Passages)
        {
            foreach (var span in passage.Spans.DefaultIfEmpty())
                WritePassage(json, passage, span);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WritePassage(Utf8JsonWriter json, LabelledPassage passage, LabelledSpan? span)
    {
        json.WriteStartObject();
        if (passage.Document.Length > 0)
            json.WriteString("document", passage.Document);
        if (passage.BlockId.Length > 0)
            json.WriteString("blockId", passage.BlockId);
        if (passage.Title.Length > 0)
            json.WriteString("title", passage.Title);
        json.WriteString("text", passage.Text);
        json.WriteNumber("grade", passage.Grade);
        if (span is not null)
        {
            json.WriteNumber("start", span.Start);
            json.WriteNumber("end", span.End);
        }
        json.WriteEndObject();
    }
}
