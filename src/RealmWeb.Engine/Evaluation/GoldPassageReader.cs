using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Questions;

namespace RealmWeb.Engine.Evaluation;

/// <summary>The reader alone: each question is read in the passage that its line gives.</summary>
public static class GoldPassageReader
{
    /// <summary>Names of the two metrics.</summary>
    public const string ExactMatchName = "devExactMatch";

    /// <inheritdoc cref="ExactMatchName"/>
    public const string F1Name = "devF1";

    /// <summary>Percent exact match and F1 over answerable questions (SQuAD v1.1); the best span counts, whatever the null mass.</summary>
    public static IReadOnlyDictionary<string,
        double> Measure(RealmModel model, IReadOnlyList<QuestionExample> examples, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(examples);
        if (examples.Count == 0)
            throw new ArgumentException("There is no question to measure. Give questions with their passages.", nameof(examples));
        var server = new ModelServer(model);
        try
        {
            double exact = 0, f1 = 0;
            foreach (var example in examples)
            {
                var pieces = model.Tokenizer.Encode(example.Question);
                var passage = Block.Create("", example.Context!, 0);
                var reading = server.ReadAsync(example.Question, pieces, [passage], cancellationToken).GetAwaiter().GetResult()[0];
                var answer = reading.Spans.Count == 0 ? "" : reading.Spans[0].Span.Of(example.Context!);
                exact += AnswerMetrics.ExactMatch(answer, example.Answers);
                f1 += AnswerMetrics.F1(answer, example.Answers);
            }
            return new Dictionary<string, double> { [ExactMatchName] = 100 * exact / examples.Count, [F1Name] = 100 * f1 / examples.Count };
        }
        finally
        {
            server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }
}
