using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Featurization;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.PreTraining.Masking;
using RealmWeb.Engine.Text;
using RealmWeb.Engine.Training;
using static TorchSharp.torch;

namespace RealmWeb.Engine.PreTraining;

/// <summary>Masked language modelling over the blocks of a corpus: what BERT is before REALM begins. Paper §2.</summary>
public sealed class MaskedLanguageModelObjective : IObjective
{
    private const int MostDraws = 1000;

    private readonly RealmModel _model;
    private readonly IReadOnlyList<Block> _blocks;
    private readonly KnowledgeAugmentedEncoder _encoder;
    private readonly IMasking _masking;
    private readonly BucketedBatches<(InputRow Row, IReadOnlyList<MaskTarget> Targets)> _batches;
    private readonly int _maxLength;

    /// <param name="model">Has a masked-LM head.</param>
    /// <param name="blocks">At least one.</param>
    /// <param name="maxLength">Pieces of an input at most; longer blocks show a random window.</param>
    /// <param name="masking">What is hidden of each input, which is a window of a block rather than a sentence.</param>
    public MaskedLanguageModelObjective(RealmModel model, IReadOnlyList<Block> blocks, TrainingOptions training, int maxLength, IMasking masking)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(blocks);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(masking);
        if (blocks.Count == 0)
            throw new ArgumentException("The corpus has no passages. Import documents before pre-training on it.", nameof(blocks));
        _model = model;
        _blocks = blocks;
        _maxLength = maxLength;
        _masking = masking;
        _encoder = KnowledgeAugmentedEncoder.Of(model);
        _batches = new(training.Seed, training.BatchSize, Draw, example => example.Row.Length);
    }

    public string Stage => "Masked language model";

    public nn.Module Module => _encoder;

    public StepLoss Loss(long step)
    {
        var examples = _batches.Batch(step);
        using var scope = NewDisposeScope();
        List<InputRow> rows = [.. examples.Select(example => example.Row)];
        using var inputs = _model.Featurizer.Pack(rows, _model.Device);
        var length = inputs.Length;
        var positions = examples.SelectMany((example, row) => example.Targets.Select(target => row * length + target.Position)).ToArray();
        var pieces = examples.SelectMany(example => example.Targets.Select(target => (long)target.Piece)).ToArray();
        // [masks, V]
        var logits = _encoder.FlatLogits(inputs, tensor(positions, device: _model.Device));
        var targets = tensor(pieces, device: _model.Device);
        var loss = nn.functional.cross_entropy(logits, targets);
        var correct = logits.argmax(1).eq(targets).to(ScalarType.Float32).mean().item<float>();
        return new StepLoss(loss.MoveToOuterDisposeScope(), rows.Sum(row => (long)row.Length), rows.Count * length, rows.Count)
        {
            Metrics = new Dictionary<string, double> { ["accuracy"] = correct },
        };
    }

    private (InputRow, IReadOnlyList<MaskTarget>) Draw(Random random)
    {
        for (var attempt = 0; attempt < MostDraws; attempt++)
        {
            var block = _blocks[random.Next(_blocks.Count)];
            var all = _model.Tokenizer.Encode(block.Text);
            var count = Math.Min(all.Count, _maxLength - 2);
            var from = random.Next(all.Count - count + 1);
            Piece[] pieces = [.. all.Skip(from).Take(count)];
            // A passage in a script that the vocabulary lacks has nothing to predict.
            if (_masking.Mask(block.Text, pieces, random) is not { } masked)
                continue;
            for (var i = 0; i < pieces.Length; i++)
                pieces[i] = pieces[i] with { Id = masked.Ids[i] };
            // [CLS] comes before the first piece.
            return (_model.Featurizer.Query(pieces, _maxLength), [.. masked.Targets.Select(target => target with { Position = target.Position + 1 })]);
        }
        throw new InvalidOperationException(
            $"{MostDraws} passages drawn from the corpus hold nothing to mask: no piece of the model's vocabulary, or no salient span where those are hidden. "
                + $"Create a model from this corpus, pre-train on text in the model's language, or choose another masking.");
    }
}
