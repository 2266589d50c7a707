using RealmWeb.Engine.Featurization;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Reading;
using RealmWeb.Engine.Tensors;
using RealmWeb.Engine.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace RealmWeb.Engine.FineTuning;

/// <summary>Trains the reader: all spans of all candidates of a question compete, with no answer as one more outcome. Paper §3.2; released
/// orqa_model.py, whose marginal over every place of the answer this is.</summary>
/// <remarks>Differs: several questions a step; "no answer" has a logit of its own, learned from unanswerable questions, so that "not in the
/// corpus" is a trained outcome and not a threshold on spans.</remarks>
/// <param name="nullBias">Added to the logit of no answer, as answering adds it (<see cref="AnsweringDefaults.NullBias"/>).</param>
public sealed class SpanReadingObjective(
    SpanReader reader, Featurizer featurizer, int seed, int batchSize, Func<Random, ReaderGroup> draw, Device device, string stage = "Reader",
    double nullBias = 0) : IObjective
{
    /// <summary>Adam moves every number by at most the learning rate a step. What is right for the millions of an encoder would leave the two weights of
    /// relevance, whose useful values differ by several tenths, where they started.</summary>
    private const double RelevanceRateFactor = 50;

    private readonly BucketedBatches<ReaderGroup> _batches =
        new(seed, batchSize, draw, group => group.Candidates.Max(candidate => candidate.Row.Length));

    public string Stage => stage;

    public nn.Module Module => reader;

    public double RateFactor(string name) => name == SpanReader.RelevanceName ? RelevanceRateFactor : 1;

    public StepLoss Loss(long step)
    {
        var groups = _batches.Batch(step);
        var loss = GroupLoss(reader, featurizer, groups, device, nullBias);
        var rows = groups.SelectMany(group => group.Candidates).ToList();
        return new StepLoss(
            loss, rows.Sum(candidate => (long)candidate.Row.Length), (long)rows.Count * rows.Max(candidate => candidate.Row.Length), groups.Count);
    }

    /// <summary>Mean over questions of -log p(an answer span, or no answer where there is none).</summary>
    /// <param name="nullBias">Added to the logit of no answer.</param>
    /// <returns>A scalar with its graph.</returns>
    public static Tensor GroupLoss(SpanReader reader, Featurizer featurizer, IReadOnlyList<ReaderGroup> groups, Device device, double nullBias = 0)
    {
        using var scope = NewDisposeScope();
        return GroupLosses(reader, featurizer, groups, null, device, nullBias).mean().MoveToOuterDisposeScope();
    }

    /// <summary>-log p(an answer span, or no answer where that is right) of each question; 0 without a gradient where neither is there to be right.</summary>
    /// <param name="denseScores">Inner products of question and block with their graph, for training the retriever through the reader. Shape [rows], in
    /// the order of the candidates; null to take those of the candidates as they are.</param>
    /// <param name="nullBias">Added to the logit of no answer.</param>
    /// <returns>Shape [groups], with its graph.</returns>
    public static Tensor GroupLosses(
        SpanReader reader, Featurizer featurizer, IReadOnlyList<ReaderGroup> groups, Tensor? denseScores, Device device, double nullBias = 0)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(featurizer);
        using var scope = NewDisposeScope();
        var rows = groups.SelectMany(group => group.Candidates).ToList();
        var inputRows = rows.Select(candidate => candidate.Row).ToList();
        using var inputs = featurizer.Pack(inputRows, device);
        using var output = reader.Read(inputs, Featurizer.BlockMask(inputRows, device));
        // [rows, spans]
        var logits = output.SpanLogits;
        var (length, spans) = (inputs.Length, logits.shape[1]);
        if (Relevance(reader, rows, denseScores, device) is { } relevance)
            logits = logits.Plus(relevance.unsqueeze(1));
        var gold = GoldMask(rows, length, spans, reader.Options.MaxSpanWidth);

        var losses = new List<Tensor>();
        using var bias = nullBias.ToScalar();
        var row = 0;
        foreach (var group in groups)
        {
            var count = group.Candidates.Count;
            // [count * spans]
            var all = logits.narrow(0, row, count).reshape(-1);
            var correct = tensor(gold.AsSpan((int)(row * spans), (int)(count * spans)).ToArray(), device: device);
            if (output.NullLogits is { } nulls)
            {
                // No block answers: the odds of it are one over the summed odds that each one does.
                // [1]
                var none = (-nulls.narrow(0, row, count)).logsumexp(0).unsqueeze(0).neg().add(bias, Constants.One);
                all = cat([all, none], 0);
                correct = cat([correct, tensor(new[] { group.IsUnanswerable }, device: device)], 0);
            }
            losses.Add(MarginalSpanLoss.PerRow(all.unsqueeze(0), correct.unsqueeze(0)));
            row += count;
        }
        return cat(losses, 0).MoveToOuterDisposeScope();
    }

    /// <summary>What the blocks' relevance adds to their span logits. Shape [rows]; null where training gives none.</summary>
    private static Tensor? Relevance(SpanReader reader, List<ReaderCandidate> rows, Tensor? denseScores, Device device)
    {
        if (denseScores is null && rows.All(candidate => candidate is { DenseScore: 0, LexicalScore: 0 }))
            return null;
        // [rows]
        var dense = denseScores?.alias() ?? tensor(rows.Select(candidate => candidate.DenseScore).ToArray(), device: device);
        if (reader.RelevanceWeights is not { } weights)
            return dense;
        var lexical = tensor(rows.Select(candidate => candidate.LexicalScore).ToArray(), device: device);
        return (weights[0] * dense).Plus(weights[1] * lexical);
    }

    private static bool[] GoldMask(List<ReaderCandidate> rows, long length, long spans, int maxWidth)
    {
        var mask = new bool[rows.Count * spans];
        for (var r = 0; r < rows.Count; r++)
        {
            foreach (var span in rows[r].GoldSpans)
            {
                // An answer longer than the reader can say counts as unseen, not as no answer.
                if (span.Length <= maxWidth)
                    mask[r * spans + SpanNumbering.Number(length, span.Start, span.Length)] = true;
            }
        }
        return mask;
    }
}
