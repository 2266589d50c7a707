using System.Data.Common;
using System.Text;
using System.Text.Json;
using RealmWeb.Data.Sqlite;

namespace RealmWeb.Data.Corpora;

/// <summary>The documents of a corpus.</summary>
public sealed class CorpusDocuments
{
    private readonly CorpusFile _file;
    private readonly TimeProvider _time;

    internal CorpusDocuments(CorpusFile file, TimeProvider time) => (_file, _time) = (file, time);

    /// <summary>Documents by title.</summary>
    /// <param name="search">Part of the title or the source id, any case; empty for all.</param>
    /// <param name="page">From 1.</param>
    public DocumentRows List(string search = "", int page = 1, int pageSize = 50)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(page, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(pageSize, 1);
        return _file.Read(connection => List(connection, search, page, pageSize));
    }

    /// <summary>A document with its text; null when it does not exist (any more).</summary>
    public DocumentText? Find(long id) => _file.Read(connection =>
    {
        // One snapshot for both statements: an import in between must not mix two texts.
        using var transaction = CorpusFile.Snapshot(connection);
        using var command = Sql.Command(connection, "SELECT source_id, title, characters, imported_at, tail FROM documents WHERE id = $id", ("$id", id));
        using var reader = command.ExecuteReader();
        if (!reader.Read())
            return (DocumentText?)null;
        var text = new StringBuilder(reader.GetInt32(2));
        using var pieces = Sql.Command(connection, "SELECT gap, text FROM blocks WHERE document_id = $id ORDER BY start", ("$id", id));
        using (var piece = pieces.ExecuteReader())
        {
            while (piece.Read())
                text.Append(piece.GetString(0)).Append(piece.GetString(1));
        }
        text.Append(reader.GetString(4));
        var starts = new List<int>();
        using var pages = Sql.Command(connection, "SELECT start FROM pages WHERE document_id = $id ORDER BY page", ("$id", id));
        using (var page = pages.ExecuteReader())
        {
            while (page.Read())
                starts.Add(page.GetInt32(0));
        }
        return new DocumentText(id, reader.GetString(0), reader.GetString(1), text.ToString(), At(reader.GetInt64(3))) { PageStarts = starts };
    });

    /// <summary>Documents by id; those that are gone are left out.</summary>
    public IReadOnlyList<DocumentRow> Rows(IReadOnlyCollection<long> ids) => _file.Read(connection =>
    {
        using var command = Sql.Command(
            connection, $"SELECT id, source_id, title, characters, blocks, imported_at FROM documents WHERE {CorpusSchema.IdAmong}",
            ("$ids", JsonSerializer.Serialize(ids)));
        return Rows(command);
    });

    /// <summary>All documents by id, with their texts; one is read at a time.</summary>
    public IEnumerable<DocumentText> Enumerate()
    {
        long last = 0;
        while (true)
        {
            var after = last;
            var ids = _file.Read(connection =>
            {
                using var command = Sql.Command(connection, "SELECT id FROM documents WHERE id > $after ORDER BY id LIMIT 512", ("$after", after));
                using var reader = command.ExecuteReader();
                var page = new List<long>();
                while (reader.Read())
                    page.Add(reader.GetInt64(0));
                return page;
            });
            if (ids.Count == 0)
                yield break;
            foreach (var document in ids.Select(Find).OfType<DocumentText>())
                yield return document;
            last = ids[^1];
        }
    }

    /// <summary>Where a document came from and who brought it in; null when it does not exist (any more).</summary>
    public DocumentHistory? History(long id) => _file.Read(connection =>
    {
        using var command = Sql.Command(
            connection,
            """
            SELECT source_id, coalesce(given_id, source_id), coalesce(origin, ''), added_at, added_by, added_run, imported_at, changed_by, changed_run
            FROM documents WHERE id = $id
            """,
            ("$id", id));
        using var reader = command.ExecuteReader();
        return !reader.Read() ? null : new DocumentHistory(
            reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.IsDBNull(3) ? null : Mark(reader, 3), Mark(reader, 6));
    });

    /// <summary>Where the words of a page stand, as the import gave it; null where that is not known.</summary>
    /// <param name="page">From 1.</param>
    public byte[]? Layout(long id, long page) => _file.Read(connection =>
    {
        using var command = Sql.Command(
            connection, "SELECT layout FROM page_layouts WHERE document_id = $id AND page = $page", ("$id", id), ("$page", page));
        return (byte[]?)command.ExecuteScalar();
    });

