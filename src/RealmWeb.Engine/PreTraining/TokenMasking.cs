namespace RealmWeb.Engine.PreTraining;

/// <summary>BERT's masking of single pieces.</summary>
/// <param name="maskId">Id of [MASK].</param>
/// <param name="vocabularySize">Random replacements are drawn below it.</param>
/// <param name="firstOrdinary">Ids below it ([PAD], [CLS], …) are never masked and never drawn.</param>
/// <param name="probability">Share of the pieces that is predicted.</param>
public sealed class TokenMasking(int maskId, int vocabularySize, int firstOrdinary, double probability = 0.15)
{
    /// <summary>Masks a sequence in place.</summary>
    /// <returns>Positions to predict, ascending, with the pieces that stood there; at least one where any may be masked.</returns>
    public IReadOnlyList<(int Position, int Piece)> Mask(int[] ids, Random random)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(random);
        var ordinary = Enumerable.Range(0, ids.Length).Where(i => ids[i] >= firstOrdinary).ToArray();
        random.Shuffle(ordinary);
        var chosen = ordinary.Take((int)Math.Ceiling(ordinary.Length * probability)).Order().ToArray();
        var targets = new List<(int, int)>(chosen.Length);
        foreach (var position in chosen)
        {
            targets.Add((position, ids[position]));
            // Of ten: eight are hidden, one is replaced, one stays, so that what is not hidden cannot be trusted either.
            var draw = random.NextDouble();
            if (draw < 0.8)
                ids[position] = maskId;
            else if (draw < 0.9)
                ids[position] = random.Next(firstOrdinary, vocabularySize);
        }
        return targets;
    }
}
