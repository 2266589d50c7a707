using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Progress;
using RealmWeb.Engine.Questions;

namespace RealmWeb.Engine.Evaluation;

/// <summary>Asks every question of a set and compares.</summary>
public static class Evaluator
{
    // Rank fusion depends a little on how deep its lists are. Up to here ranks are those of the lists that answering merges.
    private const int AnsweringDepth = 20;

    private static readonly AnswerResult Unread = new("", null, NoAnswer: true, 0, 1, [], [], new AnswerTimings(default, default, default, default), "");

    /// <summary>Retrieves, reads and scores.</summary>
    /// <param name="k">Passages to answer from; retrieval is measured deeper.</param>
    /// <returns>One outcome a question, in order.</returns>
    public static async Task<IReadOnlyList<QuestionOutcome>> RunAsync(
        QuestionAnswerer answerer, IReadOnlyList<QuestionExample> questions, int k, RetrieverKind retriever, TimeProvider time,
        IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(answerer);
        ArgumentNullException.ThrowIfNull(questions);
        var outcomes = new List<QuestionOutcome>(questions.Count);
        var started = time.GetTimestamp();
        foreach (var question in questions)
        {
            var (retrieved, documents) = await RetrieveAsync(answerer, question, retriever, cancellationToken);
            var result = await answerer.AnswerAsync(question.Question, new AnswerOptions(k, retriever), null, cancellationToken);
            outcomes.Add(Judge(question, retrieved, result, documents) with
            {
                ReaderOracle = Oracle(answerer, question, result),
                Milliseconds = result.Timings.Total.TotalMilliseconds,
                Evidence = [.. result.Evidence.Select(Passage)],
            });
            var seconds = Math.Max(1e-3, time.GetElapsedTime(started).TotalSeconds);
            progress?.Report(new OperationProgress("Evaluating", outcomes.Count, questions.Count, "questions", outcomes.Count / seconds));
        }
        return outcomes;
    }

    /// <summary>Retrieves alone: ranks of the answering passages, without reading. Zero-shot recall of the paper's table 2.</summary>
    /// <returns>One outcome a question, in order, without a prediction.</returns>
    public static async Task<IReadOnlyList<QuestionOutcome>> RetrieveAsync(
        QuestionAnswerer answerer, IReadOnlyList<QuestionExample> questions, RetrieverKind retriever, TimeProvider time,
        IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(answerer);
        ArgumentNullException.ThrowIfNull(questions);
        var outcomes = new List<QuestionOutcome>(questions.Count);
        var started = time.GetTimestamp();
        foreach (var question in questions)
        {
            var (retrieved, documents) = await RetrieveAsync(answerer, question, retriever, cancellationToken);
            outcomes.Add(Judge(question, retrieved, Unread, documents));
            var seconds = Math.Max(1e-3, time.GetElapsedTime(started).TotalSeconds);
            progress?.Report(new OperationProgress("Retrieving", outcomes.Count, questions.Count, "questions", outcomes.Count / seconds));
        }
        return outcomes;
    }

    /// <summary>Scores one result.</summary>
    /// <param name="retrieved">Best first, as deep as retrieval is measured.</param>
    /// <param name="documents">Id in its file of the document of each; needed where the question judges documents.</param>
    public static QuestionOutcome Judge(
        QuestionExample question, IReadOnlyList<Block> retrieved, AnswerResult result, IReadOnlyList<string>? documents = null)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(retrieved);
        ArgumentNullException.ThrowIfNull(result);
        var prediction = result.Candidates.Count == 0 ? null : result.Candidates[0].Text;
        var given = prediction ?? "";
        var ranking = documents is null ? null : DocumentRanking.Of(documents);
        var hasWords = question.Answers.Count > 0;
        // A pattern decides even where a line has answers beside it: it is what the published scores of such sets count.
        double? matched = question.AnswerRegex is { } pattern ? prediction is not null && AnswerMetrics.MatchesAtStart(given, [pattern]) ? 1 : 0 : null;
        return new QuestionOutcome(
            question.Id, question.Question, question.Answers, prediction, result.NoAnswer, result.NullMass, result.Confidence,
            matched ?? AnswerMetrics.ExactMatch(given, question.Answers),
            hasWords ? AnswerMetrics.F1(given, question.Answers) : matched ?? 0,
            Rank(retrieved, (block, i) => GoldPassages.Answers(question, block, documents?[i])))
        {
            AnswerRegex = question.AnswerRegex,
            ExactMatchOrqa = matched ?? AnswerMetrics.ExactMatchDecomposed(given, question.Answers),
            AnswerRank = Rank(retrieved, (block, _) => GoldPassages.HoldsAnswer(question, block)),
            PassageRank = Rank(retrieved, (block, _) => GoldPassages.IsOwnPassage(question, block)),
            DocumentRank = ranking is null ? null : DocumentRanking.Rank(ranking, question.Relevant),
            Ndcg = ranking is null ? null : DocumentRanking.Ndcg(ranking, question.Relevant),
            Unscaled = result.Unscaled,
            ConfidenceAt = result.ConfidenceAt,
            HasPassage = question.Context is { Length: > 0 },
            PassageOnly = !question.IsImpossible && !hasWords && question.AnswerRegex is null,
        };
    }

    private static async Task<(IReadOnlyList<Block> Blocks, IReadOnlyList<string>? Documents)> RetrieveAsync(
        QuestionAnswerer answerer, QuestionExample question, RetrieverKind retriever, CancellationToken cancellationToken)
    {
        var near = await answerer.RetrieveAsync(question.Question, new AnswerOptions(AnsweringDepth, retriever), cancellationToken);
        var far = await answerer.RetrieveAsync(question.Question, new AnswerOptions(EvaluationReport.Depths[^1], retriever), cancellationToken);
        List<StoredBlock> found = [.. near.Blocks.Concat(far.Blocks).DistinctBy(block => block.Row).Take(EvaluationReport.Depths[^1])];
        return ([.. found.Select(block => block.Block)], question.Relevant.Count == 0 ? null : answerer.DocumentsOf(found));
    }

    private static ReadPassage Passage(Evidence evidence)
    {
        var block = evidence.Block.Block;
        return new ReadPassage(
            block.Id, evidence.Block.DocumentId, block.Title, block.Text, block.Start, evidence.Span?.Start, evidence.Span?.End,
            evidence.RetrievalProbability, evidence.Share);
    }

    private static bool Oracle(QuestionAnswerer answerer, QuestionExample question, AnswerResult result)
    {
        var oracle = new ReaderOracle(answerer.Model, question);
        return result.Evidence.Any(evidence => evidence.Span is not null && oracle.Finds(evidence.Block.Block));
    }

    private static int? Rank(IReadOnlyList<Block> retrieved, Func<Block, int, bool> counts)
    {
        for (var i = 0; i < retrieved.Count; i++)
        {
            if (counts(retrieved[i], i))
                return i + 1;
        }
        return null;
    }
}
