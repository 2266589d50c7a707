using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.PreTraining.Masking;

/// <summary>Which rows of a vocabulary may be hidden, and which may stand in for a hidden one.</summary>
internal sealed class MaskablePieces
{
    private readonly bool[] _maskable;
    private readonly int[] _drawable;

    public MaskablePieces(Vocabulary vocabulary, IReadOnlyList<int> neverMasked, IReadOnlyList<int> neverDrawn)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        foreach (var id in neverMasked.Concat(neverDrawn))
        {
            if (id < 0 || id >= vocabulary.Count)
                throw new ArgumentOutOfRangeException(nameof(neverMasked), id,
                    $"The settings of masking name the piece {id}, but the vocabulary has the rows 0 to {vocabulary.Count - 1}. Take ids of this model's "
                        + $"vocab.txt.");
        }
        MaskId = vocabulary.MaskId;
        // [PAD] [UNK] [CLS] [SEP] [MASK] come first in vocabularies that we train; published ones keep them below 104 beside unused rows.
        var first = 1 + new[] { vocabulary.PadId, vocabulary.UnknownId, vocabulary.ClsId, vocabulary.SepId, vocabulary.MaskId }.Max();
        _maskable = new bool[vocabulary.Count];
        Array.Fill(_maskable, true, first, vocabulary.Count - first);
        foreach (var id in neverMasked)
            _maskable[id] = false;
        var hidden = neverDrawn.ToHashSet();
        _drawable = [.. Enumerable.Range(0, vocabulary.Count).Where(id => _maskable[id] && !hidden.Contains(id))];
    }

    public int MaskId { get; }

    public bool CanDraw => _drawable.Length > 0;

    public bool IsMaskable(int id) => _maskable[id];

    /// <summary>A random piece.</summary>
    public int Draw(Random random) => _drawable[random.Next(_drawable.Length)];

    /// <summary>The words that may be hidden as a whole: first piece and number of pieces.</summary>
    public List<(int First, int Count)> Words(IReadOnlyList<Piece> pieces)
    {
        var words = new List<(int, int)>();
        for (var first = 0; first < pieces.Count;)
        {
            var end = first;
            var maskable = true;
            for (; end < pieces.Count && pieces[end].Word == pieces[first].Word; end++)
                maskable &= _maskable[pieces[end].Id];
            if (maskable)
                words.Add((first, end - first));
            first = end;
        }
        return words;
    }

    /// <summary>How many of a number of pieces are to be hidden: the share, rounded up.</summary>
    // 0.15 × 20 is a little above 3 in some orders of computing; that little must not cost a piece.
    public static int Budget(double probability, int maskable) => (int)Math.Ceiling(probability * maskable - 1e-9);

    /// <summary>[MASK] at all positions given; the first <paramref name="mostTargets"/> of them are to be predicted.</summary>
    /// <param name="positions">Ascending, at least one.</param>
    public MaskedPieces HideAll(IReadOnlyList<Piece> pieces, IReadOnlyCollection<int> positions, int mostTargets)
    {
        var ids = pieces.Select(piece => piece.Id).ToArray();
        foreach (var position in positions)
            ids[position] = MaskId;
        return new MaskedPieces(ids, [.. positions.Take(mostTargets).Select(position => new MaskTarget(position, pieces[position].Id))]);
    }
}
