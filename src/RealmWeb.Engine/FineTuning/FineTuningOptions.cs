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

    public PassageOptions Passages { get; init; } = new();

    /// <summary>Embedder on question-passage pairs; null to leave it as it is.</summary>
    public TrainingOptions? Retriever { get; init; }

    /// <summary>Share of inverse cloze pairs from the corpus among the retriever's pairs.</summary>
    public double InverseClozeShare { get; init; } = 0.5;

    /// <summary>Pieces of a passage when the embedder trains.</summary>
    public int RetrieverBlockPieces { get; init; } = 128;

    /// <summary>Reader on given passages; null to leave it as it is.</summary>
    public TrainingOptions? Reader { get; init; }

    /// <summary>Reader on what the retriever finds in the corpus, right and wrong passages together; null to leave it as it is.</summary>
    public TrainingOptions? Joint { get; init; }

    /// <summary>Candidates of a question in joint training.</summary>
    public int JointCandidates { get; init; } = 4;

    /// <summary>Questions of each set that are retrieved for in joint training, evenly spread; 0 for all.</summary>
    public int JointQuestions { get; init; }

    /// <summary>Share of joint examples whose right passages are taken away, so that no answer is right.</summary>
    public double JointWithoutAnswer { get; init; } = 0.2;

    /// <summary>Question embedder and reader together through retrieval, as REALM is fine-tuned; null to leave them as they are.</summary>
    public OpenQaOptions? OpenQa { get; init; }

    /// <summary>Questions that no stage trains on and whose passages stand in the corpus; the no-answer threshold is fitted on them after joint
    /// or open training. Null to leave it.</summary>
    public QuestionSource? Calibration { get; init; }

    /// <summary>How many of them are asked, evenly spread; 0 for all.</summary>
    public int CalibrationQuestions { get; init; } = 400;

    /// <summary>Share of questions with a right passage before them that the threshold may refuse.</summary>
    public double FalseRefusals { get; init; } = 0.1;

    /// <summary>Weights of the dense list in rank fusion to choose from after joint training, by recall on the calibration questions; empty to
    /// leave the weight.</summary>
    public IReadOnlyList<double> FusionWeights { get; init; } = [];

    /// <summary>Weight of the dense list in rank fusion while joint training retrieves; null to leave it.</summary>
    public double? DenseFusionWeight { get; init; }
}
