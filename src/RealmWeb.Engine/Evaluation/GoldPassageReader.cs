using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Progress;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Reading;
using RealmWeb.Engine.Retrieval.Lexical;

namespace RealmWeb.Engine.Evaluation;

/// <summary>The reader alone: each question is read in the passage that its line gives.</summary>
public static class GoldPassageReader
{
    /// <summary>Names of the two metrics.</summary>
    public const string ExactMatchName = "devExactMatch";

    /// <inheritdoc cref="ExactMatchName"/>
    public const string F1Name = "devF1";

    /// <summary>Percent exact match and F1 over answerable questions (SQuAD v1.1); the best span counts, whatever the null mass.</summary>
    public static IReadOnlyDictionary<string, double> Measure(
        RealmModel model, IReadOnlyList<QuestionExample> examples, CancellationToken cancellationToken = default)
    {
        var report = Report(model, examples, null, cancellationToken: cancellationToken);
        return new Dictionary<string, double> { [ExactMatchName] = report.ExactMatch, [F1Name] = report.F1 };
    }

    /// <summary>Reads answerable and unanswerable questions, each in its passage; others are passed over.</summary>
    /// <exception cref="ArgumentException">No question has a passage and an answer.</exception>
    public static PassageReport Report(
        RealmModel model, IReadOnlyList<QuestionExample> examples, IProgress<OperationProgress>? progress,
        ReadingPrecision precision = ReadingPrecision.Fp32, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(examples);
        var judged = examples.Where(example => example.Context is not null && (example.IsImpossible || example.Answers.Count > 0)).ToList();
        return PassageReport.Of(Read(model, judged, progress, precision, cancellationToken));
    }

    /// <summary>Reads each question in its passage, whether or not it is known what answers.</summary>
    /// <param name="examples">All with a passage.</param>
    /// <returns>One outcome a question, in order; nothing was retrieved.</returns>
    public static IReadOnlyList<QuestionOutcome> Read(
        RealmModel model, IReadOnlyList<QuestionExample> examples, IProgress<OperationProgress>? progress,
        ReadingPrecision precision = ReadingPrecision.Fp32, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(examples);
        var server = new ModelServer(model, precision: precision);
        try
        {
            var terms = new PassageTerms(examples.Select(example => example.Context!));
            var outcomes = new List<QuestionOutcome>(examples.Count);
            foreach (var example in examples)
            {
                outcomes.Add(Read(server, terms, example, cancellationToken));
                progress?.Report(new OperationProgress("Reading passages", outcomes.Count, examples.Count, "questions", 0));
            }
            return outcomes;
        }
        finally
        {
            server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    // An unanswerable question may still name words that seem to answer: none of them is right.
    private static QuestionOutcome Read(ModelServer server, PassageTerms terms, QuestionExample example, CancellationToken cancellationToken)
    {
        var pieces = server.Model.Tokenizer.Encode(example.Question);
        var passage = Block.Create("", example.Context!, 0);
        var match = new TermMatcher(terms.Of(example.Question), server.Words).Match(passage);
        var reading = server.ReadAsync(example.Question, pieces, [passage], cancellationToken).GetAwaiter().GetResult()[0]
            .With(match, server.Model.Answering.NullScatter);
        var (blocks, none) = JointDistribution.Masses([0], [reading]);
        ReadSpan? best = reading.Spans.Count == 0 ? null : reading.Spans[0];
        var prediction = best?.Span.Of(example.Context!);
        IReadOnlyList<string> answers = example.IsImpossible ? [] : example.Answers;
        return new QuestionOutcome(
            example.Id, example.Question, answers, prediction, none > 0.5, none,
            best is null ? 0 : blocks[0] * Math.Exp(best.Value.Logit - reading.LogSumExp),
            AnswerMetrics.ExactMatch(prediction ?? "", answers), AnswerMetrics.F1(prediction ?? "", answers), null)
        {
            ExactMatchOrqa = AnswerMetrics.ExactMatchDecomposed(prediction ?? "", answers), HasPassage = true, Scatter = match.Scatter,
        };
    }
}

/// <summary>What the reader makes of questions in their own passages.</summary>
/// <param name="Answerable">Questions with an answer in their passage; exact match and F1, in percent, are over these.</param>
/// <param name="Refusals">How well refusing tells the two kinds apart; null without unanswerable questions.</param>
/// <param name="Outcomes">Question by question; the best span is the prediction, whatever the null mass, and nothing was retrieved.</param>
public sealed record PassageReport(
    int Answerable, double ExactMatch, double F1, RefusalReport? Refusals, IReadOnlyList<QuestionOutcome> Outcomes)
{
    /// <exception cref="ArgumentException">No outcome is of a question with an answer.</exception>
    public static PassageReport Of(IReadOnlyList<QuestionOutcome> outcomes)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        var answerable = outcomes.Where(outcome => outcome.IsAnswerable).ToList();
        if (answerable.Count == 0)
            throw new ArgumentException("There is no question to measure. Give questions with their passages and answers.", nameof(outcomes));
        return new PassageReport(
            answerable.Count, 100 * answerable.Average(outcome => outcome.ExactMatch), 100 * answerable.Average(outcome => outcome.F1),
            RefusalReport.Of(
                [.. answerable.Select(outcome => outcome.NullMass)],
                [.. outcomes.Where(outcome => outcome.IsImpossible).Select(outcome => outcome.NullMass)]),
            outcomes);
    }
}

/// <summary>How well the null mass tells questions without an answer from the others.</summary>
/// <param name="Unanswerable">Questions without an answer.</param>
/// <param name="Auc">Chance, in percent, that a question without an answer has more null mass than one with an answer; ties count half.</param>
/// <param name="RecognisedAt">Percent of them that are refused by the threshold that refuses at most so many percent of the others.</param>
public sealed record RefusalReport(int Unanswerable, double Auc, IReadOnlyDictionary<int, double> RecognisedAt)
{
    private static readonly int[] FalseRefusals = [5, 8, 10, 15];

    /// <param name="answerable">Null mass of each question with an answer.</param>
    /// <param name="unanswerable">Null mass of each question without one.</param>
    /// <returns>Null where one of the two is empty.</returns>
    public static RefusalReport? Of(IReadOnlyList<double> answerable, IReadOnlyList<double> unanswerable)
    {
        ArgumentNullException.ThrowIfNull(answerable);
        ArgumentNullException.ThrowIfNull(unanswerable);
        if (answerable.Count == 0 || unanswerable.Count == 0)
            return null;
        var wrongOrder = unanswerable.Sum(mass => answerable.Sum(other => other > mass ? 1.0 : other == mass ? 0.5 : 0));
        var descending = answerable.OrderDescending().ToArray();
        return new RefusalReport(
            unanswerable.Count, 100 * (1 - wrongOrder / ((double)answerable.Count * unanswerable.Count)),
            FalseRefusals.ToDictionary(percent => percent, percent => Recognised(percent)));

        double Recognised(int percent)
        {
            // A question is refused when its null mass is above the threshold.
            var refused = percent * descending.Length / 100;
            var threshold = refused < descending.Length ? descending[refused] : 0;
            return 100.0 * unanswerable.Count(mass => mass > threshold) / unanswerable.Count;
        }
    }
}
