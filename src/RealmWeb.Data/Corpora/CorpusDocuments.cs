using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using RealmWeb.Data.Sqlite;

namespace RealmWeb.Data.Corpora;

/// <summary>The documents of a corpus.</summary>
public sealed class CorpusDocuments
{
    // Tidying the terms of so many blocks takes about a second; larger corpora lose deleted terms when SQLite merges them.
    private const int MostBlocksTidied = 50_000;

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
        // One snapshot for all statements: an import in between must not mix two texts.
        using var transaction = CorpusFile.Snapshot(connection);
        using var command = Sql.Command(connection, "SELECT source_id, title, imported_at, version FROM documents WHERE id = $id", ("$id", id));
        using var reader = command.ExecuteReader();
        if (!reader.Read())
            return (DocumentText?)null;
        var starts = new List<int>();
        using var pages = Sql.Command(connection, "SELECT start FROM pages WHERE document_id = $id ORDER BY page", ("$id", id));
        using (var page = pages.ExecuteReader())
        {
            while (page.Read())
                starts.Add(page.GetInt32(0));
        }
        return new DocumentText(id, reader.GetString(0), reader.GetString(1), StoredText.Find(connection, id)!, ImportMarks.At(reader.GetInt64(2)))
        {
            PageStarts = starts, Version = reader.GetInt32(3),
        };
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
            reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.IsDBNull(3) ? null : ImportMarks.Read(reader, 3),
            ImportMarks.Read(reader, 6));
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

    /// <summary>Documents whose title or text a run brought in, in the order in which they came first.</summary>
    /// <param name="run">Id of the run.</param>
    /// <param name="most">How many are named.</param>
    /// <returns>Each with whether it was new; those that changed again since are left out.</returns>
    public IReadOnlyList<(string SourceId, string Title, bool IsNew)> BroughtInBy(string run, int most) => _file.Read(connection =>
    {
        using var command = Sql.Command(
            connection, "SELECT source_id, title, coalesce(added_run = $run, 0) FROM documents WHERE changed_run = $run ORDER BY id LIMIT $most",
            ("$run", run), ("$most", most));
        using var reader = command.ExecuteReader();
        var documents = new List<(string, string, bool)>();
        while (reader.Read())
            documents.Add((reader.GetString(0), reader.GetString(1), reader.GetBoolean(2)));
        return documents;
    });

    /// <summary>The text of a document up to the end of the passage that holds a place, beginning with a passage some way above it.</summary>
    /// <param name="offset">Of the place in the document's text.</param>
    /// <param name="letters">How far above the place the text begins at least, where the document has as much; UTF-16.</param>
    /// <returns>The text and its offset in the document's; empty where the document is gone.</returns>
    public (string Text, int Start) TextAbove(long id, int offset, int letters) => _file.Read(connection =>
    {
        using var command = Sql.Command(
            connection, "SELECT gap, text, start FROM blocks WHERE document_id = $id AND start <= $offset ORDER BY start DESC",
            ("$id", id), ("$offset", offset));
        using var reader = command.ExecuteReader();
        var (pieces, start) = (new Stack<string>(), offset);
        while (start > offset - letters && reader.Read())
        {
            pieces.Push(reader.GetString(1));
            pieces.Push(reader.GetString(0));
            start = reader.GetInt32(2) - reader.GetString(0).Length;
        }
        return (string.Concat(pieces), start);
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

    /// <summary>Removes a document with its former versions: its blocks are found and read no more as soon as this returns.</summary>
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
            if (deleted > 0 && long.Parse(CorpusMeta.Find(connection, "blocks")!, CultureInfo.InvariantCulture) <= MostBlocksTidied)
                TermIndex.Tidy(connection);
            transaction.Commit();
            if (deleted > 0)
                CorpusFile.Scrub(connection);
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
                reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3), reader.GetInt32(4),
                ImportMarks.At(reader.GetInt64(5))));
        }
        return documents;
    }
}
