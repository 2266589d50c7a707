using System.ComponentModel.DataAnnotations;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.PreTraining.Masking;

/// <summary>BERT's masking: pieces, or whole words, chosen uniformly without replacement. Safe for concurrent use.</summary>
public sealed class UniformMasking : IMasking
{
    private readonly MaskingOptions _options;
    private readonly MaskablePieces _maskable;

    /// <exception cref="ValidationException">A setting is out of its range; the message names it.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting names an id that the vocabulary lacks.</exception>
    public UniformMasking(Vocabulary vocabulary, MaskingOptions? options = null)
    {
        _options = options ?? new MaskingOptions();
        Validator.ValidateObject(_options, new ValidationContext(_options), validateAllProperties: true);
        _maskable = new MaskablePieces(vocabulary, _options.NeverMasked, _options.NeverDrawn);
        if (_options.RandomProbability > 0 && !_maskable.CanDraw)
            throw new ArgumentException(
                "The settings of masking leave no piece that could be drawn at random. Shorten neverDrawn, or set randomProbability to 0.", nameof(options));
    }

    public MaskedPieces? Mask(string sentence, IReadOnlyList<Piece> pieces, Random random)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        ArgumentNullException.ThrowIfNull(random);
        var units = _options.WholeWords
            ? [.. _maskable.Words(pieces)]
            : Enumerable.Range(0, pieces.Count).Where(i => _maskable.IsMaskable(pieces[i].Id)).Select(i => (First: i, Count: 1)).ToArray();
        if (units.Length == 0)
            return null;
        var chosen = Choose(units, random);
        var ids = new int[pieces.Count];
        var targets = new List<MaskTarget>();
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = pieces[i].Id;
            if (chosen[i])
            {
                targets.Add(new MaskTarget(i, ids[i]));
                // What is not hidden cannot be trusted either: that is what the replaced and the kept ones are for.
                var draw = random.NextDouble();
                if (draw < _options.ReplaceProbability)
                    ids[i] = _maskable.MaskId;
                else if (draw < _options.ReplaceProbability + _options.RandomProbability)
                    ids[i] = _maskable.Draw(random);
            }
            else if (_options.RandomEverywhere && _maskable.IsMaskable(ids[i]) && random.NextDouble() < _options.RandomProbability)
                ids[i] = _maskable.Draw(random);
        }
        return new MaskedPieces(ids, targets);

        bool[] Choose((int First, int Count)[] from, Random draw)
        {
            var left = MaskablePieces.Budget(_options.Probability, from.Sum(unit => unit.Count));
            var marks = new bool[pieces.Count];
            draw.Shuffle(from);
            var any = false;
            foreach (var (first, count) in from)
            {
                // A word that is too long for what is left makes room for a shorter one; alone it may exceed the budget.
                if (count > left && any)
                    continue;
                marks.AsSpan(first, count).Fill(true);
                any = true;
                if ((left -= count) <= 0)
                    break;
            }
            return marks;
        }
    }
}
