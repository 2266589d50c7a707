using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.Featurization;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Progress;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.FineTuning;

/// <summary>Questions with what retrieval brings for them: the reader learns to choose among right and wrong blocks, and to say that none is right.</summary>
public sealed class JointExamples
{
    private readonly RealmModel _model;
    private readonly FineTuningOptions _options;
    private readonly List<(double Weight, List<Retrieved> Questions)> _sets = [];

    private JointExamples(RealmModel model, FineTuningOptions options)
    {
        _model = model;
        _options = options;
    }

    /// <summary>Number of questions.</summary>
    public int Count => _sets.Sum(set => set.Questions.Count);

    /// <summary>Retrieves for every question, as answering will.</summary>
    /// <param name="sets">Questions whose passages stand in the corpus, and questions that it does not answer; and how often each set is drawn from.</param>
    public static async Task<JointExamples> RetrieveAsync(
        RealmModel model, FineTuningOptions options, QuestionAnswerer answerer, IReadOnlyList<(IReadOnlyList<QuestionExample> Examples, double Weight)> sets,
        IProgress<OperationProgress>? progress, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(answerer);
        ArgumentNullException.ThrowIfNull(sets);
        var examples = new JointExamples(model, options);
        var started = time.GetTimestamp();
        long done = 0, total = sets.Sum(set => set.Examples.Count);
        foreach (var (questions, weight) in sets)
        {
            var usable = new List<Retrieved>();
            foreach (var question in questions)
            {
                // Twice as many as are shown, so that wrong ones remain when right ones are taken away.
                var found = await answerer.RetrieveAsync(question.Question, new AnswerOptions(2 * options.JointCandidates), cancellationToken);
                if (Usable(question, found, model.Reader.RelevanceWeights is not null) is { } retrieved)
                    usable.Add(retrieved);
                done++;
                progress?.Report(new OperationProgress(
                    "Retrieving for joint training", done, total, "questions", done / Math.Max(1e-3, time.GetElapsedTime(started).TotalSeconds)));
            }
            if (usable.Count > 0 && weight > 0)
                examples._sets.Add((weight, usable));
        }
        if (examples.Count == 0)
            throw new InvalidOperationException(
                "No question of the data finds its passage in the corpus. Import the passages of the questions into it and build its index.");
        return examples;
    }

    /// <summary>One question with its candidates.</summary>
    public ReaderGroup Draw(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var at = random.NextDouble() * _sets.Sum(set => set.Weight);
        var chosen = 0;
        while (chosen < _sets.Count - 1 && at >= _sets[chosen].Weight)
            at -= _sets[chosen++].Weight;
        var retrieved = _sets[chosen].Questions[random.Next(_sets[chosen].Questions.Count)];
        var candidates = retrieved.Candidates;
        if (random.NextDouble() < _options.JointWithoutAnswer && candidates.Any(candidate => candidate.Gold.Count == 0))
            candidates = [.. candidates.Where(candidate => candidate.Gold.Count == 0)];
        var shown = candidates.Take(_options.JointCandidates).ToList();
        // The right block is shown wherever it ranks, or the reader would see few hard questions.
        if (shown.TrueForAll(candidate => candidate.Gold.Count == 0) && candidates.FirstOrDefault(candidate => candidate.Gold.Count > 0) is { } right)
            shown[^1] = right;
        var question = _model.Tokenizer.Encode(retrieved.Question);
        var analysis = _model.Features?.Analyse(retrieved.Question, question);
        return new ReaderGroup([.. shown.Select(candidate => Reader(question, analysis, candidate))]);
    }

    // A reader without weights of relevance takes what answering would add, f(x, z), as it is.
    private static Retrieved? Usable(QuestionExample question, Candidates found, bool weighed)
    {
        var candidates = found.Blocks.Select((block, i) => new Candidate(
            block.Block, weighed ? found.DenseScores[i] : (float)found.Relevance[i], found.LexicalScores[i], Gold(question, block.Block))).ToList();
        // Right blocks are known by their surroundings; others that happen to hold the words are neither right nor wrong.
        var certain = question.IsImpossible
            ? candidates
            : [.. candidates.Where(
                candidate => candidate.Gold.Count > 0
                || !question.Answers.Any(answer => candidate.Block.Text.Contains(answer, StringComparison.OrdinalIgnoreCase)))];
        return certain.Count > 0 && (question.IsImpossible || certain.Any(candidate => candidate.Gold.Count > 0)) ? new Retrieved(question.Question, certain)
            : null;
    }

    private ReaderCandidate Reader(IReadOnlyList<Piece> question, QuestionAnalysis? analysis, Candidate candidate)
    {
        var body = _model.Tokenizer.Encode(candidate.Block.Text);
        var features = analysis is null ? null : _model.Features!.Compute(analysis, candidate.Block.Text, body);
        var row = _model.Featurizer.Reader(question, body, features, _model.ReaderLength);
        var gold = candidate.Gold
            .Select(span => PassageExamples.PieceSpan(body, span))
            .Where(span => span.Length > 0 && span.End <= row.BlockPieces)
            .Select(span => new TextSpan(span.Start + row.BlockStart, span.End + row.BlockStart))
            .Distinct().ToList();
        return new ReaderCandidate(row, gold, candidate.Dense, candidate.Lexical);
    }

    private static List<TextSpan> Gold(QuestionExample question, Block block)
    {
        if (question.IsImpossible || question.Context is null || question.AnswerStarts is not { } starts)
            return [];
        return [.. starts
            .Select((start, i) => AnswerPlaces.Find(block.Text, question.Context, new TextSpan(start, start + question.Answers[i].Length)))
            .OfType<TextSpan>().Distinct()];
    }

    private sealed record Candidate(Block Block, float Dense, float Lexical, List<TextSpan> Gold);

    private sealed record Retrieved(string Question, List<Candidate> Candidates);
}
