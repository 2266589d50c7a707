using RealmWeb.Engine.Bert;
using RealmWeb.Engine.Featurization;
using static TorchSharp.torch;

namespace RealmWeb.Engine.PreTraining;

/// <summary>The examples of one step as tensors. Sentences with fewer candidates than others, or fewer masks, are filled up; what filled them up has
/// no weight.</summary>
internal sealed class RealmBatch : IDisposable
{
    private readonly List<InputRow> _candidates = [];
    private readonly List<InputRow> _joint = [];
    private readonly int[] _order;
    private readonly int[] _masks;
    private readonly Featurizer _featurizer;
    private readonly Device _device;

    /// <param name="rowsPerGroup">Rows of a group at most, 0 for all in one.</param>
    public RealmBatch(IReadOnlyList<RealmExample> examples, Featurizer featurizer, Device device, int rowsPerGroup)
    {
        (_featurizer, _device) = (featurizer, device);
        Sentences = examples.Count;
        Candidates = examples.Max(example => example.Candidates.Count);
        Masks = examples.Max(example => example.Sentence.Targets.Count);
        _masks = [.. examples.Select(example => example.Sentence.Targets.Count)];
        var positions = new long[Sentences * Masks];
        var targets = new long[Sentences * Masks];
        var weights = new float[Sentences * Masks];
        var present = new float[Sentences * Candidates];
        for (var b = 0; b < Sentences; b++)
        {
            var example = examples[b];
            for (var m = 0; m < example.Sentence.Targets.Count; m++)
            {
                var target = example.Sentence.Targets[m];
                (positions[b * Masks + m], targets[b * Masks + m], weights[b * Masks + m]) = (target.Position, target.Piece, 1);
            }
            for (var n = 0; n < Candidates; n++)
            {
                var own = Math.Min(n, example.Candidates.Count - 1);
                _candidates.Add(example.Candidates[own]);
                _joint.Add(example.Joint[own]);
                present[b * Candidates + n] = n < example.Candidates.Count ? 1 : 0;
            }
        }
        List<InputRow> queries = [.. examples.Select(example => example.Sentence.Query)];
        Queries = featurizer.Pack(queries, device);
        using var scope = NewDisposeScope();
        Positions = tensor(positions, [Sentences, Masks], device: device).DetachFromDisposeScope();
        Targets = tensor(targets, [Sentences, Masks], device: device).DetachFromDisposeScope();
        Weights = tensor(weights, [Sentences, Masks], device: device).DetachFromDisposeScope();
        Present = tensor(present, [Sentences, Candidates], device: device).DetachFromDisposeScope();
        _order = [.. Enumerable.Range(0, _joint.Count).OrderBy(row => _joint[row].Length)];
        Groups = [.. _order.Chunk(rowsPerGroup == 0 ? _order.Length : rowsPerGroup)];
        foreach (var rows in Groups.SelectMany(group => new[] { Of(_candidates, group), Of(_joint, group) }).Prepend(queries))
        {
            Tokens += rows.Sum(row => (long)row.Length);
            PaddedTokens += (long)rows.Count * rows.Max(row => row.Length);
        }
    }

    /// <summary>Number of sentences b.</summary>
    public int Sentences { get; }

    /// <summary>Number of candidates k.</summary>
    public int Candidates { get; }

    /// <summary>Number of masks m.</summary>
    public int Masks { get; }

    /// <summary>The rows b * k (those of a sentence one after the other) by length of their joint inputs: what is packed together needs little filling, and
    /// the null document's rows are the shortest.</summary>
    public IReadOnlyList<int[]> Groups { get; }

    /// <summary>b rows.</summary>
    public BertInputs Queries { get; }

    /// <summary>Shape [b, m].</summary>
    public Tensor Positions { get; }

    /// <summary>Shape [b, m].</summary>
    public Tensor Targets { get; }

    /// <summary>1 = a masked token, 0 = filling. Shape [b, m].</summary>
    public Tensor Weights { get; }

    /// <summary>1 = a candidate, 0 = filling. Shape [b, k].</summary>
    public Tensor Present { get; }

    public long Tokens { get; }

    public long PaddedTokens { get; }

    /// <summary>Embedder inputs of some candidate rows; the caller disposes them.</summary>
    public BertInputs CandidateInputs(int[] rows) => _featurizer.Pack(Of(_candidates, rows), _device);

    /// <summary>Encoder inputs of some candidate rows; the caller disposes them.</summary>
    public BertInputs JointInputs(int[] rows) => _featurizer.Pack(Of(_joint, rows), _device);

    /// <summary>The sentences that some candidate rows belong to, shape [rows], int64; the caller disposes it.</summary>
    public Tensor SentencesOf(int[] rows) => tensor([.. rows.Select(row => (long)(row / Candidates))], device: _device);

    /// <summary>Which of the masks of some candidate rows are no filling: indices into [rows * m], int64; the caller disposes it.</summary>
    public Tensor MasksOf(int[] rows) =>
        tensor([.. rows.SelectMany((row, i) => Enumerable.Range(0, _masks[row / Candidates]).Select(m => (long)i * Masks + m))], device: _device);

    /// <summary>What was computed group by group, in the order of the rows.</summary>
    /// <param name="parts">One a group, shape [rows of the group, ...].</param>
    /// <returns>Shape [b * k, ...]; the caller disposes it.</returns>
    public Tensor InRowOrder(IReadOnlyList<Tensor> parts)
    {
        using var scope = NewDisposeScope();
        var places = new long[_order.Length];
        for (var i = 0; i < _order.Length; i++)
            places[_order[i]] = i;
        return cat([.. parts]).index_select(0, tensor(places, device: _device)).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        Queries.Dispose();
        Positions.Dispose();
        Targets.Dispose();
        Weights.Dispose();
        Present.Dispose();
    }

    private static List<InputRow> Of(List<InputRow> inputs, int[] rows) => [.. rows.Select(row => inputs[row])];
}
