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

    /// <summary>Where nothing is said, as many as the model's configuration names (released: 5000). A smaller corpus gives all that it has.</summary>
    [Range(1, 1_000_000)]
    [Display(Name = "Passages that the retriever learns from")]
    public int? RetrieverBeamSize { get; init; }

    /// <summary>Where nothing is said, as many as the model's configuration names (released: 5).</summary>
    [Range(1, 1000)]
    [Display(Name = "Passages that are read")]
    public int? ReaderBeamSize { get; init; }

    /// <summary>Which retrieved passages are right for the retriever: those that hold an answer letter for letter (substring), those that hold its word
    /// pieces where the reader would see them (pieces), or, where the passages of a question are known, they alone (passages).</summary>
    [Display(Name = "What counts as right")]
    public AnswerMatch Match { get; init; } = AnswerMatch.Substring;

    /// <summary>By the embedder alone (dense), as released, or as answering does (hybrid).</summary>
    [Display(Name = "How the read passages are found")]
    public RetrieverKind ReadBeam { get; init; } = RetrieverKind.Dense;

    /// <summary>The passage that comes with a question counts as right and is always among those that are learned from and read, with the answers marked in
    /// it.</summary>
    public bool GoldPassages { get; init; } = true;

    /// <summary>Weight of a further loss: -log of the probability that the labelled passages alone have among those the retriever learns from. Needs
    /// <see cref="GoldPassages"/> or annotators' grades. Paper appendix B.</summary>
    [Range(0.0, 1000.0)]
    public double ContrastiveWeight { get; init; }

    /// <summary>Share of the read passages that are hard negatives: graded 0 by an annotator, else the best by BM25 that do not hold an answer.</summary>
    [Range(0.0, 1.0)]
    public double HardNegativeShare { get; init; }

    /// <summary>Share of questions whose right passages are kept from the reader, so that "no answer" is right. For models with that outcome.</summary>
    [Range(0.0, 1.0)]
    [Display(Name = "Share without an answer")]
    public double WithoutAnswer { get; init; }

    /// <summary>Whether the embedder of passages stays as it is, so that the index stays valid, or trains too.</summary>
    [Display(Name = "Embedder of passages")]
    public DocumentTower DocumentTower { get; init; } = DocumentTower.Frozen;

    /// <summary>Where the embedder of passages trains: how many passages a question's step embeds anew and learns from.</summary>
    [Range(1, 10_000)]
    [Display(Name = "Passages embedded in each step")]
    public int EmbeddedBeamSize { get; init; } = 32;

    /// <summary>Where the embedder of passages trains: when the index is built again. Synchronous, so that a resumed run sees the indexes that it would have
    /// seen; asynchronous, as in pre-training, does not wait for them.</summary>
    [Display(Name = "New indexes")]
    public RefreshOptions Refresh { get; init; } = new() { Mode = RefreshMode.Synchronous };
}
