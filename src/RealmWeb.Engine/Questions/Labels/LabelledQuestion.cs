using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Questions.Labels;

/// <summary>What a person said of a question and of passages for it, as it leaves a site and comes into one.</summary>
/// <param name="NoAnswer">Nothing that was looked at answers it.</param>
/// <param name="Passages">By rank; only those that were graded.</param>
public sealed record LabelledQuestion(string Id, string Question, bool NoAnswer, IReadOnlyList<LabelledPassage> Passages)
{
    /// <summary>The passage that answers best, with its place if one was marked; null where none answers.</summary>
    public LabelledPassage? Best => Passages.Where(passage => passage.Answers).OrderByDescending(passage => passage.Spans.Count > 0)
        .ThenByDescending(passage => passage.Grade).FirstOrDefault();

    /// <summary>What decides between learning and measuring: the document that answers, else the first that was looked at, else the question.</summary>
    public string SplitKey => Best?.SplitKey ?? (Passages.Count > 0 ? Passages[0].SplitKey : Question);

    /// <summary>In the one order and form that is written: texts in stored form, each passage once, marks in the order of its text.</summary>
    internal LabelledQuestion Canonical() => this with
    {
        Question = TextNormalization.Normalize(Question).Trim(),
        Passages = [.. Passages.GroupBy(passage => (passage.Document, passage.BlockId, passage.Title, passage.Text)).Select(same => same.First() with
        {
            Spans = [.. same.SelectMany(passage => passage.Spans).Distinct().OrderBy(span => span.Start).ThenBy(span => span.End)],
        })],
    };
}

/// <summary>A graded passage.</summary>
/// <param name="Document">Id of its document in its file; empty where it is not known.</param>
/// <param name="BlockId">Content hash of the block; empty where it is not known.</param>
/// <param name="Text">As it was when it was graded.</param>
/// <param name="Grade">As <see cref="GradedPassage.Grade"/>.</param>
public sealed record LabelledPassage(string Document, string BlockId, string Title, string Text, int Grade, IReadOnlyList<LabelledSpan> Spans)
{
    public bool Answers => Grade >= GradedPassage.Answers;

    internal string SplitKey => Document.Length > 0 ? Document : Title.Length > 0 ? Title : Text;
}

/// <summary>Marked words.</summary>
/// <param name="Start">UTF-16 offset in the passage.</param>
/// <param name="End">Exclusive.</param>
/// <param name="Text">The words as they were when they were marked.</param>
public sealed record LabelledSpan(int Start, int End, string Text);
