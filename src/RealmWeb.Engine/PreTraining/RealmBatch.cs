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
    private readonly Featurizer _featurizer;
    private readonly Device _device;

    public RealmBatch(IReadOnlyList<RealmExample> examples, Featurizer featurizer, Device device)
    {
        (_featurizer, _device) = (featurizer, device);
        Sentences = examples.Count;
        Candidates = examples.Max(example => example.Candidates.Count);
        Masks = examples.Max(example => example.Sentence.Targets.Count);
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
        foreach (var rows in new[] { queries, _candidates, _joint })
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

    /// <summary>Candidate inputs b * k, those of a sentence one after the other.</summary>
    public int Rows => _candidates.Count;

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
    public BertInputs CandidateInputs(int first, int count) => _featurizer.Pack(_candidates.GetRange(first, count), _device);

    /// <summary>Encoder inputs of some candidate rows; the caller disposes them.</summary>
    public BertInputs JointInputs(int first, int count) => _featurizer.Pack(_joint.GetRange(first, count), _device);

    public void Dispose()
    {
        Queries.Dispose();
        Positions.Dispose();
        Targets.Dispose();
        Weights.Dispose();
        Present.Dispose();
    }
}
