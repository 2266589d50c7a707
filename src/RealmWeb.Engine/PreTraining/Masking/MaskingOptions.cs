using System.ComponentModel.DataAnnotations;

namespace RealmWeb.Engine.PreTraining.Masking;

/// <summary>How <see cref="UniformMasking"/> hides single pieces; the defaults are BERT's.</summary>
public sealed record MaskingOptions : IValidatableObject
{
    /// <summary>Share of the pieces that is predicted; rounded up to whole pieces in each sequence.</summary>
    [Range(1e-6, 1.0)]
    public double Probability { get; init; } = 0.15;

    /// <summary>Share of the chosen pieces that becomes [MASK]. What is neither hidden nor replaced stays as it is and is predicted all the same.</summary>
    [Range(0.0, 1.0)]
    public double ReplaceProbability { get; init; } = 0.8;

    /// <summary>Share of the chosen pieces that becomes a random piece.</summary>
    [Range(0.0, 1.0)]
    public double RandomProbability { get; init; } = 0.1;

    /// <summary>Pieces that were not chosen become random ones with <see cref="RandomProbability"/> too, as noise that is not predicted.</summary>
    public bool RandomEverywhere { get; init; }

    /// <summary>Choose words with all their pieces instead of single pieces.</summary>
    public bool WholeWords { get; init; }

    /// <summary>Ids that are never hidden and never drawn as a random piece, beside [PAD], [UNK], [CLS], [SEP] and [MASK].</summary>
    public IReadOnlyList<int> NeverMasked { get; init; } = [];

    /// <summary>Ids that are never drawn as a random piece, but may be hidden.</summary>
    public IReadOnlyList<int> NeverDrawn { get; init; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ReplaceProbability + RandomProbability > 1 + 1e-9)
            yield return new ValidationResult(
                $"{nameof(ReplaceProbability)} {ReplaceProbability} and {nameof(RandomProbability)} {RandomProbability} are shares of the same pieces. Let "
                    + $"their sum be at most 1.");
        if (NeverMasked is null || NeverDrawn is null)
            yield return new ValidationResult($"{nameof(NeverMasked)} and {nameof(NeverDrawn)} are lists of ids. Leave them out or write [].");
    }
}
