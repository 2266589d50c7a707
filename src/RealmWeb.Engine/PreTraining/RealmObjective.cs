using System.Globalization;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.PreTraining.Masking;
using RealmWeb.Engine.Retrieval.Lexical;
using RealmWeb.Engine.Tensors;
using RealmWeb.Engine.Training;
using RealmWeb.Engine.Training.Refresh;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace RealmWeb.Engine.PreTraining;

/// <summary>REALM pre-training: predicts what a sentence hides with the help of retrieved passages, and learns from that what to retrieve.
/// Paper §3.1–3.3; released model.py.</summary>
/// <remarks>Candidates are embedded again with the weights that train; the index only chooses them. Gradients reach the embedder through query and
/// candidates, and the encoder. Dispose it before what its index comes from.</remarks>
public sealed class RealmObjective : IObjective, IDisposable
{
    // Of the entropy that equal shares of all candidates have. Runs that went beyond it retrieved nothing of use any more (docs/experiments).
    private const double CollapsedShare = 0.9;

    // On a CPU: rows of like length need less filling, and few of them stay in its caches.
    private const int RowsAtOnce = 16;

    private readonly RealmModel _model;
    private readonly RealmPreTrainingOptions _options;
    private readonly RealmExamples _examples;
    private readonly TimeProvider _time;
    private readonly Towers _towers;

    /// <param name="model">Has a masked-LM head.</param>
    /// <param name="texts">X: blocks that sentences are taken from; at least one.</param>
    /// <param name="blocks">Z: blocks that are retrieved.</param>
    /// <param name="index">The index to search at a step.</param>
    /// <param name="lexical">Term search over <paramref name="blocks"/>; needed where the options ask for its candidates.</param>
    public RealmObjective(
        RealmModel model, IReadOnlyList<Block> texts, IBlockStore blocks, IMasking masking, RealmPreTrainingOptions options,
        Func<long, RefreshedIndex> index, TimeProvider time, ILexicalIndex? lexical = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(options);
        if (texts.Count == 0)
            throw new ArgumentException("There are no passages to take sentences from. Import documents into the corpus.", nameof(texts));
        if (options.LexicalCandidates > 0 && lexical is null)
            throw new ArgumentException("\"lexicalCandidates\" needs term search over the passages.", nameof(lexical));
        (_model, _options, _time) = (model, options, time);
        _examples = new RealmExamples(model, texts, blocks, masking, options, index, lexical);
        _towers = Towers.Of(model);
    }

    public string Stage => "REALM pre-training";

    public nn.Module Module => _towers;

    public string? Warning(IReadOnlyDictionary<string, double> averages)
    {
        ArgumentNullException.ThrowIfNull(averages);
        // One that does not learn loses nothing.
        return _options.RetrieverRate > 0 && averages.GetValueOrDefault("retrievalEntropy") > CollapsedShare * Math.Log(_options.Candidates)
            ? $"The retriever gives all {_options.Candidates} candidates nearly the same share, so it is losing what it had learned. Stop, and start again "
                + $"with a lower \"learningRate\" or a \"retrieverRate\" below {_options.RetrieverRate.ToString(CultureInfo.InvariantCulture)}."
            : null;
    }

    public double RateFactor(string name) => name.StartsWith("reader.", StringComparison.Ordinal) ? 1 : _options.RetrieverRate;

    public void Dispose() => _examples.Dispose();

    // A rate of 0 is no rate: what it multiplies stays as it is, and costs neither graph nor moments.
    public bool IsFrozen(string name, Parameter parameter) => RateFactor(name) == 0;

    public StepLoss Loss(long step)
    {
        using var scope = NewDisposeScope();
        var examples = _examples.Batch(step);
        using var batch = new RealmBatch(examples, _model.Featurizer, _model.Device, _model.Device.type == DeviceType.CPU ? RowsAtOnce : 0);
        Reseed(step, 0);
        var queries = EmbedQueries(batch);
        var (retrieval, reading) = Compare(batch, queries, [.. batch.Groups.Select(rows => Forward(batch, rows))]);
        var loss = Criterion(batch, retrieval, reading);
        return Report(step, examples, batch, loss, retrieval, reading) with { Loss = loss.MoveToOuterDisposeScope() };
    }

    public StepLoss Backward(long step, double scale = 1)
    {
        using var factor = scale.ToScalar();
        var perChunk = _options.InputsPerChunk;
        if (perChunk == 0 || perChunk >= _options.Training.BatchSize * _options.Candidates)
        {
            var direct = Loss(step);
            direct.Loss.mul(factor).backward();
            return direct;
        }
        return BackwardByChunks(step, factor, perChunk);
    }

    // Two passes. The first, without a graph, finds all vectors and gold log-probabilities and from them what the loss asks of each: these are small.
    // The second makes the graph of one chunk of candidates at a time and sends what is asked of it down. The sum is the direct gradient.
    private StepLoss BackwardByChunks(long step, Scalar factor, int perChunk)
    {
        using var scope = NewDisposeScope();
        var examples = _examples.Batch(step);
        using var batch = new RealmBatch(examples, _model.Featurizer, _model.Device, perChunk);
        Reseed(step, 0);
        // [b, d]
        var queries = EmbedQueries(batch);
        // Of each chunk: [rows, d], [rows, m]
        var found = new List<(Tensor Vectors, Tensor Gold)>();
        using (no_grad())
        {
            foreach (var (rows, chunk) in batch.Groups.Select((rows, chunk) => (rows, chunk)))
            {
                Reseed(step, 1 + chunk);
                found.Add(Forward(batch, rows));
            }
        }
        Autocast.ForgetWeights();
        foreach (var (vectors, gold) in found)
        {
            vectors.requires_grad_();
            gold.requires_grad_();
        }
        var (retrieval, reading) = Compare(batch, queries, found);
        var loss = Criterion(batch, retrieval, reading);
        loss.mul(factor).backward();
        foreach (var (rows, chunk) in batch.Groups.Select((rows, chunk) => (rows, chunk)))
        {
            using var chunkScope = NewDisposeScope();
            Reseed(step, 1 + chunk);
            var (vectors, gold) = Forward(batch, rows);
            (vectors * found[chunk].Vectors.grad!).sum().Plus((gold * found[chunk].Gold.grad!).sum()).backward();
        }
        return Report(step, examples, batch, loss, retrieval, reading) with { Loss = loss.detach().MoveToOuterDisposeScope() };
    }

