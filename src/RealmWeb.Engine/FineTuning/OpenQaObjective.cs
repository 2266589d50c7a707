using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Featurization;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Reading;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Retrieval.Lexical;
using RealmWeb.Engine.Tensors;
using RealmWeb.Engine.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace RealmWeb.Engine.FineTuning;

/// <summary>Trains question embedder and reader together: the questions of a step are embedded and searched for with the weights of the moment, the
/// retriever learns which blocks of its beam answer ("early update"), the reader which spans of the blocks read, and the reader's loss reaches the
/// embedder through the relevance in its logits. Paper §3.2; released orqa_model.py.</summary>
/// <remarks>Differs: several questions a step (the mean of their losses, so that one question is the released step); labelled passages, hard negatives
/// and "no answer" where options and data have them; with a trainable document tower the best candidates are embedded in the graph.</remarks>
public sealed class OpenQaObjective : IObjective
{
    private readonly RealmModel _model;
    private readonly OpenQaOptions _options;
    private readonly OpenQaExamples _examples;
    private readonly Func<long, IBlockIndex> _indexAt;
    private readonly ILexicalIndex _lexical;
    private readonly Func<long>? _builtAt;
    private readonly BlockTexts _texts;
    private readonly OpenQaBeams _beams;
    private readonly int _retrieverBeam;
    private readonly bool _usesLexical;
    private readonly int _lexicalBeam;

    /// <param name="indexAt">The index generation of an optimiser step; for a run that repeats, a function of the step alone.</param>
    /// <param name="builtAt">Optimiser steps that the embedder had taken when the generation was built that was given last; null where it never
    /// changes.</param>
    public OpenQaObjective(
        RealmModel model, OpenQaOptions options, OpenQaExamples examples, IBlockStore blocks, Func<long, IBlockIndex> indexAt, ILexicalIndex lexical,
            Func<long>? builtAt = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        if (options.DocumentTower == DocumentTower.Frozen && model.QueryEmbedder == model.Embedder)
            throw new ArgumentException(
                "With frozen block vectors the question tower has to be one of its own, or blocks embedded later would not fit them. Separate the towers "
                + "first.", nameof(model));
        (_model, _options, _examples, _indexAt, _lexical, _builtAt) = (model, options, examples, indexAt, lexical, builtAt);
        var readBeam = options.ReaderBeamSize ?? model.Options.Reader.BeamSize;
        _retrieverBeam = options.DocumentTower == DocumentTower.Trainable ? options.EmbeddedBeamSize : options.RetrieverBeamSize
            ?? model.Options.Retriever.BeamSize;
        _lexicalBeam = Math.Max(model.Answering.Beam, 2 * readBeam);
        _usesLexical = options.ReadBeam != RetrieverKind.Dense || options.HardNegativeShare > 0 || model.Reader.RelevanceWeights is not null;
        _texts = new BlockTexts(model, blocks);
        _beams = new OpenQaBeams(options, model, _texts, new AnswerMatching(options.Match, model.ReaderLength), readBeam);
        Module = TrainedParts.Of(
            options.DocumentTower == DocumentTower.Trainable ? model.Embedder : null, model.QueryEmbedder == model.Embedder ? null : model.QueryEmbedder,
                model.Reader);
    }

    public string Stage => "Retriever and reader";

    public nn.Module Module { get; }

