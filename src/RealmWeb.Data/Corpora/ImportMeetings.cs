using System.Data.Common;

namespace RealmWeb.Data.Corpora;

/// <summary>A stored document that an import of its file or folder did not meet any more.</summary>
public sealed record DepartedDocument(long Id, string SourceId, string Title);

/// <summary>What an import has met so far: documents, and files that it could not read whole. Stored, so that a resumed import knows it too.</summary>
internal sealed class ImportMeetings(DbConnection connection, string import)
{
    internal void Add(long document) =>
        Execute("INSERT INTO import_documents (import, document_id) VALUES ($import, $document) ON CONFLICT DO NOTHING", ("$document", document));

    internal void AddSkip(string origin) =>
        Execute("INSERT INTO import_skips (import, origin) VALUES ($import, $origin) ON CONFLICT DO NOTHING", ("$origin", origin));

    internal void Clear()
    {
        Execute("DELETE FROM import_documents WHERE import = $import");
        Execute("DELETE FROM import_skips WHERE import = $import");
    }

    /// <summary>Documents below the roots that were not met, but for those of skipped files.</summary>
    internal List<DepartedDocument> FindDeparted(IReadOnlyList<string> roots)
    {
        var skips = Skips();
        var departed = new Dictionary<long, DepartedDocument>();
        foreach (var root in roots)
        {
            // '0' comes right behind '/': the range is everything below the folder.
            using var command = Sql.Command(
                connection,
                """
                SELECT id, source_id, title, origin FROM documents
                WHERE (origin = $root OR (origin > $root || '/' AND origin < $root || '0'))
                    AND NOT EXISTS (SELECT 1 FROM import_documents m WHERE m.import = $import AND m.document_id = documents.id)
                ORDER BY id
                """,
                ("$root", root), ("$import", import));
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                if (!IsSkipped(reader.GetString(3), skips))
                    departed[reader.GetInt64(0)] = new DepartedDocument(reader.GetInt64(0), reader.GetString(1), reader.GetString(2));
            }
        }
        return [.. departed.Values];
    }

    private HashSet<string> Skips()
    {
        var skips = new HashSet<string>(StringComparer.Ordinal);
        using var command = Sql.Command(connection, "SELECT origin FROM import_skips WHERE import = $import", ("$import", import));
        using var reader = command.ExecuteReader();
        while (reader.Read())
            skips.Add(reader.GetString(0));
        return skips;
    }

    private static bool IsSkipped(string origin, HashSet<string> skips)
    {
        for (var end = origin.Length; end > 0; end = origin.LastIndexOf('/', end - 1))
        {
            if (skips.Contains(origin[..end]))
                return true;
        }
        return false;
    }

    private void Execute(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = Sql.Command(connection, sql, [("$import", import), .. parameters]);
        command.ExecuteNonQuery();
    }
}
