using RealmWeb.Engine.Bert;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Tensors;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace RealmWeb.Engine.PreTraining;

/// <summary>p(y | z, x): predicts the masked tokens of a sentence that is read together with a candidate. Paper §3.2.</summary>
public sealed class KnowledgeAugmentedEncoder : nn.Module
{
    [ComponentName(Name = "realm")]
    private readonly BertEncoder _bert;
    [ComponentName(Name = "cls")]
    private readonly MaskedLanguageModelHead _head;

    public KnowledgeAugmentedEncoder(BertOptions options)
        : base(nameof(KnowledgeAugmentedEncoder))
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        _bert = new(options);
        _head = new(options);
        RegisterComponents();
    }

    private KnowledgeAugmentedEncoder(BertOptions options, BertEncoder bert, MaskedLanguageModelHead head)
        : base(nameof(KnowledgeAugmentedEncoder))
    {
        (Options, _bert, _head) = (options, bert, head);
        RegisterComponents();
    }

    public BertOptions Options { get; }

    /// <summary>The encoder of a model: its reader's BERT and its masked-LM head. The model owns both.</summary>
    /// <exception cref="ArgumentException">The model has no head.</exception>
    public static KnowledgeAugmentedEncoder Of(RealmModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var head = model.Head ?? throw new ArgumentException(
            $"{model.Name} has no masked-LM head, which predicts the masked words. Give it one first ({nameof(RealmModel.WithHead)}).", nameof(model));
        return new KnowledgeAugmentedEncoder(model.Options.Encoder, model.Reader.Bert, head);
    }

    /// <summary>The encoder below the masked-LM head.</summary>
    public BertEncoder Bert => _bert;

    /// <summary>Scores of all wordpieces at positions of the flattened batch, where rows have different numbers of masks.</summary>
    /// <param name="inputs">n rows of length s.</param>
    /// <param name="positions">row * s + position. Shape [masks], int64.</param>
    /// <returns>Shape [masks, vocabulary]. The caller disposes it.</returns>
    public Tensor FlatLogits(BertInputs inputs, Tensor positions)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        using var scope = NewDisposeScope();
        // [n, s, hidden]
        var (hidden, _) = _bert.Encode(inputs, pool: false);
        // [masks, hidden]
        var masked = hidden.reshape(-1, hidden.shape[2]).index_select(0, positions);
        return _head.Logits(masked, _bert.WordEmbeddings).MoveToOuterDisposeScope();
    }

    /// <summary>Scores of all wordpieces at some positions.</summary>
    /// <param name="inputs">n rows: [CLS] masked sentence [SEP] block [SEP], or a sentence alone.</param>
    /// <param name="positions">Positions in each row, padded with any valid one. Shape [n, masks], int64.</param>
    /// <returns>Shape [n, masks, vocabulary]. The caller disposes it.</returns>
    public Tensor Logits(BertInputs inputs, Tensor positions)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        Shapes.Require(positions, inputs.Count, Shapes.Any);
        using var scope = NewDisposeScope();
        // [n, s, hidden]
        var (hidden, _) = _bert.Encode(inputs, pool: false);
        // [n, masks, hidden]
        var masked = hidden.gather(1, positions.unsqueeze(-1).expand(-1, -1, hidden.shape[2]));
        // [n, masks, vocabulary]
        return _head.Logits(masked, _bert.WordEmbeddings).MoveToOuterDisposeScope();
    }

    /// <summary>log p(y_j | z, x) of the right tokens.</summary>
    /// <param name="inputs">batch * k rows, the candidates of a sentence one after the other.</param>
    /// <param name="positions">Masked positions of each sentence, the same in all its candidates. Shape [batch, masks], int64.</param>
    /// <param name="targets">The right wordpieces. Shape [batch, masks], int64.</param>
    /// <param name="counted">Indices into the flattened [batch * k * masks] of those that are no filling; the others are 0 and not computed, which saves most
    /// of the work where few sentences have many masks. Null for all. Shape [counted], int64.</param>
    /// <returns>Nats, shape [batch, k, masks]. The caller disposes it.</returns>
    /// <exception cref="TensorShapeException">Rows cannot be shared out evenly, or positions and targets differ.</exception>
    public Tensor GoldLogProbs(BertInputs inputs, Tensor positions, Tensor targets, Tensor? counted = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        Shapes.Require(positions, Shapes.Any, Shapes.Any);
        Shapes.Require(targets, positions.shape);
        var (batch, masks) = (positions.shape[0], positions.shape[1]);
        if (batch == 0 || inputs.Count % batch != 0)
            throw new TensorShapeException(
                $"{inputs.Count} joint inputs cannot be shared out evenly to {batch} sentences. Give every sentence the same number k of candidates.");
        var k = inputs.Count / batch;
        using var scope = NewDisposeScope();
        // [batch * k, masks]
        var (ofRows, gold) = (positions.repeat_interleave(k, 0), targets.repeat_interleave(k, 0));
        if (counted is null)
        {
            // [batch * k, masks, vocabulary]
            var logProbs = nn.functional.log_softmax(Logits(inputs, ofRows), dim: 2);
            // [batch, k, masks]
            return logProbs.gather(2, gold.unsqueeze(-1)).view(batch, k, masks).MoveToOuterDisposeScope();
        }
        // [batch * k, masks]: row * s + position
        var flat = tensor([.. Enumerable.Range(0, (int)inputs.Count).Select(row => row * inputs.Length)], [inputs.Count, 1], device: positions.device)
            .Plus(ofRows);
        // [counted, vocabulary]
        var counting = nn.functional.log_softmax(FlatLogits(inputs, flat.reshape(-1).index_select(0, counted)), dim: 1);
        // [counted]
        var picked = counting.gather(1, gold.reshape(-1).index_select(0, counted).unsqueeze(-1)).squeeze(-1);
        // [batch, k, masks]
        return zeros(batch * k * masks, dtype: picked.dtype, device: picked.device).scatter(0, counted, picked).view(batch, k, masks).MoveToOuterDisposeScope();
    }
}