    public StepLoss Loss(long step)
    {
        var batch = _options.Training.BatchSize;
        var randoms = Enumerable.Range(0, batch).Select(i => SeededRandom.At(_options.Training.Seed, step * batch + i)).ToArray();
        var questions = randoms.Select(_examples.Draw).ToArray();
        using var scope = NewDisposeScope();

        // Embed the questions, with dropout, so that the search is as noisy as the scores, as released.
        List<InputRow> queryRows = [.. questions.Select(question => question.Query)];
        using var queryInputs = _model.Featurizer.Pack(queryRows, _model.Device);
        // [batch, d]
        var queries = _model.QueryEmbedder.Embed(queryInputs);

        // Retrieve.
        var index = _indexAt(step / _options.Training.Accumulate);
        var hits = index.Search(queries.detach().cpu().data<float>().ToArray(), _retrieverBeam);
        var beams = new OpenQaBeam[batch];
        Parallel.For(0, batch, i =>
            beams[i] = _beams.Compose(questions[i], randoms[i], hits[i], _usesLexical ? _lexical.Search(questions[i].Example.Question, _lexicalBeam) : []));
        var (relevance, embedded) = Relevance(queries, beams, index);

        // Learn to retrieve.
        var zero = zeros(1, device: _model.Device);
        var retrieverLosses = relevance.Select((scores, i) => Marginal(scores, beams[i].Right) ?? zero).ToArray();
        // [batch]
        var losses = stack([.. retrieverLosses.Select(loss => loss.reshape([]))]);
        if (_options.ContrastiveWeight > 0)
        {
            using var weight = _options.ContrastiveWeight.ToScalar();
            losses = losses.Plus(stack([.. relevance.Select((scores, i) => (Marginal(scores, beams[i].Known) ?? zero).reshape([]))]) * weight);
        }

        // Learn to read.
        var readable = Enumerable.Range(0, batch).Where(i => beams[i].Read.Length > 0).ToArray();
        var readerLoss = zero.squeeze(0);
        if (readable.Length > 0)
        {
            // [rows read]
            var dense = cat([.. readable.Select(
                i => relevance[i].index_select(0, tensor(beams[i].Read.Select(place => (long)place).ToArray(), device: _model.Device)))], 0);
            using var count = ((double)batch).ToScalar();
            readerLoss = SpanReadingObjective.GroupLosses(_model.Reader, _model.Featurizer, [.. readable.Select(i => beams[i].Group)], dense, _model.Device)
                .sum() / count;
        }
        var retrieverLoss = losses.mean();
        var report = Report(retrieverLoss.Plus(readerLoss).MoveToOuterDisposeScope(), retrieverLoss, readerLoss, beams, [.. queryRows, .. embedded]);
        return _builtAt is null ? report
            : report with
            {
                Metrics = new Dictionary<string,
                double>(report.Metrics) { ["stalenessSteps"] = step / _options.Training.Accumulate - _builtAt() },
            };
    }

    /// <summary>f(x, z) of each beam, and the block inputs that were embedded for it.</summary>
    private (List<Tensor> Relevance, IReadOnlyList<InputRow> Embedded) Relevance(Tensor queries, OpenQaBeam[] beams, IBlockIndex index)
    {
        if (_options.DocumentTower == DocumentTower.Frozen)
            return ([.. beams.Select((beam, i) => Stored(beam, index).matmul(queries[i]))], []);
        var rows = beams.SelectMany(beam => beam.Rows).Distinct().ToArray();
        if (rows.Length == 0)
            return ([.. beams.Select(_ => zeros(0, device: _model.Device))], []);
        var texts = _texts.Get(rows);
        List<InputRow> inputRows = [.. rows.Select(row => texts[row].EmbedderRow)];
        using var inputs = _model.Featurizer.Pack(inputRows, _model.Device);
        // [blocks, d]
        var vectors = _model.Embedder.Embed(inputs);
        var places = rows.Select((row, place) => (row, place)).ToDictionary(item => item.row, item => (long)item.place);
        return ([.. beams.Select(
            (beam, i) => vectors.index_select(0, tensor(beam.Rows.Select(row => places[row]).ToArray(), device: _model.Device)).matmul(queries[i]))],
            inputRows);
    }

    // Vectors from the index; a block that was added since it was built counts as unrelated. Shape [blocks, d].
    // The copy that nan_to_num makes begins at an aligned address: on some processors the product below rounds by where its operands begin.
    private Tensor Stored(OpenQaBeam beam, IBlockIndex index) =>
        tensor(index.Vectors(beam.Rows), [beam.Rows.Length, index.Dimension], device: _model.Device).nan_to_num(0);

    private Tensor? Marginal(Tensor relevance, bool[] right) =>
        right.Length == 0 ? null : MarginalSpanLoss.Retriever(relevance, tensor(right, device: _model.Device));

    private static StepLoss Report(Tensor loss, Tensor retriever, Tensor reader, OpenQaBeam[] beams, IReadOnlyList<InputRow> embedded)
    {
        List<InputRow> read = [.. beams.SelectMany(beam => beam.Group.Candidates).Select(candidate => candidate.Row)];
        var rows = embedded.Concat(read).ToList();
        return new StepLoss(
            loss, rows.Sum(row => (long)row.Length), (long)embedded.Count * embedded.Max(row => row.Length)
                + (read.Count == 0 ? 0 : (long)read.Count * read.Max(row => row.Length)),
            beams.Length)
        {
            Metrics = new Dictionary<string, double>
            {
                ["retrieverLoss"] = retriever.item<float>(),
                ["readerLoss"] = reader.item<float>(),
                ["rightRetrieved"] = beams.Average(beam => Array.Exists(beam.Right, right => right) ? 1 : 0),
                ["rightFirst"] = beams.Average(beam => beam.Right.Length > 0 && beam.Right[0] ? 1 : 0),
                ["rightRead"] = beams.Average(beam => beam.Group.Candidates.Any(candidate => candidate.GoldSpans.Count > 0) ? 1 : 0),
            },
        };
    }
}
