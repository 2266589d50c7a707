using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.PreTraining.Masking;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.PreTraining;

/// <summary>The masking that the settings of pre-training name.</summary>
public static class RealmMasking
{
    /// <param name="texts">What the tagger of names learns from.</param>
    /// <param name="baseFolder">Relative paths of the settings count from it.</param>
    public static IMasking Create(
        RealmPreTrainingOptions options, Vocabulary vocabulary, IReadOnlyList<Block> texts, string baseFolder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Masking switch
        {
            MaskingKind.Salient => new SalientSpanMasking(Tagger(options.Salient, texts, baseFolder, cancellationToken), vocabulary, options.MaxMasks),
            MaskingKind.Span => new RandomSpanMasking(vocabulary, options.Span with { MaxMasks = options.MaxMasks }),
            _ => new UniformMasking(vocabulary, options.Uniform),
        };
    }

    /// <summary>The same for the encoder alone.</summary>
    /// <inheritdoc cref="Create(RealmPreTrainingOptions, Vocabulary, IReadOnlyList{Block}, string, CancellationToken)"/>
    public static IMasking Create(
        PreTrainingOptions options, Vocabulary vocabulary, IReadOnlyList<Block> texts, string baseFolder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.MaskingKind switch
        {
            MaskingKind.Salient => new SalientSpanMasking(Tagger(options.Salient, texts, baseFolder, cancellationToken), vocabulary),
            MaskingKind.Span => new RandomSpanMasking(vocabulary, options.Span),
            _ => new UniformMasking(vocabulary, options.Masking),
        };
    }

    /// <summary>Dates and numbers by rules, names by capitals, and what the settings add.</summary>
    /// <inheritdoc cref="Create(RealmPreTrainingOptions, Vocabulary, IReadOnlyList{Block}, string, CancellationToken)"/>
    public static CombinedTagger Tagger(SalientSpanOptions options, IReadOnlyList<Block> texts, string baseFolder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<ISalientSpanTagger> taggers =
        [
            new DateAndNumberTagger(),
            options.Casing is { } casing ? TrueCasingTagger.Load(Path.Combine(baseFolder, casing))
                : TrueCasingTagger.Train(texts.Select(block => block.Text), cancellationToken),
        ];
        if (options.Names is { } names)
            taggers.Add(GazetteerTagger.Load(Path.Combine(baseFolder, names)));
        if (options.Conll is { } conll)
            taggers.Add(PerceptronTagger.Train(ConllFile.Read(Path.Combine(baseFolder, conll)), cancellationToken: cancellationToken));
        return new CombinedTagger(taggers);
    }
}
