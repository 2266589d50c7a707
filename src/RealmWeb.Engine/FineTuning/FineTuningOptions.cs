using System.ComponentModel.DataAnnotations;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Training;

namespace RealmWeb.Engine.FineTuning;

/// <summary>What `realm finetune` does; a JSON file.</summary>
public sealed record FineTuningOptions
{
    /// <summary>Questions to train on.</summary>
    public IReadOnlyList<QuestionSource> Data { get; init; } = [];

    /// <summary>Questions that must not be trained on although a file of <see cref="Data"/> has them: what will be measured.</summary>
    public IReadOnlyList<QuestionSource> Exclude { get; init; } = [];

    /// <summary>Questions measured at each checkpoint, for early stopping too: by the reader in their own passages (devExactMatch, devF1), by the retriever as
    /// pairs
    /// with those (heldOutLoss, heldOutAccuracy), by the stages that retrieve as questions to the corpus (devExactMatch, devF1, devRecallAt5).</summary>
    public QuestionSource? Development { get; init; }

    /// <summary>How many of the development questions are measured, evenly spread.</summary>
    public int DevelopmentQuestions { get; init; } = 300;

    /// <summary>How the passages are varied that the reader learns from.</summary>
    public PassageOptions Passages { get; init; } = new();

    /// <summary>The embedder, on pairs of a question and its passage. Left out, it stays as it is.</summary>
    public TrainingOptions? Retriever { get; init; }

    /// <summary>Share of inverse cloze pairs from the corpus among the retriever's pairs.</summary>
    public double InverseClozeShare { get; init; } = 0.5;

    /// <summary>Pieces of a passage when the embedder trains.</summary>
    [Display(Name = "Pieces of a passage for the retriever")]
    public int RetrieverBlockPieces { get; init; } = 128;

    /// <summary>The reader, on the passages that come with the questions. Left out, it stays as it is.</summary>
    public TrainingOptions? Reader { get; init; }

    /// <summary>The reader, on what the retriever finds in the corpus, right and wrong passages together. Left out, it stays as it is.</summary>
    [Display(Name = "Joint training (reader on what is retrieved)")]
    public TrainingOptions? Joint { get; init; }

    /// <summary>Candidates of a question in joint training.</summary>
    [Display(Name = "Candidates in joint training")]
    public int JointCandidates { get; init; } = 4;

    /// <summary>Questions of each set that are retrieved for in joint training, evenly spread; 0 for all.</summary>
    [Display(Name = "Questions in joint training")]
    public int JointQuestions { get; init; }

    /// <summary>Share of joint examples whose right passages are taken away, so that no answer is right.</summary>
    [Display(Name = "Share without an answer in joint training")]
    public double JointWithoutAnswer { get; init; } = 0.2;

    /// <summary>Question embedder and reader together through retrieval, as REALM is fine-tuned. Left out, they stay as they are.</summary>
    [Display(Name = "Open question answering (retriever and reader together)")]
    public OpenQaOptions? OpenQa { get; init; }

    /// <summary>Questions that no stage trains on and whose passages stand in the corpus; the no-answer threshold is fitted on them after joint
    /// or open training. Left out, it stays.</summary>
    public QuestionSource? Calibration { get; init; }

    /// <summary>How many of them are asked, evenly spread; 0 for all.</summary>
    public int CalibrationQuestions { get; init; } = 400;

    /// <summary>Share of questions with a right passage before them that the threshold may refuse.</summary>
    public double FalseRefusals { get; init; } = 0.1;

    /// <summary>Weights of the dense list in rank fusion to choose from after joint training, by recall on the calibration questions. Without any, the
    /// weight stays.</summary>
    [Display(Name = "Weights of the dense list to choose from")]
    public IReadOnlyList<double> FusionWeights { get; init; } = [];

    /// <summary>Weight of the dense list in rank fusion while joint training retrieves. Where nothing is said, the model's.</summary>
    [Display(Name = "Weight of the dense list in joint training")]
    public double? DenseFusionWeight { get; init; }
}
