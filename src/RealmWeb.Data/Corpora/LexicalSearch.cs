using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using RealmWeb.Data.Sqlite;

namespace RealmWeb.Data.Corpora;

/// <summary>BM25 over title and body of the blocks.</summary>
/// <remarks>FTS5 scores every row that holds any term, so frequent terms cost most and tell least. Terms are taken from the rarest on until the
/// budget of rows is used up; docs/decisions/0003 has what that costs and saves.</remarks>
public sealed class LexicalSearch
{
    /// <summary>In large corpora the budget is this part of the blocks.</summary>
    private const int BudgetShare = 16;

    /// <summary>So many of the rarest terms are searched whatever they cost.</summary>
    private const int LeastTerms = 2;
    private const int MaxTerms = 64;
    private const int MaxKnownTerms = 100_000;

    private readonly CorpusFile _file;
    private readonly long _rowBudget;
    private readonly ConcurrentDictionary<string, long> _rowsOfTerm = new(StringComparer.OrdinalIgnoreCase);
    private long _countedAtBlocks;

    /// <param name="rowBudget">Rows that a search may score, with <see cref="BudgetShare"/>.</param>
    internal LexicalSearch(CorpusFile file, long rowBudget = 20_000) => (_file, _rowBudget) = (file, rowBudget);

    /// <summary>The k best blocks for any of some terms.</summary>
    /// <param name="terms">Words of letters and digits.</param>
    /// <returns>Best first. Empty when no term occurs.</returns>
    /// <exception cref="OperationCanceledException">The search was broken off.</exception>
    public IReadOnlyList<LexicalHit> Search(IReadOnlyList<string> terms, int k, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        cancellationToken.ThrowIfCancellationRequested();
        if (terms.Count == 0)
            return [];
        return _file.Read(connection => TermIndex.Interruptible(
            connection, () => TermIndex.Search(connection, WithinBudget(connection, terms).Take(MaxTerms), k), cancellationToken));
    }

    /// <summary>How many blocks there are, and how many hold each term.</summary>
    public (long Blocks, IReadOnlyList<long> Holding) Count(IReadOnlyList<string> terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        return _file.Read(connection =>
        {
            var blocks = CountBlocks(connection);
            ForgetOldCounts(blocks);
            // What is counted no further is a term that tells little.
            var most = Math.Max(_rowBudget, blocks / BudgetShare);
            return (blocks, (IReadOnlyList<long>)[.. terms.Select(term => Math.Min(blocks, CountRows(connection, term, most)))]);
        });
    }

    private IReadOnlyList<string> WithinBudget(DbConnection connection, IReadOnlyList<string> terms)
    {
        if (terms.Count <= LeastTerms)
            return terms;
        var blocks = CountBlocks(connection);
        var budget = Math.Max(_rowBudget, blocks / BudgetShare);
        if (blocks <= budget / terms.Count)
            return terms;
        ForgetOldCounts(blocks);
        var kept = new List<string>();
        long rows = 0;
        foreach (var (term, count) in terms.Select(term => (term, CountRows(connection, term, budget))).OrderBy(pair => pair.Item2))
        {
            rows += count;
            if (kept.Count >= LeastTerms && rows > budget)
                break;
            // A term that nothing holds takes no place among the rarest.
            if (count > 0)
                kept.Add(term);
        }
        return kept.Count == 0 ? terms : kept;
    }

    // Counts need not be exact: they only rank terms by frequency.
    private void ForgetOldCounts(long blocks)
    {
        var before = Interlocked.Read(ref _countedAtBlocks);
        if (Math.Abs(blocks - before) <= before / 10 && _rowsOfTerm.Count < MaxKnownTerms)
            return;
        _rowsOfTerm.Clear();
        Interlocked.Exchange(ref _countedAtBlocks, blocks);
    }

    // Counts no further than it must.
    private long CountRows(DbConnection connection, string term, long budget) =>
        _rowsOfTerm.GetOrAdd(term, key => TermIndex.Count(connection, key, budget));

    private static long CountBlocks(DbConnection connection) => long.Parse(CorpusMeta.Find(connection, "blocks")!, CultureInfo.InvariantCulture);
}
