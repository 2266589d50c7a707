using System.ComponentModel.DataAnnotations;
using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Training;
using RealmWeb.Engine.Training.Refresh;

namespace RealmWeb.Engine.FineTuning;

/// <summary>Which retrieved blocks count as right for the retriever. The reader's right spans are always found by word pieces.</summary>
public enum AnswerMatch
{
    /// <summary>An answer stands in the block's text, letter for letter, not necessarily as whole words: the released HasAnswer.</summary>
    Substring,

    /// <summary>An answer's word pieces stand in the part of the block that the reader would see: the published port.</summary>
    Pieces,

    /// <summary>Where the right passages of a question are known, they alone; blocks that merely hold the words are then neither right nor wrong.
    /// Elsewhere as <see cref="Substring"/>.</summary>
    Passages,
}

/// <summary>Whether the embedder of blocks trains.</summary>
public enum DocumentTower
{
    /// <summary>Block vectors stay those of the index, as released: questions get an embedder of their own, and the index stays valid.</summary>
    Frozen,

    /// <summary>The best candidates are embedded in the graph with the weights of the moment, and the index is built again every so many steps.</summary>
    Trainable,
}

/// <summary>Fine-tuning of retriever and reader together through retrieval. Paper §3.2 "Open-QA fine-tuning"; released orqa_model.py, whose losses the
/// defaults give where no line has its passage and none is unanswerable.</summary>
public sealed record OpenQaOptions
{
    /// <summary>Steps, rate and questions a step. Released: 1 question, rate 1e-5.</summary>
    public TrainingOptions Training { get; init; } = new() { LearningRate = 1e-5, BatchSize = 1 };

    /// <summary>Blocks that the retriever's loss is over; null for the model's <c>searcher_beam_size</c> (released: 5000). A smaller corpus gives all it
    /// has.</summary>
    [Range(1, 1_000_000)]
    public int? RetrieverBeamSize { get; init; }

    /// <summary>Blocks that are read; null for the model's <c>reader_beam_size</c> (released: 5).</summary>
    [Range(1, 1000)]
    public int? ReaderBeamSize { get; init; }

    public AnswerMatch Match { get; init; } = AnswerMatch.Substring;

    /// <summary>Where the blocks that are read come from: <c>dense</c> as released, or <c>hybrid</c> as answering does.</summary>
    public RetrieverKind ReadBeam { get; init; } = RetrieverKind.Dense;

    /// <summary>The block with a line's <c>context</c> counts as right, joins both beams, and its marked answers are its right spans.</summary>
    public bool GoldPassages { get; init; } = true;

    /// <summary>Weight of a further loss, -log of the probability of the labelled passages alone over the retriever's beam. Needs
    /// <see cref="GoldPassages"/> or annotators' grades. Paper appendix B.</summary>
    [Range(0.0, 1000.0)]
    public double ContrastiveWeight { get; init; }

    /// <summary>Share of the blocks read that are hard negatives: graded 0 by an annotator, else the best by BM25 that do not hold an answer.</summary>
    [Range(0.0, 1.0)]
    public double HardNegativeShare { get; init; }

    /// <summary>Share of questions whose right blocks are kept from the reader, so that "no answer" is right. For models with that outcome.</summary>
    [Range(0.0, 1.0)]
    public double WithoutAnswer { get; init; }

    public DocumentTower DocumentTower { get; init; } = DocumentTower.Frozen;

    /// <summary>With a trainable document tower: the retriever's beam, whose blocks are embedded in the graph.</summary>
    [Range(1, 10_000)]
    public int EmbeddedBeamSize { get; init; } = 32;

    /// <summary>With a trainable document tower: when the index is built again. Synchronous, so that a resumed run sees the generations that it would have
    /// seen; asynchronous
    /// as in pre-training does not wait for them.</summary>
    public RefreshOptions Refresh { get; init; } = new() { Mode = RefreshMode.Synchronous };
}
