using System.Text.Json;
using RealmWeb.Engine.Corpora;

namespace RealmWeb.Engine.Questions.Labels;

/// <summary>Reads labels back out of files, ours and others'.</summary>
public static class LabelReader
{
    /// <summary>The labels of a file in order.</summary>
    /// <param name="skipped">Told of each place that was left out or repaired.</param>
    public static IReadOnlyList<LabelledQuestion> Read(string path, LabelForm form, Action<Skipped> skipped)
    {
        ArgumentNullException.ThrowIfNull(skipped);
        if (form != LabelForm.Dpr)
            return ReadQuestions(path, skipped);
        try
        {
            using var content = File.OpenRead(path);
            return [.. DprForm.Read(content, Path.GetFileName(path), skipped)];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"The file cannot be read as DPR's training file. {error.Message}", error);
        }
    }

    private static List<LabelledQuestion> ReadQuestions(string path, Action<Skipped> skipped)
    {
        Skipped? first = null;
        try
        {
            return [.. QuestionLines.Read(path, skip =>
            {
                first ??= skip;
                skipped(skip);
            }).Select(example => Of(example).Canonical())];
        }
        catch (InvalidDataException none)
        {
            throw new InvalidDataException($"The file holds no label.{(first is { } skip ? $" {skip.Reason}" : " Choose one with questions.")}", none);
        }
    }

    private static LabelledQuestion Of(QuestionExample example)
    {
        IReadOnlyList<LabelledPassage> passages = example.Passages.Count > 0
            ? [.. example.Passages.Where(passage => passage.Text is not null).Select(Of)]
            : example.Context is { } context
                ? [new LabelledPassage("", "", example.Title ?? "", context, example.IsImpossible ? 0 : GradedPassage.Highest, Spans(example))]
                : [];
        return new LabelledQuestion(example.Id, example.Question, example.IsImpossible, passages);
    }

    private static LabelledPassage Of(GradedPassage passage) => new(
        passage.Document, passage.BlockId ?? "", passage.Title, passage.Text!, passage.Grade,
        passage.Span is { } span ? [new LabelledSpan(span.Start, span.End, span.Of(passage.Text!))] : []);

    private static List<LabelledSpan> Spans(QuestionExample example) => example.IsImpossible || example.AnswerStarts is not { } starts
        ? []
        : [.. starts.Select((start, i) => new LabelledSpan(start, start + example.Answers[i].Length, example.Answers[i]))];
}
