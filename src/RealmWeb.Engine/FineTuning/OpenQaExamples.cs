using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.FineTuning;

/// <summary>The questions of open fine-tuning, prepared once: pieces, answers, and the blocks of the corpus that are known to answer them or not.</summary>
public sealed class OpenQaExamples
{
    private readonly List<(double Weight, OpenQaQuestion[] Questions)> _sets = [];

    /// <param name="sets">Questions, and how often each set is drawn from.</param>
    /// <param name="goldPassages">Whether the passage of a line counts as known to answer, or, for an unanswerable question, not to.</param>
    public OpenQaExamples(
        RealmModel model, IBlockStore blocks, bool goldPassages, IReadOnlyList<(IReadOnlyList<QuestionExample> Examples, double Weight)> sets,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(sets);
        var all = sets.SelectMany(set => set.Examples).ToList();
        var passages = all.SelectMany(example => example.Passages.Select(passage => passage.Text).Append(goldPassages ? example.Context : null))
            .OfType<string>();
        var locator = new PassageLocator(
            blocks, passages.Where(text => text.Length > 0), all.SelectMany(example => example.Passages).Select(passage => passage.BlockId).OfType<string>(),
            cancellationToken);
        foreach (var (examples, weight) in sets)
        {
            var questions = new OpenQaQuestion[examples.Count];
            Parallel.For(0, questions.Length, i => questions[i] = Prepare(model, examples[i], Labels(examples[i], locator, goldPassages)));
            if (questions.Length > 0 && weight > 0)
                _sets.Add((weight, questions));
        }
        if (_sets.Count == 0)
            throw new InvalidOperationException(
                "There is no question to fine-tune on. Name question files under \"data\", and leave \"openQa\": false out of one of them.");
    }

    /// <summary>Number of questions.</summary>
    public int Count => _sets.Sum(set => set.Questions.Length);

    internal OpenQaQuestion Draw(Random random)
    {
        var at = random.NextDouble() * _sets.Sum(set => set.Weight);
        var chosen = 0;
        while (chosen < _sets.Count - 1 && at >= _sets[chosen].Weight)
            at -= _sets[chosen++].Weight;
        return _sets[chosen].Questions[random.Next(_sets[chosen].Questions.Length)];
    }

    private static OpenQaQuestion Prepare(RealmModel model, QuestionExample example, Dictionary<long, BlockLabel> labels)
    {
        var pieces = model.Tokenizer.Encode(example.Question);
        return new OpenQaQuestion(
            example, pieces, model.Inputs.Query(pieces), model.Features?.Analyse(example.Question, pieces),
            [.. example.Answers.Select(answer => model.Tokenizer.Encode(answer).Select(piece => piece.Id).ToArray()).Where(ids => ids.Length > 0)], labels);
    }

    private static Dictionary<long, BlockLabel> Labels(QuestionExample example, PassageLocator locator, bool goldPassages)
    {
        var labels = new Dictionary<long, BlockLabel>();
        if (goldPassages && !string.IsNullOrEmpty(example.Context))
        {
            var spans = (example.AnswerStarts ?? []).Select((start, i) => new TextSpan(start, start + example.Answers[i].Length)).ToList();
            Add(labels, locator, example.Context, example.IsImpossible ? 0 : GradedPassage.Highest, spans);
        }
        // What an annotator said replaces what the line's passage implies.
        var graded = new Dictionary<long, BlockLabel>();
        foreach (var passage in example.Passages)
        {
            var spans = passage.Span is { } span ? new[] { span } : [];
            if (passage.BlockId is { } id && locator.Row(id) is { } row)
                Merge(graded, row, passage.Grade, spans);
            else if (passage.Text is { } text)
                Add(graded, locator, text, passage.Grade, spans);
        }
        foreach (var (row, label) in graded)
            labels[row] = label;
        return labels;
    }

    /// <summary>Labels the blocks with the answers of a passage; without answers, those with most of it.</summary>
    private static void Add(Dictionary<long, BlockLabel> labels, PassageLocator locator, string passage, int grade, IReadOnlyList<TextSpan> answers)
    {
        foreach (var block in locator.Blocks(passage))
        {
            var spans = answers.Select(answer => AnswerPlaces.Find(block.Text, passage, answer)).OfType<TextSpan>().Distinct().ToList();
            if (spans.Count > 0 || answers.Count == 0 && block.HoldsMost)
                Merge(labels, block.Row, grade, spans);
        }
    }

    // A block labelled twice has the higher grade and the spans of both.
    private static void Merge(Dictionary<long, BlockLabel> labels, long row, int grade, IReadOnlyList<TextSpan> spans) =>
        labels[row] = labels.TryGetValue(row, out var label)
            ? new BlockLabel(Math.Max(label.Grade, grade), [.. label.Spans.Concat(spans).Distinct()])
            : new BlockLabel(grade, spans);
}