    // [b, d]
    private Tensor EmbedQueries(RealmBatch batch)
    {
        using var noGradient = _options.RetrieverRate == 0 ? no_grad() : null;
        return _towers.QueryEmbedder.Embed(batch.Queries);
    }

    // Vectors [rows, d] and log p(y_j | z, x) [rows, m] of some candidate rows.
    private (Tensor Vectors, Tensor Gold) Forward(RealmBatch batch, int[] rows)
    {
        using var scope = NewDisposeScope();
        using var candidates = batch.CandidateInputs(rows);
        using var joint = batch.JointInputs(rows);
        var sentences = batch.SentencesOf(rows);
        Tensor vectors;
        using (_options.RetrieverRate == 0 ? no_grad() : null)
            vectors = _towers.Embedder.Embed(candidates);
        // [rows, 1, m]
        var gold = _towers.Encoder.GoldLogProbs(
            joint, batch.Positions.index_select(0, sentences), batch.Targets.index_select(0, sentences), batch.MasksOf(rows));
        return (vectors.MoveToOuterDisposeScope(), gold.squeeze(1).MoveToOuterDisposeScope());
    }

    // f(x, z) [b, k], where filling gets no probability, and log p(y_j | z, x) [b, k, m].
    private static (Tensor Scores, Tensor Gold) Compare(RealmBatch batch, Tensor queries, IReadOnlyList<(Tensor Vectors, Tensor Gold)> parts)
    {
        // [b, k, d]
        var vectors = batch.InRowOrder([.. parts.Select(part => part.Vectors)]).view(batch.Sentences, batch.Candidates, -1);
        var scores = (queries.unsqueeze(1) * vectors).sum(2).Plus(batch.Present.sub(Constants.One).mul(Constants.TenThousand));
        return (scores, batch.InRowOrder([.. parts.Select(part => part.Gold)]).view(batch.Sentences, batch.Candidates, batch.Masks));
    }

    private Tensor Criterion(RealmBatch batch, Tensor scores, Tensor gold) => _options.Marginal == Marginal.Token
        ? MarginalLikelihood.Loss(MarginalLikelihood.LogProbs(scores, gold), batch.Weights)
        : MarginalLikelihood.SequenceLogProbs(scores, gold, batch.Weights).mean().neg();

    private StepLoss Report(long step, IReadOnlyList<RealmExample> examples, RealmBatch batch, Tensor loss, Tensor scores, Tensor gold)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var used = _examples.Used!;
        // [b, k]
        var logProbs = nn.functional.log_softmax(scores, dim: 1);
        var metrics = new Dictionary<string, double>
        {
            ["retrievalEntropy"] = (logProbs.exp() * logProbs.clamp_min(Constants.MinusTenThousand)).sum(1).mean().neg().item<float>(),
            ["sourceFound"] = examples.Count(example => example.SourceFound) / (double)examples.Count,
            ["stalenessSteps"] = step / _options.Training.Accumulate - used.Step,
            ["stalenessSeconds"] = (_time.GetUtcNow() - used.TakenAt).TotalSeconds,
        };
        if (_options.NullDocument)
        {
            // log p(y | x) - log p(y | null, x), averaged over masked tokens: how much retrieval helps. Paper appendix D.
            var gain = (MarginalLikelihood.LogProbs(scores, gold) - gold.select(1, RealmExample.NullIndex)) * batch.Weights;
            metrics["retrievalUtility"] = (gain.sum() / batch.Weights.sum()).item<float>();
            metrics["nullMass"] = logProbs.select(1, RealmExample.NullIndex).exp().mean().item<float>();
        }
        return new StepLoss(loss, batch.Tokens, batch.PaddedTokens, batch.Sentences) { Metrics = metrics };
    }

    // Dropout of each part follows from step and part alone, so that the second pass of a chunk has the masks of the first.
    private void Reseed(long step, long part) => manual_seed(unchecked(_options.Training.Seed * 1_000_003L + step * 7_919L + part * 104_729L));

    /// <summary>What is trained, under the names that a model file has.</summary>
    private sealed class Towers : nn.Module
    {
        [ComponentName(Name = "embedder")]
        private readonly Embedder _embedder;
        [ComponentName(Name = "query_embedder")]
        private readonly Embedder? _queryEmbedder;
        [ComponentName(Name = "reader")]
        private readonly KnowledgeAugmentedEncoder _encoder;

        private Towers(Embedder embedder, Embedder? queryEmbedder, KnowledgeAugmentedEncoder encoder)
            : base(nameof(Towers))
        {
            (_embedder, _queryEmbedder, _encoder) = (embedder, queryEmbedder, encoder);
            RegisterComponents();
        }

        public static Towers Of(RealmModel model) => new(
            model.Embedder, ReferenceEquals(model.QueryEmbedder, model.Embedder) ? null : model.QueryEmbedder, KnowledgeAugmentedEncoder.Of(model));

        public Embedder Embedder => _embedder;

        public Embedder QueryEmbedder => _queryEmbedder ?? _embedder;

        public KnowledgeAugmentedEncoder Encoder => _encoder;
    }
}
