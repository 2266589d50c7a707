using System.Security.Cryptography;
using System.Text;

namespace RealmWeb.Engine.Corpora.Duplicates;

/// <summary>A document of a group.</summary>
/// <param name="Similarity">To the first of the group: shared runs of five words among all runs of both.</param>
/// <param name="IsSame">It has the text of the first, to the letter.</param>
public readonly record struct Duplicate(long Id, double Similarity, bool IsSame);

/// <summary>Documents with the same or nearly the same text, the one with the smallest id first.</summary>
public sealed record DuplicateGroup(IReadOnlyList<Duplicate> Documents)
{
    /// <summary>All have the same text.</summary>
    public bool IsExact => Documents.All(document => document.IsSame);
}

/// <summary>Finds documents with the same text, by its hash, and with nearly the same, by MinHash of their runs of five words and locality-sensitive buckets;
/// what meets in a bucket is compared word by word. Not for use by several threads.</summary>
/// <param name="textOf">Gives the text of a document again; null where it is gone meanwhile.</param>
/// <param name="threshold">Similarity from which documents are nearly the same, 0.5 to 1; 1 for the same texts alone.</param>
/// <remarks>Half a kilobyte and 32 places in buckets are held of each document, whatever its length.</remarks>
public sealed class DuplicateFinder(Func<long, string?> textOf, double threshold = DuplicateFinder.DefaultThreshold)
{
    public const double DefaultThreshold = 0.8;

    public const double LeastThreshold = 0.5;

    // A signature is off by more than this once in a hundred times.
    private const double Doubt = 0.1;

    // Forms and covers fill one bucket with thousands: each is compared with so many of those before it.
    private const int MostCompared = 16;

    private readonly Dictionary<string, int> _byHash = new(StringComparer.Ordinal);
    private readonly List<Distinct> _texts = [];
    private readonly Dictionary<(int Band, ulong Bucket), List<int>> _buckets = [];

    /// <summary>Takes in a document. Ids ascend.</summary>
    public void Add(long id, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        if (_byHash.TryGetValue(hash, out var known))
        {
            _texts[known].Ids.Add(id);
            return;
        }
        var shingles = threshold < 1 ? WordShingles.Of(text) : [];
        var number = _texts.Count;
        _byHash[hash] = number;
        _texts.Add(new Distinct([id], shingles.Count == 0 ? null : MinHash.Signature(shingles)));
        if (_texts[number].Signature is not { } signature)
            return;
        foreach (var place in MinHash.Buckets(signature))
        {
            if (!_buckets.TryGetValue(place, out var bucket))
                _buckets[place] = bucket = [];
            bucket.Add(number);
        }
    }

    /// <summary>The groups of two and more, the largest first.</summary>
    public IReadOnlyList<DuplicateGroup> Groups(CancellationToken cancellationToken = default)
    {
        var group = Enumerable.Range(0, _texts.Count).ToArray();
        var shingles = new Recent(number => WordShingles.Of(textOf(_texts[number].Ids[0]) ?? ""));
        foreach (var (one, other) in Pairs())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Root(one) != Root(other) && Similarity(one, other) >= threshold)
                group[Math.Max(Root(one), Root(other))] = Math.Min(Root(one), Root(other));
        }
        return [.. Enumerable.Range(0, _texts.Count).GroupBy(Root).Where(members => members.Sum(member => _texts[member].Ids.Count) > 1)
            .Select(members => new DuplicateGroup([.. members.SelectMany(member =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                var similarity = member == members.Key ? 1 : Similarity(members.Key, member);
                return _texts[member].Ids.Select(id => new Duplicate(id, similarity, member == members.Key));
            })])).OrderByDescending(found => found.Documents.Count).ThenBy(found => found.Documents[0].Id)];

        int Root(int number)
        {
            while (group[number] != number)
                number = group[number] = group[group[number]];
            return number;
        }

        double Similarity(int one, int other) => WordShingles.Jaccard(shingles[one], shingles[other]);
    }

    // Texts that met in a bucket and whose signatures are alike enough.
    private IEnumerable<(int One, int Other)> Pairs()
    {
        var seen = new HashSet<(int, int)>();
        foreach (var bucket in _buckets.Values.Where(bucket => bucket.Count > 1))
        {
            for (var i = 1; i < bucket.Count; i++)
            {
                for (var j = Math.Max(0, i - MostCompared); j < i; j++)
                {
                    if (seen.Add((bucket[j], bucket[i])) && MinHash.Estimate(_texts[bucket[j]].Signature!, _texts[bucket[i]].Signature!) > threshold - Doubt)
                        yield return (bucket[j], bucket[i]);
                }
            }
        }
    }

    private sealed record Distinct(List<long> Ids, uint[]? Signature);

    // Sets of the texts that were compared last: those of a group are compared one after the other.
    private sealed class Recent(Func<int, HashSet<ulong>> read)
    {
        private const int Most = 64;
        private readonly Dictionary<int, HashSet<ulong>> _sets = [];
        private readonly Queue<int> _order = [];

        internal HashSet<ulong> this[int number]
        {
            get
            {
                if (_sets.TryGetValue(number, out var known))
                    return known;
                if (_order.Count == Most)
                    _sets.Remove(_order.Dequeue());
                _order.Enqueue(number);
                return _sets[number] = read(number);
            }
        }
    }
}
