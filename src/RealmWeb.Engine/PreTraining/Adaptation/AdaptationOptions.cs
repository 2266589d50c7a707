using System.ComponentModel.DataAnnotations;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.PreTraining.Masking;
using RealmWeb.Engine.Training;
using RealmWeb.Engine.Training.Refresh;

namespace RealmWeb.Engine.PreTraining.Adaptation;

/// <summary>What `realm adapt` does; a JSON file.</summary>
public sealed record AdaptationOptions
{
    /// <summary>Of each round. The tower of questions alone is trained unless <see cref="BlockTower"/> says otherwise, without dropout.</summary>
    public TrainingOptions Training { get; init; } = new()
    {
        Steps = 200, LearningRate = 2e-5, BatchSize = 32, WarmUpSteps = 20, CheckpointEvery = 50, Frozen = ["word_embeddings"],
    };

    /// <summary>How often a round goes over its examples, at most: where few sentences are answered, it takes fewer steps than were asked for, since the tower
    /// would learn the examples by heart.</summary>
    [Range(0.01, 1000.0)]
    [Display(Name = "Epochs at most")]
    public double MostEpochs { get; init; } = 8;

    /// <summary>How often examples are made anew and trained on; each round begins with what the one before left.</summary>
    [Range(1, 20)]
    public int Rounds { get; init; } = 1;

    /// <summary>Sentences that a round hides a span of.</summary>
    [Range(1, 10_000_000)]
    public int Sentences { get; init; } = 4000;

    /// <summary>Other documents that hold the span, at least: a fact that stands once cannot be looked up elsewhere.</summary>
    [Range(1, 1000)]
    [Display(Name = "Documents at least")]
    public int LeastDocuments { get; init; } = 1;

    /// <summary>Other documents that hold the span, at most: what stands everywhere says nothing of any.</summary>
    [Range(1, 100_000)]
    [Display(Name = "Documents at most")]
    public int MostDocuments { get; init; } = 50;

    /// <summary>Prefers spans that recur in the documents that hold them: those are what documents are about, while words of general language stand once here
    /// and once there (Church and Gale 1995).</summary>
    [Display(Name = "Prefer what recurs")]
    public bool Recurring { get; init; } = true;

    /// <summary>Where names, dates and numbers come from; terms of one to three words come on top.</summary>
    public SalientSpanOptions Salient { get; init; } = new();

    /// <summary>Which of the holders of a span are read.</summary>
    [Display(Name = "Which passages are read")]
    public HolderOrder Order { get; init; }

    /// <summary>Holders that are read for an example.</summary>
    [Range(1, 100)]
    [Display(Name = "Passages that are read")]
    public int Read { get; init; } = 4;

    /// <summary>Examples whose passages give what is hidden less probability than this, all together, are left out: no passage answers them.</summary>
    [Range(0.0, 1.0)]
    [Display(Name = "Least reading probability")]
    public double LeastReading { get; init; } = 0.02;

    /// <summary>Where p(y | z, x) comes from.</summary>
    [Display(Name = "Likelihood of a passage")]
    public BlockLikelihoodSource Likelihood { get; init; }

    /// <summary>Of a batch, how much asks for the passage that a sentence was taken from (the inverse cloze task), in place of what the sentence hides. 1 reads
    /// no passages.</summary>
    [Range(0.0, 1.0)]
    public double InverseClozeShare { get; init; } = 0.5;

    /// <summary>Of the words that a sentence shares with the passages that count for it, how many are left out of the sentence: what is left must be found by
    /// its meaning.</summary>
    [Range(0.0, 0.9)]
    [Display(Name = "Shared words left out")]
    public double SharedWordsLeftOut { get; init; }

    /// <summary>Passages in the denominator of p(z | x): the best so many, and those that were read; 0 for all there are. The paper's form has few.</summary>
    [Range(0, 100_000)]
    [Display(Name = "Passages in the denominator")]
    public int Beam { get; init; }

    /// <summary>How often the hidden span becomes "what" and the sentence a question; otherwise it becomes [MASK].</summary>
    [Range(0.0, 1.0)]
    public double QuestionShare { get; init; } = 2.0 / 3;

    /// <summary>Trains the tower of passages too, so that vectors change and the index is built anew beside the training, once more at the end. Each step
    /// encodes the passages that count for its examples, and <see cref="HardNegatives"/>.</summary>
    [Display(Name = "Train the tower of passages too")]
    public bool BlockTower { get; init; }

    /// <summary>For each example of the tower of passages, how many of the passages that were read are encoded, at most.</summary>
    [Range(1, 100)]
    [Display(Name = "Encoded passages that answer")]
    public int Positives { get; init; } = 2;

    /// <summary>For each example of the tower of passages, how many of the best passages that do not answer are encoded.</summary>
    [Range(0, 100)]
    [Display(Name = "Encoded passages that do not answer")]
    public int HardNegatives { get; init; } = 1;

    /// <summary>Pieces of an encoded passage at most, while the tower of passages is trained; the index has them whole. Half as many take half the
    /// time.</summary>
    [Range(16, 4096)]
    [Display(Name = "Pieces of an encoded passage")]
    public int BlockPieces { get; init; } = BlockSplitter.ReleasedMaxPieces;

    /// <summary>When the index is built anew while the tower of passages is trained.</summary>
    public RefreshOptions Refresh { get; init; } = new() { EverySteps = 0 };

    /// <summary>Share of the sentences that no step trains on: recall@5 of what they hide is measured at each checkpoint.</summary>
    [Range(0.0, 0.5)]
    public double HeldOutShare { get; init; }

    /// <summary>What inner products are multiplied by before the softmax over all passages.</summary>
    [Range(0.01, 1000.0)]
    public double Sharpness { get; init; } = 1.5;

    /// <summary>Added to p(y | x), so that sentences without an answer hardly count.</summary>
    [Range(1e-9, 1.0)]
    public double Floor { get; init; } = 0.01;

    /// <summary>Weight of |q − q0|², the distance from where the model began, in units of the vectors' own length: what keeps it from forgetting.</summary>
    [Range(0.0, 1000.0)]
    public double Anchor { get; init; }

    /// <summary>How much of what was learned is tried on labelled questions, as shares of the way from the weights of the start to those of the end.</summary>
    [MinLength(1)]
    public IReadOnlyList<double> Shares { get; init; } = [0.25, 0.5, 0.75, 1];

    /// <summary>The share where there are no labelled questions.</summary>
    [Range(0.0, 1.0)]
    public double DefaultShare { get; init; } = 0.5;

    /// <summary>Of the labelled questions whose passage is read, how many the adapted model may refuse: where it refuses more, the bias of "no answer" is
    /// lowered. Training moves scores, and the reader's surety follows them. 1 leaves the bias.</summary>
    [Range(0.0, 1.0)]
    [Display(Name = "Labelled questions refused at most")]
    public double FalseRefusals { get; init; } = 0.05;
}

/// <summary>How the holders of a hidden span are put in order.</summary>
public enum HolderOrder
{
    /// <summary>By the terms that they share with the sentence (BM25).</summary>
    Terms,

    /// <summary>By the inner product of the model as the round begins.</summary>
    Retriever,
}

/// <summary>Where p(y | z, x) of a passage that holds y comes from.</summary>
public enum BlockLikelihoodSource
{
    /// <summary>The reader: the mass of the passage's spans that read y.</summary>
    Reading,

    /// <summary>1, since the passage holds y, whatever it says of it.</summary>
    Holding,

    /// <summary>The masked-LM head: how probable y is where it is hidden, when the sentence is read together with the passage. The paper's form
    /// (§3.2).</summary>
    Filling,
}
