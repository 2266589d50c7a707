using System.ComponentModel.DataAnnotations;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.PreTraining.Masking;

/// <summary>Hides runs of whole words at random places: the paper's ablation "random span masks". Paper §4.5 table 2. Safe for concurrent use.</summary>
/// <remarks>Lengths as in SpanBERT (Joshi et al., 2019): geometric, renormalised over 1 to the longest, 3.8 words on average with the defaults. Differs:
/// every hidden piece becomes [MASK], as in salient spans. With a budget, a run is cut where it is used up, so that it is never exceeded except by a
/// first word that is longer than all of it.</remarks>
public sealed class RandomSpanMasking : IMasking
{
    private readonly RandomSpanOptions _options;
    private readonly MaskablePieces _maskable;
    private readonly double[] _lengths;

    /// <exception cref="ValidationException">A setting is out of its range; the message names it.</exception>
    public RandomSpanMasking(Vocabulary vocabulary, RandomSpanOptions? options = null)
    {
        _options = options ?? new RandomSpanOptions();
        Validator.ValidateObject(_options, new ValidationContext(_options), validateAllProperties: true);
        _maskable = new MaskablePieces(vocabulary, [], []);
        // Weights of the lengths 1, 2, …, summed up.
        _lengths = new double[_options.LongestSpan];
        for (var i = 0; i < _lengths.Length; i++)
            _lengths[i] = (i == 0 ? 0 : _lengths[i - 1]) + Math.Pow(1 - _options.Geometric, i);
    }

    public MaskedPieces? Mask(string sentence, IReadOnlyList<Piece> pieces, Random random)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        ArgumentNullException.ThrowIfNull(random);
        var words = _maskable.Words(pieces);
        if (words.Count == 0)
            return null;
        var budget = _options.SingleSpan ? pieces.Count : MaskablePieces.Budget(_options.Probability, words.Sum(word => word.Count));
        var hidden = new SortedSet<int>();
        // Every word is tried as a start once, in random order: what then is left of the budget is too little for any word.
        var starts = Enumerable.Range(0, words.Count).ToArray();
        random.Shuffle(starts);
        foreach (var start in starts)
        {
            var length = DrawLength(random);
            for (var w = start; w < Math.Min(start + length, words.Count); w++)
            {
                var (first, count) = words[w];
                var follows = w == start || words[w - 1].First + words[w - 1].Count == first;
                if (!follows || hidden.Contains(first) || hidden.Count > 0 && hidden.Count + count > budget)
                    break;
                hidden.UnionWith(Enumerable.Range(first, count));
            }
            if (_options.SingleSpan || hidden.Count >= budget)
                break;
        }
        return _maskable.HideAll(pieces, hidden, _options.SingleSpan ? _options.MaxMasks : hidden.Count);
    }

    private int DrawLength(Random random)
    {
        var at = random.NextDouble() * _lengths[^1];
        var length = 1;
        while (length < _lengths.Length && at >= _lengths[length - 1])
            length++;
        return length;
    }
}
