using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.PreTraining.Masking;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.PreTraining;

/// <summary>The masking that the settings of pre-training name.</summary>
public static class RealmMasking
{
    /// <param name="texts">What the tagger of names learns from.</param>
    public static IMasking Create(RealmPreTrainingOptions options, Vocabulary vocabulary, IReadOnlyList<Block> texts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Masking switch
        {
            MaskingKind.Salient => new SalientSpanMasking(
                new CombinedTagger(new DateAndNumberTagger(), TrueCasingTagger.Train(texts.Select(block => block.Text), cancellationToken)), vocabulary, options.MaxMasks),
            MaskingKind.Span => new RandomSpanMasking(vocabulary, new RandomSpanOptions { SingleSpan = true, MaxMasks = options.MaxMasks }),
            _ => new UniformMasking(vocabulary),
        };
    }
}