    /// <summary>The pages, from 1, that hold places of documents; null where the document has no pages or is gone.</summary>
    /// <param name="places">Documents, each with an offset in its text.</param>
    public IReadOnlyList<int?> PagesAt(IReadOnlyList<(long DocumentId, int Offset)> places) => _file.Read(connection =>
    {
        // A page without text begins where the next one does: what stands there is on the last of them.
        using var command = Sql.Command(
            connection, "SELECT max(page) FROM pages WHERE document_id = $id AND start <= $offset", ("$id", 0L), ("$offset", 0));
        var pages = new List<int?>(places.Count);
        foreach (var (document, offset) in places)
        {
            command.Parameters["$id"].Value = document;
            command.Parameters["$offset"].Value = offset;
            pages.Add(command.ExecuteScalar() is long page ? (int)page : null);
        }
        return pages;
    });

    /// <summary>Id of the document from a source; null when there is none.</summary>
    public long? FindId(string sourceId) => _file.Read(connection =>
    {
        using var command = Sql.Command(connection, "SELECT id FROM documents WHERE source_id = $source", ("$source", sourceId));
        return (long?)command.ExecuteScalar();
    });

    /// <summary>What documents are called in their files, by id; those that are gone are left out.</summary>
    public IReadOnlyDictionary<long, string> SourceIds(IReadOnlyCollection<long> ids) => _file.Read(connection =>
    {
        using var command = Sql.Command(
            connection, $"SELECT id, source_id FROM documents WHERE {CorpusSchema.IdAmong}", ("$ids", JsonSerializer.Serialize(ids)));
        using var reader = command.ExecuteReader();
        var sources = new Dictionary<long, string>();
        while (reader.Read())
            sources[reader.GetInt64(0)] = reader.GetString(1);
        return sources;
    });

    /// <summary>Removes a document: its blocks are found and read no more as soon as this returns.</summary>
    /// <returns>False when there is no such document.</returns>
    public bool Delete(long id) => Delete([id]) == 1;

    /// <summary>Removes documents, all or none: their blocks are found and read no more as soon as this returns.</summary>
    /// <returns>How many there were.</returns>
    public int Delete(IEnumerable<long> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return _file.Read(connection =>
        {
            using var transaction = connection.BeginTransaction();
            var writer = new CorpusWriter(connection);
            var deleted = ids.Count(writer.Delete);
            writer.Finish(_time.GetUtcNow());
            transaction.Commit();
            return deleted;
        });
    }

    /// <summary>Removes the documents of a file, a folder or a source, see <see cref="ImportSession"/>.</summary>
    /// <param name="root">Beginning of their origins.</param>
    /// <returns>How many there were.</returns>
    public int DeleteBelow(string root) => Delete(_file.Read(connection =>
    {
        var ids = new List<long>();
        // '0' comes right behind '/': the range is everything below the folder.
        using var command = Sql.Command(
            connection, "SELECT id FROM documents WHERE origin = $root OR (origin > $root || '/' AND origin < $root || '0')", ("$root", root));
        using var reader = command.ExecuteReader();
        while (reader.Read())
            ids.Add(reader.GetInt64(0));
        return ids;
    }));

    private static DocumentRows List(DbConnection connection, string search, int page, int pageSize)
    {
        const string Where = "WHERE $search = '' OR title LIKE $pattern ESCAPE '\\' OR source_id LIKE $pattern ESCAPE '\\'";
        var literal = search.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal)
            .Replace("_", "\\_", StringComparison.Ordinal);
        var pattern = $"%{literal}%";
        using var count = Sql.Command(connection, $"SELECT count(*) FROM documents {Where}", ("$search", search), ("$pattern", pattern));
        var total = (long)count.ExecuteScalar()!;
        using var command = Sql.Command(
            connection,
            $"SELECT id, source_id, title, characters, blocks, imported_at FROM documents {Where} ORDER BY {CorpusSchema.ByTitle} LIMIT $take OFFSET $skip",
            ("$search", search), ("$pattern", pattern), ("$take", pageSize), ("$skip", (long)(page - 1) * pageSize));
        return new DocumentRows(Rows(command), total);
    }

    private static List<DocumentRow> Rows(DbCommand command)
    {
        var documents = new List<DocumentRow>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            documents.Add(new DocumentRow(
                reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3), reader.GetInt32(4), At(reader.GetInt64(5))));
        }
        return documents;
    }

    // Three columns: when, by whom, with which run.
    private static ImportMark Mark(DbDataReader reader, int first)
    {
        var (by, run) = (reader.IsDBNull(first + 1) ? null : reader.GetString(first + 1), reader.IsDBNull(first + 2) ? null : reader.GetString(first + 2));
        return new ImportMark(At(reader.GetInt64(first)), by is null && run is null ? null : new Importer(by ?? "", run));
    }

    private static DateTimeOffset At(long utcTicks) => new(utcTicks, TimeSpan.Zero);
}
