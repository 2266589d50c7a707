using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace RealmWeb.Data.Corpora;

/// <summary>BM25 over title and body of the blocks.</summary>
internal sealed class LexicalSearch(CorpusStore corpus)
{
    private readonly ConcurrentDictionary<string, bool> _frequent = new(StringComparer.Ordinal);
    private long _frequentAtBlocks;

    /// <summary>A term that more than this share of the blocks hold tells little and costs most.</summary>
    private const double FrequentShare = 0.1;

    /// <summary>Corpora below this size are fast with any term.</summary>
    private const long SmallCorpus = 5_000;
    private const int MaxTerms = 64;
    private const double TitleWeight = 2;

    public IReadOnlyList<LexicalHit> Search(string question, int k, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        cancellationToken.ThrowIfCancellationRequested();
        var terms = QuestionTerms.Of(question);
        if (terms.Count == 0)
            return [];
        using var connection = corpus.Connect();
        using var registration = cancellationToken.Register(() => raw.sqlite3_interrupt(connection.Handle!));
        try
        {
            var query = string.Join(" OR ", Telling(connection, terms).Take(MaxTerms).Select(term => $"\"{term}\""));
            using var command = CorpusStore.Command(
                connection, $"SELECT rowid, bm25(terms, {TitleWeight}, 1.0) AS score FROM terms WHERE terms MATCH $query ORDER BY score, rowid LIMIT $k",
                ("$query", query), ("$k", k));
            var hits = new List<LexicalHit>(k);
            using var reader = command.ExecuteReader();
            while (reader.Read())
                hits.Add(new LexicalHit(reader.GetInt64(0), -reader.GetDouble(1)));
            return hits;
        }
        catch (SqliteException e) when (e.SqliteErrorCode == raw.SQLITE_INTERRUPT && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException("The search was broken off.", e, cancellationToken);
        }
    }

    // Drops terms that are too frequent to tell blocks apart, unless none would remain.
    private IReadOnlyList<string> Telling(SqliteConnection connection, IReadOnlyList<string> terms)
    {
        if (terms.Count < 2)
            return terms;
        using var count = CorpusStore.Command(connection, "SELECT value FROM meta WHERE key = 'blocks'");
        var blocks = long.Parse((string)count.ExecuteScalar()!, System.Globalization.CultureInfo.InvariantCulture);
        if (blocks < SmallCorpus)
            return terms;
        var before = Interlocked.Read(ref _frequentAtBlocks);
        if (Math.Abs(blocks - before) > before / 10)
        {
            _frequent.Clear();
            Interlocked.Exchange(ref _frequentAtBlocks, blocks);
        }
        var telling = terms.Where(term => !_frequent.GetOrAdd(term, key => IsFrequent(connection, key, (long)(blocks * FrequentShare)))).ToList();
        return telling.Count == 0 ? terms : telling;
    }

    private static bool IsFrequent(SqliteConnection connection, string term, long limit)
    {
        // Counts no further than it must.
        using var command = CorpusStore.Command(
            connection, "SELECT count(*) FROM (SELECT 1 FROM terms WHERE terms MATCH $term LIMIT $limit)", ("$term", $"\"{term}\""), ("$limit", limit + 1));
        return (long)command.ExecuteScalar()! > limit;
    }
}
