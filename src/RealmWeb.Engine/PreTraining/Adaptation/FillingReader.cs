using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Featurization;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Text;
using static TorchSharp.torch;

namespace RealmWeb.Engine.PreTraining.Adaptation;

/// <summary>p(y | z, x) as the paper has it (§3.2, knowledge-augmented encoder): the sentence with [MASK] for each piece of y is read together with z, and the
/// masked-LM head says how probable the pieces of y are there.</summary>
internal sealed class FillingReader
{
    private readonly RealmModel _model;
    private readonly KnowledgeAugmentedEncoder _encoder;

    /// <exception cref="InvalidOperationException">The model has no masked-LM head.</exception>
    public FillingReader(RealmModel model)
    {
        if (model.Head is null)
            throw new InvalidOperationException(
                $"{model.Name} has no masked-LM head, which \"likelihood\": \"Filling\" reads with. Train one first (`realm pretrain --objective mlm`), or "
                + "choose \"Reading\".");
        (_model, _encoder) = (model, KnowledgeAugmentedEncoder.Of(model));
        _encoder.eval();
    }

    /// <summary>The product over the pieces of y of p(piece | z, x), for each block. Blocks that do not hold y are not asked about: in the sum of
    /// <see cref="ExactMarginal"/> they are 0.</summary>
    public double[] Read(RetrievableSpan span, IReadOnlyList<Block> blocks)
    {
        var pieces = _model.Tokenizer.Encode(span.Sentence);
        var hidden = pieces.Select((piece, i) => (Piece: piece, At: i)).Where(entry => Overlap(entry.Piece, span.Span)).ToList();
        if (hidden.Count == 0)
            return new double[blocks.Count];
        IReadOnlyList<Piece> masked = [.. pieces.Select(piece => Overlap(piece, span.Span) ? piece with { Id = _model.Vocabulary.MaskId } : piece)];
        var features = _model.Features?.Analyse(span.Question, _model.Tokenizer.Encode(span.Question));
        List<InputRow> rows = [.. blocks.Select(block =>
        {
            var body = _model.Tokenizer.Encode(block.Text);
            return _model.Featurizer.Joint(
                masked, body, features is null ? null : _model.Features!.Compute(features, block.Text, body), _model.Options.Encoder.MaxPositions);
        })];
        using var noGradient = inference_mode();
        using var scope = NewDisposeScope();
        using var inputs = _model.Featurizer.Pack(rows, _model.Device);
        // [CLS] stands before the sentence.
        var positions = tensor([.. hidden.Select(entry => entry.At + 1L)], [1, hidden.Count], device: _model.Device);
        var targets = tensor([.. hidden.Select(entry => (long)entry.Piece.Id)], [1, hidden.Count], device: _model.Device);
        // [1, blocks, pieces]
        var logProbs = _encoder.GoldLogProbs(inputs, positions, targets);
        return logProbs.sum(2).exp().to(ScalarType.Float64).cpu().data<double>().ToArray();
    }

    private static bool Overlap(Piece piece, TextSpan span) => piece.Start < span.End && piece.End > span.Start;
}
