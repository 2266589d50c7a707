using System.ComponentModel.DataAnnotations;
using RealmWeb.Engine.PreTraining;
using RealmWeb.Engine.Training;

namespace RealmWeb.Lab.Ablation;

/// <summary>What `realm-lab ablate` does; a JSON file.</summary>
public sealed record AblationOptions
{
    /// <summary>Corpus that is pre-trained on and answered from.</summary>
    [Required]
    public string Corpus { get; init; } = "";

    /// <summary>Model that every row starts from.</summary>
    [Required]
    public string Start { get; init; } = "";

    /// <summary>Begins the names of the models that are made.</summary>
    public string Prefix { get; init; } = "ablation";

    /// <summary>Warm start of the retriever.</summary>
    public InverseClozeOptions InverseCloze { get; init; } = new();

    /// <summary>Warm start of the encoder.</summary>
    public PreTrainingOptions Encoder { get; init; } = new();

    /// <summary>Pre-training of the row "REALM"; the others differ from it in one thing.</summary>
    public RealmPreTrainingOptions Realm { get; init; } = new();

    /// <summary>Settings of `realm finetune`; a path from this file's folder. Null to measure retrieval alone.</summary>
    public string? FineTuning { get; init; }

    /// <summary>Questions that each row is measured on.</summary>
    public IReadOnlyList<AblationQuestions> Questions { get; init; } = [];

    /// <summary>Rows to run, by <see cref="AblationRow.Key"/>; empty for all.</summary>
    public IReadOnlyList<string> Rows { get; init; } = [];

    /// <summary>How much staler than in the row "REALM" the index of the row "stale" is; the paper has 30.</summary>
    [Range(2, 1000)]
    public int StaleFactor { get; init; } = 30;

    /// <summary>Passages that are read.</summary>
    [Range(1, 100)]
    public int K { get; init; } = 5;
}

/// <summary>A question file to measure on.</summary>
public sealed record AblationQuestions
{
    /// <summary>For the table's head.</summary>
    public required string Name { get; init; }

    /// <summary>Path from the configuration's folder.</summary>
    public required string File { get; init; }

    /// <summary>"i/n": only the questions whose passage falls into part i of n.</summary>
    public string? Part { get; init; }

    /// <summary>At most so many, evenly spread; 0 for all.</summary>
    public int Limit { get; init; }
}
