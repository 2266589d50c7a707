using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Text;
using RealmWeb.Engine.Training;

namespace RealmWeb.Engine.Evaluation;

/// <summary>Asks every question of a set and compares.</summary>
public static class Evaluator
{
    /// <summary>Retrieves, reads and scores.</summary>
    /// <param name="k">Passages to read; retrieval is measured deeper.</param>
    /// <returns>One outcome a question, in order.</returns>
    public static async Task<IReadOnlyList<QuestionOutcome>> RunAsync(
        QuestionAnswerer answerer, IReadOnlyList<QuestionExample> questions, int k, RetrieverKind retriever, TimeProvider time,
        IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(answerer);
        ArgumentNullException.ThrowIfNull(questions);
        var outcomes = new List<QuestionOutcome>(questions.Count);
        var started = time.GetTimestamp();
        var deepest = EvaluationReport.Depths[^1];
        foreach (var question in questions)
        {
            var retrieved = await answerer.RetrieveAsync(question.Question, new AnswerOptions(deepest, retriever), cancellationToken);
            var result = await answerer.AnswerAsync(question.Question, new AnswerOptions(k, retriever), null, cancellationToken);
            var prediction = result.Candidates.Count == 0 ? null : result.Candidates[0].Text;
            int? rank = null;
            for (var i = 0; i < retrieved.Blocks.Count && rank is null; i++)
            {
                if (Answers(question, retrieved.Blocks[i].Block))
                    rank = i + 1;
            }
            outcomes.Add(new QuestionOutcome(
                question.Id, question.Question, question.Answers, prediction, result.NoAnswer, result.NullMass, result.Confidence,
                AnswerMetrics.ExactMatch(prediction ?? "", question.Answers), AnswerMetrics.F1(prediction ?? "", question.Answers), rank));
            var seconds = Math.Max(1e-3, time.GetElapsedTime(started).TotalSeconds);
            progress?.Report(new TrainingProgress("Evaluating", outcomes.Count, questions.Count, "questions", outcomes.Count / seconds));
        }
        return outcomes;
    }

    /// <summary>Whether a block answers a question: where the question has its passage, an answer must stand in the block at its place in that
    /// passage (the words around it agree); where it has none, an answer must occur (released HasAnswer, case-sensitive).</summary>
    public static bool Answers(QuestionExample question, Block block)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(block);
        if (question.Context is not { Length: > 0 } context || question.AnswerStarts is not { Count: > 0 } starts)
            return question.Answers.Any(answer => block.Text.Contains(answer, StringComparison.Ordinal));
        for (var i = 0; i < starts.Count; i++)
        {
            if (AnswerPlaces.Find(block.Text, context, new TextSpan(starts[i], starts[i] + question.Answers[i].Length)) is not null)
                return true;
        }
        return false;
    }
}
