using System.Data.Common;
using RealmWeb.Data.Sqlite;

namespace RealmWeb.Data.Corpora;

/// <summary>The texts that documents had before, as far as <see cref="VersionLimits"/> keeps them.</summary>
public sealed class CorpusVersions
{
    private readonly CorpusFile _file;

    internal CorpusVersions(CorpusFile file) => _file = file;

    /// <summary>The text that a document has and those that it had, the newest first; empty when it does not exist (any more).</summary>
    public IReadOnlyList<VersionRow> Of(long id) => _file.Read(connection =>
    {
        const string Versions =
            """
            SELECT version, title, coalesce(origin, ''), characters, content_hash, imported_at, changed_by, changed_run, 1
            FROM documents WHERE id = $id
            UNION ALL
            SELECT number, title, coalesce(origin, ''), characters, content_hash, made_at, made_by, made_run, 0
            FROM document_versions WHERE document_id = $id
            ORDER BY 1 DESC
            """;
        using var command = Sql.Command(connection, Versions, ("$id", id));
        using var reader = command.ExecuteReader();
        var versions = new List<VersionRow>();
        while (reader.Read())
        {
            versions.Add(new VersionRow(
                reader.GetInt32(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3), reader.GetFieldValue<byte[]>(4),
                ImportMarks.Read(reader, 5), reader.GetBoolean(8)));
        }
        return versions;
    });

    /// <summary>The text of a version; null where the document never had it, or it is not kept.</summary>
    /// <param name="number">From 1.</param>
    public string? Text(long id, long number) => _file.Read(connection =>
    {
        // One snapshot: an import in between must not make the present text a former one.
        using var transaction = CorpusFile.Snapshot(connection);
        using var current = Sql.Command(connection, "SELECT 1 FROM documents WHERE id = $id AND version = $number", ("$id", id), ("$number", number));
        if (current.ExecuteScalar() is not null)
            return StoredText.Find(connection, id);
        using var former = Sql.Command(
            connection, "SELECT text FROM document_versions WHERE document_id = $id AND number = $number", ("$id", id), ("$number", number));
        return former.ExecuteScalar() is byte[] packed ? PackedText.Unpack(packed) : null;
    });

    /// <summary>Keeps the text that a document has, since another one takes its place.</summary>
    internal static void Keep(DbConnection connection, long id, VersionLimits limits)
    {
        if (limits.Count == 0 || StoredText.Find(connection, id) is not { } text)
            return;
        const string Insert =
            """
            INSERT INTO document_versions (document_id, number, title, origin, characters, content_hash, made_at, made_by, made_run, text)
            SELECT id, version, title, origin, characters, content_hash, imported_at, changed_by, changed_run, $text FROM documents WHERE id = $id
            """;
        using var insert = Sql.Command(connection, Insert, ("$id", id), ("$text", PackedText.Pack(text)));
        insert.ExecuteNonQuery();
        const string DropOldest =
            """
            DELETE FROM document_versions WHERE document_id = $id AND number IN (
                SELECT number FROM (
                    SELECT number, row_number() OVER newest AS place, sum(length(text)) OVER newest AS bytes
                    FROM document_versions WHERE document_id = $id WINDOW newest AS (ORDER BY number DESC))
                WHERE place > $count OR bytes > $bytes)
            """;
        using var drop = Sql.Command(connection, DropOldest, ("$id", id), ("$count", limits.Count), ("$bytes", limits.Bytes));
        drop.ExecuteNonQuery();
    }

    /// <summary>Applies the limits to all documents where they were others when this was done last.</summary>
    internal static void Apply(DbConnection connection, VersionLimits limits)
    {
        const string Key = "kept_versions";
        var said = limits.ToString();
        if (CorpusMeta.Find(connection, Key) == said)
            return;
        const string DropOldest =
            """
            DELETE FROM document_versions WHERE (document_id, number) IN (
                SELECT document_id, number FROM (
                    SELECT document_id, number, row_number() OVER newest AS place, sum(length(text)) OVER newest AS bytes
                    FROM document_versions WINDOW newest AS (PARTITION BY document_id ORDER BY number DESC))
                WHERE place > $count OR bytes > $bytes)
            """;
        using var drop = Sql.Command(connection, DropOldest, ("$count", limits.Count), ("$bytes", limits.Bytes));
        drop.ExecuteNonQuery();
        CorpusMeta.Set(connection, Key, said);
    }

    /// <summary>Drops all that is kept of a document.</summary>
    internal static void Forget(DbConnection connection, long id)
    {
        using var command = Sql.Command(connection, "DELETE FROM document_versions WHERE document_id = $id", ("$id", id));
        command.ExecuteNonQuery();
    }
}
