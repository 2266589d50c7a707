using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.PreTraining.Masking;

/// <summary>Hides one salient span of a sentence, chosen uniformly. Paper §3.4. Safe for concurrent use where the tagger is.</summary>
/// <remarks>As released: every piece fully inside the span becomes [MASK], with no share kept or replaced; of a long span only the first pieces are
/// predicted. Differs: the draw is among the spans that can be masked; the release drops the example where the span drawn covers no piece. A span is
/// passed over where one of its pieces is [UNK], which would be learned as an answer, and where the pieces given end before it does.</remarks>
public sealed class SalientSpanMasking : IMasking
{
    /// <summary>Pieces of a span that are predicted at most; the released launcher's value.</summary>
    public const int DefaultMaxMasks = 10;

    private readonly ISalientSpanTagger _tagger;
    private readonly int _maxMasks;
    private readonly MaskablePieces _maskable;

    /// <param name="maxMasks">Pieces of a span that are predicted at most; later ones are hidden all the same.</param>
    public SalientSpanMasking(ISalientSpanTagger tagger, Vocabulary vocabulary, int maxMasks = DefaultMaxMasks)
    {
        ArgumentNullException.ThrowIfNull(tagger);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxMasks, 1);
        _tagger = tagger;
        _maxMasks = maxMasks;
        _maskable = new MaskablePieces(vocabulary, [], []);
    }

    public MaskedPieces? Mask(string sentence, IReadOnlyList<Piece> pieces, Random random)
    {
        ArgumentNullException.ThrowIfNull(sentence);
        ArgumentNullException.ThrowIfNull(pieces);
        ArgumentNullException.ThrowIfNull(random);
        if (pieces.Count == 0)
            return null;
        var spans = _tagger.Tag(sentence).Where(span => span.Start >= pieces[0].Start && span.End <= pieces[^1].End).Select(span => Inside(span, pieces))
            .Where(inside => inside.Count > 0 && inside.TrueForAll(position => _maskable.IsMaskable(pieces[position].Id))).ToList();
        return spans.Count == 0 ? null : _maskable.HideAll(pieces, spans[random.Next(spans.Count)], _maxMasks);
    }

    private static List<int> Inside(TextSpan span, IReadOnlyList<Piece> pieces)
    {
        var inside = new List<int>();
        for (var i = 0; i < pieces.Count && pieces[i].Start < span.End; i++)
        {
            if (pieces[i].Start >= span.Start && pieces[i].End <= span.End)
                inside.Add(i);
        }
        return inside;
    }
}
