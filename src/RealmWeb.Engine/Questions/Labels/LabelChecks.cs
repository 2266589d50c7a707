using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Questions.Labels;

/// <summary>Every label is checked again before it is written: an offset that is off by one would be learned.</summary>
public static class LabelChecks
{
    /// <summary>What is wrong with a label, in a sentence; null where nothing is.</summary>
    public static string? Problem(LabelledQuestion label)
    {
        ArgumentNullException.ThrowIfNull(label);
        if (string.IsNullOrWhiteSpace(label.Question))
            return "It has no question.";
        if (label.NoAnswer && label.Best is not null)
            return "It says that nothing answers, and grades a passage as answering.";
        return label.Passages.Select(Problem).FirstOrDefault(problem => problem is not null);
    }

    /// <summary>What is wrong with marked words, in a sentence; null where nothing is.</summary>
    public static string? Problem(string text, int start, int end, string? answer = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (start < 0 || end <= start || end > text.Length)
            return $"The marked words stand from {start} to {end}, but the passage has {text.Length} characters.";
        if (CutsPair(text, start) || CutsPair(text, end))
            return $"The marked words from {start} to {end} cut a character in two.";
        if (string.IsNullOrWhiteSpace(text[start..end]))
            return $"Only white space is marked from {start} to {end}.";
        return answer is null || string.Equals(text[start..end], answer, StringComparison.Ordinal)
            ? null
            : $"The passage has \"{text[start..end]}\" from {start} to {end}, not \"{answer}\".";
    }

    private static string? Problem(LabelledPassage passage)
    {
        if (string.IsNullOrWhiteSpace(passage.Text))
            return "A passage of it has no text.";
        if (passage.Grade is < 0 or > GradedPassage.Highest)
            return $"A passage of it has the grade {passage.Grade}. Grades are 0 to {GradedPassage.Highest}.";
        if (passage.Spans.Count > 0 && !passage.Answers)
            return $"Words are marked in a passage of grade {passage.Grade}, which does not answer.";
        if (TextNormalization.Normalize(passage.Text) != passage.Text)
            return "The text of a passage of it is not in stored form, so its offsets count something else.";
        return passage.Spans.Select(span => Problem(passage.Text, span.Start, span.End, span.Text)).FirstOrDefault(problem => problem is not null);
    }

    private static bool CutsPair(string text, int at) => at > 0 && at < text.Length && char.IsSurrogatePair(text[at - 1], text[at]);
}

/// <summary>Labels whose text no longer says what was marked.</summary>
public sealed class LabelMismatchException(IReadOnlyList<string> problems) : Exception(
    $"{problems.Count} labels do not hold what was marked, and nothing was written. {string.Join(' ', problems.Take(5))} Open them and mark the words again.")
{
    /// <summary>A sentence a label, with its id.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
