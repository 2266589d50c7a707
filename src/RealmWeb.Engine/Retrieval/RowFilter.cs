using System.Numerics;

namespace RealmWeb.Engine.Retrieval;

/// <summary>Which rows a search may bring: those that were not deleted, those of some documents, those that a reader has a right to. Immutable.</summary>
/// <remarks>A search counts none but allowed rows, so the top k of what is allowed comes back whole. An index keeps what it made of a filter for as
/// long as the filter lives: use the same object again.</remarks>
public sealed class RowFilter
{
    private readonly long _first;
    private readonly ulong[] _listed;

    private RowFilter(long first, ulong[] listed, bool allowsListed) => (_first, _listed, AllowsListed) = (first, listed, allowsListed);

    /// <summary>Whether the listed rows are the allowed ones; else all others are.</summary>
    public bool AllowsListed { get; }

    /// <summary>How many rows are listed.</summary>
    public long Listed => _listed.Sum(bits => (long)BitOperations.PopCount(bits));

    /// <summary>Allows these rows and no other.</summary>
    public static RowFilter Only(IEnumerable<long> rows) => List(rows, allowsListed: true);

    /// <summary>Allows every row but these.</summary>
    public static RowFilter Without(IEnumerable<long> rows) => List(rows, allowsListed: false);

    public bool Allows(long row) => Lists(row) == AllowsListed;

    /// <summary>The listed rows, ascending.</summary>
    public IEnumerable<long> ListedRows()
    {
        for (var word = 0; word < _listed.Length; word++)
        {
            for (var bits = _listed[word]; bits != 0; bits &= bits - 1)
                yield return _first + 64L * word + BitOperations.TrailingZeroCount(bits);
        }
    }

    private bool Lists(long row)
    {
        var place = row - _first;
        return place >= 0 && place < 64L * _listed.Length && (_listed[place >> 6] & (1UL << (int)(place & 63))) != 0;
    }

    private static RowFilter List(IEnumerable<long> rows, bool allowsListed)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var all = rows as IReadOnlyCollection<long> ?? [.. rows];
        if (all.Count == 0)
            return new RowFilter(0, [], allowsListed);
        var first = all.Min();
        var listed = new ulong[(all.Max() - first) / 64 + 1];
        foreach (var row in all)
            listed[(row - first) >> 6] |= 1UL << (int)((row - first) & 63);
        return new RowFilter(first, listed, allowsListed);
    }
}
