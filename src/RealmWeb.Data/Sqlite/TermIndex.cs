using System.Data.Common;
using Microsoft.Data.Sqlite;
using RealmWeb.Data.Corpora;
using SQLitePCL;

namespace RealmWeb.Data.Sqlite;

/// <summary>The terms of a corpus's blocks: an FTS5 table without content, a row a block.</summary>
internal static class TermIndex
{
    private const double TitleWeight = 2;

    /// <summary>A command that takes a block in, with parameters $row, $title and $body.</summary>
    public static DbCommand Insertion(DbConnection connection) => Sql.Command(
        connection, "INSERT INTO terms (rowid, title, body) VALUES ($row, $title, $body)", ("$row", 0L), ("$title", ""), ("$body", ""));

    /// <summary>Takes the blocks of a document out; they are still there.</summary>
    public static void DeleteBlocksOf(DbConnection connection, long documentId)
    {
        using var command = Sql.Command(
            connection, "DELETE FROM terms WHERE rowid IN (SELECT row FROM blocks WHERE document_id = $id)", ("$id", documentId));
        command.ExecuteNonQuery();
    }

    /// <summary>Writes the table anew without what was deleted, which until then stays in it, term by term with its places.</summary>
    public static void Tidy(DbConnection connection)
    {
        using var command = Sql.Command(connection, "INSERT INTO terms (terms) VALUES ('optimize')");
        command.ExecuteNonQuery();
    }

    /// <summary>How many blocks hold a term, counted no further than one above the limit.</summary>
    public static long Count(DbConnection connection, string term, long limit)
    {
        using var command = Sql.Command(
            connection, "SELECT count(*) FROM (SELECT 1 FROM terms WHERE terms MATCH $term LIMIT $limit)", ("$term", Quoted(term)), ("$limit", limit + 1));
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>The k best blocks by BM25 for any of the terms, best first.</summary>
    public static IReadOnlyList<LexicalHit> Search(DbConnection connection, IEnumerable<string> terms, int k)
    {
        using var command = Sql.Command(
            connection, "SELECT rowid, bm25(terms, $title, 1.0) AS score FROM terms WHERE terms MATCH $query ORDER BY score, rowid LIMIT $k",
            ("$title", TitleWeight), ("$query", string.Join(" OR ", terms.Select(Quoted))), ("$k", k));
        var hits = new List<LexicalHit>(k);
        using var reader = command.ExecuteReader();
        while (reader.Read())
            hits.Add(new LexicalHit(reader.GetInt64(0), -reader.GetDouble(1)));
        return hits;
    }

    /// <summary>Does work that another thread may break off.</summary>
    /// <exception cref="OperationCanceledException">It was.</exception>
    public static T Interruptible<T>(DbConnection connection, Func<T> work, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.Register(() => raw.sqlite3_interrupt(((SqliteConnection)connection).Handle!));
        try
        {
            return work();
        }
        catch (SqliteException e) when (SqliteErrors.IsInterrupted(e) && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException("The search was broken off.", e, cancellationToken);
        }
    }

    // In quotes no word is an operator; words hold letters and digits only.
    private static string Quoted(string term) => $"\"{term}\"";
}
