using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.Json;
using RealmWeb.Data.Sqlite;
using RealmWeb.Files;

namespace RealmWeb.Data.Corpora;

/// <summary>One corpus: its documents, blocks and terms in corpus.db. Safe for concurrent use by threads and processes: readers never wait
/// (write-ahead log), writers take turns.</summary>
public sealed class CorpusStore
{
    private const int PageRows = 512;
    private static readonly string[] Required = ["title", "identity", "changes"];
    private readonly TimeProvider _time;
    private readonly CorpusFile _file;
    private readonly LexicalSearch _lexical;

    internal CorpusStore(string name, string folder, TimeProvider time)
    {
        Name = name;
        Folder = folder;
        _time = time;
        _file = new CorpusFile(name, FileIn(folder));
        _lexical = new LexicalSearch(this);
    }

    public string Name { get; }

    /// <summary>Folder of the corpus.</summary>
    public string Folder { get; }

    /// <summary>Folder of the dense generations.</summary>
    public string IndexFolder => Path.Combine(Folder, "index");

    /// <summary>Folder of generations that evaluations of other models made, one folder a model; they answer nobody.</summary>
    public string EvaluationIndexFolder => Path.Combine(Folder, "evaluation-index");

    /// <summary>Keeps every other process from building this corpus's index until the result is disposed; the operating system gives the lock
    /// back when this process dies.</summary>
    /// <param name="evaluatedModel">Locks its index in <see cref="EvaluationIndexFolder"/> instead; null for the one that answers.</param>
    /// <returns>Null when another process holds it.</returns>
    public IDisposable? TryLockIndex(string? evaluatedModel = null)
    {
        var folder = evaluatedModel is null ? IndexFolder : Path.Combine(EvaluationIndexFolder, evaluatedModel);
        Directory.CreateDirectory(folder);
        return FileLock.TryTake(LockIn(folder));
    }

    /// <summary>Whether another process builds an index of this corpus, the one that answers or that of an evaluation.</summary>
    internal bool IsIndexBeingBuilt()
    {
        IEnumerable<string> evaluated = Directory.Exists(EvaluationIndexFolder) ? Directory.EnumerateDirectories(EvaluationIndexFolder) : [];
        return evaluated.Append(IndexFolder).Any(folder => FileLock.IsHeld(LockIn(folder)));
    }

    private static string LockIn(string indexFolder) => Path.Combine(indexFolder, "building.lock");

    internal TimeProvider Time => _time;

    internal static string FileIn(string folder) => Path.Combine(folder, "corpus.db");

    /// <summary>Counts, version and settings as they are now.</summary>
    public CorpusInfo Info() => Read(connection =>
    {
        var meta = new Dictionary<string, string>();
        using var command = Command(connection, "SELECT key, value FROM meta WHERE key NOT LIKE 'import:%'");
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
                meta[reader.GetString(0)] = reader.GetString(1);
        }
        if (Required.Any(key => !meta.ContainsKey(key)))
            throw Damaged("it does not say which corpus it is");
        return new CorpusInfo(
            Name, meta["title"], Number("documents"), Number("blocks"), $"{meta["identity"]}-{meta["changes"]}",
            meta.GetValueOrDefault("vocabulary", ""), (int)Number("block_pieces"), new DateTimeOffset(Number("changed_at"), TimeSpan.Zero));

        long Number(string key) => meta.TryGetValue(key, out var value) ? long.Parse(value, CultureInfo.InvariantCulture) : 0;
    });

    public void SetTitle(string title)
    {
        using var connection = Connect();
        SetMeta(connection, "title", title);
    }

    /// <summary>Documents by title.</summary>
    /// <param name="search">Part of the title or the source id, any case; empty for all.</param>
    /// <param name="page">From 1.</param>
    public DocumentRows ListDocuments(string search = "", int page = 1, int pageSize = 50)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(page, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(pageSize, 1);
        return Read(connection => ListDocuments(connection, search, page, pageSize));
    }

    private static DocumentRows ListDocuments(DbConnection connection, string search, int page, int pageSize)
    {
        const string Where = "WHERE $search = '' OR title LIKE $pattern ESCAPE '\\' OR source_id LIKE $pattern ESCAPE '\\'";
        var literal = search.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal)
            .Replace("_", "\\_", StringComparison.Ordinal);
        var pattern = $"%{literal}%";
        using var count = Command(connection, $"SELECT count(*) FROM documents {Where}", ("$search", search), ("$pattern", pattern));
        var total = (long)count.ExecuteScalar()!;
        using var command = Command(
            connection,
            $"SELECT id, source_id, title, characters, blocks, imported_at FROM documents {Where} ORDER BY {CorpusSchema.ByTitle} LIMIT $take OFFSET $skip",
            ("$search", search), ("$pattern", pattern), ("$take", pageSize), ("$skip", (long)(page - 1) * pageSize));
        var documents = new List<DocumentRow>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            documents.Add(new DocumentRow(
                reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3), reader.GetInt32(4), At(reader.GetInt64(5))));
        }
        return new DocumentRows(documents, total);
    }

    /// <summary>A document with its text; null when it does not exist (any more).</summary>
    public DocumentText? FindDocument(long id) => Read(connection =>
    {
        // One snapshot for both statements: an import in between must not mix two texts.
        using var transaction = CorpusFile.Snapshot(connection);
        using var command = Command(connection, "SELECT source_id, title, characters, imported_at, tail FROM documents WHERE id = $id", ("$id", id));
        using var reader = command.ExecuteReader();
        if (!reader.Read())
            return (DocumentText?)null;
        var text = new StringBuilder(reader.GetInt32(2));
        using var pieces = Command(connection, "SELECT gap, text FROM blocks WHERE document_id = $id ORDER BY start", ("$id", id));
        using (var piece = pieces.ExecuteReader())
        {
            while (piece.Read())
                text.Append(piece.GetString(0)).Append(piece.GetString(1));
        }
        text.Append(reader.GetString(4));
        return new DocumentText(id, reader.GetString(0), reader.GetString(1), text.ToString(), At(reader.GetInt64(3)));
    });

    /// <summary>Id of the document from a source; null when there is none.</summary>
    public long? FindDocumentId(string sourceId) => Read(connection =>
    {
        using var command = Command(connection, "SELECT id FROM documents WHERE source_id = $source", ("$source", sourceId));
        return (long?)command.ExecuteScalar();
    });

    /// <summary>Blocks of a document in the order of its text.</summary>
    public IReadOnlyList<BlockRow> BlocksOf(long documentId) => Read(connection =>
    {
        using var command = Command(connection, $"{SelectBlock} WHERE b.document_id = $id ORDER BY b.start", ("$id", documentId));
        return ReadBlocks(command);
    });

    /// <summary>Blocks by row, in the order asked for; rows that are gone are left out.</summary>
    public IReadOnlyList<BlockRow> GetBlocks(IReadOnlyList<long> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return rows.Count == 0 ? [] : Read(connection => GetBlocks(connection, rows));
    }

    private static List<BlockRow> GetBlocks(DbConnection connection, IReadOnlyList<long> rows)
    {
        using var command = Command(connection, $"{SelectBlock} WHERE b.row = $row", ("$row", 0L));
        command.Prepare();
        var blocks = new List<BlockRow>(rows.Count);
        foreach (var row in rows)
        {
            command.Parameters[0].Value = row;
            using var reader = command.ExecuteReader();
            if (reader.Read())
                blocks.Add(ReadBlock(reader));
        }
        return blocks;
    }

    /// <summary>All live blocks with a row above <paramref name="afterRow"/>, by row. Read in pages, so that a slow consumer keeps no old
    /// snapshot of the file alive; what is added meanwhile comes too.</summary>
    public IEnumerable<BlockRow> EnumerateBlocks(long afterRow = 0)
    {
        while (true)
        {
            var after = afterRow;
            var page = Read(connection =>
            {
                using var command = Command(
                    connection, $"{SelectBlock} WHERE b.row > $after ORDER BY b.row LIMIT $take", ("$after", after), ("$take", PageRows));
                return ReadBlocks(command);
            });
            foreach (var block in page)
                yield return block;
            if (page.Count < PageRows)
                yield break;
            afterRow = page[^1].Row;
        }
    }

    /// <summary>Rows of all live blocks, ascending; read in pages like the blocks.</summary>
    public IEnumerable<long> EnumerateRows()
    {
        const int Page = 64 * PageRows;
        long after = 0;
        while (true)
        {
            var last = after;
            var page = Read(connection =>
            {
                using var command = Command(
                    connection, "SELECT row FROM blocks WHERE row > $after ORDER BY row LIMIT $take", ("$after", last), ("$take", Page));
                return ReadNumbers(command);
            });
            foreach (var row in page)
                yield return row;
            if (page.Count < Page)
                yield break;
            after = page[^1];
        }
    }

    /// <summary>Which of these rows are there.</summary>
    public IReadOnlySet<long> LiveRows(IReadOnlyCollection<long> rows) => Read(connection =>
    {
        using var command = Command(
            connection, $"SELECT row FROM blocks WHERE {CorpusSchema.RowAmong}", ("$rows", JsonSerializer.Serialize(rows)));
        return ReadNumbers(command).ToHashSet();
    });

    /// <summary>What documents are called in their files, by id; those that are gone are left out.</summary>
    public IReadOnlyDictionary<long, string> SourceIds(IReadOnlyCollection<long> documents) => Read(connection =>
    {
        using var command = Command(
            connection, "SELECT id, source_id FROM documents WHERE id IN (SELECT value FROM json_each($ids))", ("$ids", JsonSerializer.Serialize(documents)));
        using var reader = command.ExecuteReader();
        var sources = new Dictionary<long, string>();
        while (reader.Read())
            sources[reader.GetInt64(0)] = reader.GetString(1);
        return sources;
    });

    /// <summary>The k best blocks for a question in plain words.</summary>
    /// <returns>Best first. Empty when no term of the question occurs.</returns>
    /// <exception cref="OperationCanceledException">The search was broken off.</exception>
    public IReadOnlyList<LexicalHit> SearchLexical(string question, int k, CancellationToken cancellationToken = default) =>
        Guarded(() => _lexical.Search(question, k, cancellationToken));

    /// <summary>Removes a document: its blocks are found and read no more as soon as this returns.</summary>
    /// <returns>False when there is no such document.</returns>
    public bool DeleteDocument(long id) => DeleteDocuments([id]) == 1;

    /// <summary>Removes documents, all or none: their blocks are found and read no more as soon as this returns.</summary>
    /// <returns>How many there were.</returns>
    public int DeleteDocuments(IEnumerable<long> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return Read(connection => Delete(connection, ids));
    }

    private int Delete(DbConnection connection, IEnumerable<long> ids)
    {
        using var transaction = connection.BeginTransaction();
        var writer = new CorpusWriter(connection);
        var deleted = ids.Count(writer.Delete);
        writer.Finish(_time.GetUtcNow());
        transaction.Commit();
        return deleted;
    }

    /// <summary>Begins or resumes an import.</summary>
    /// <param name="key">Names the import, so that a resumed one finds the position of the aborted one: the run's id.</param>
    public ImportSession BeginImport(string key) => new(this, key);

    /// <summary>Forgets the position of an import that will not be resumed.</summary>
    public void ForgetImport(string key) => BeginImport(key).Complete();

    /// <summary>Makes an empty corpus; nothing happens when there is one.</summary>
    internal static void Create(string folder, string title, TimeProvider time)
    {
        CorpusFile.Create(FileIn(folder), new Dictionary<string, string>
        {
            ["identity"] = Guid.NewGuid().ToString("N")[..8],
            ["title"] = title,
            ["changes"] = "0",
            ["documents"] = "0",
            ["blocks"] = "0",
            ["changed_at"] = time.GetUtcNow().UtcTicks.ToString(CultureInfo.InvariantCulture),
        });
    }

    /// <summary>Gives the pooled connections back, so that the folder can go.</summary>
    internal void Release() => _file.Release();

    internal DbConnection Connect() => _file.Connect();

    internal static DbCommand Command(DbConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
        return command;
    }

    internal static void SetMeta(DbConnection connection, string key, string value)
    {
        using var command = Command(
            connection, "INSERT INTO meta (key, value) VALUES ($key, $value) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            ("$key", key), ("$value", value));
        command.ExecuteNonQuery();
    }

    /// <summary>Does something with the database; what it says about damage comes out as what is wrong with this corpus.</summary>
    /// <exception cref="CorpusDamagedException">The file is damaged where it was read.</exception>
    internal T Read<T>(Func<DbConnection, T> read) => Guarded(() =>
    {
        using var connection = Connect();
        return read(connection);
    });

    private T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (DbException e) when (SqliteErrors.IsDamage(e))
        {
            throw Damaged(e.Message.TrimEnd('.'), e);
        }
    }

    private CorpusDamagedException Damaged(string how, Exception? inner = null) => CorpusDamagedException.Of(FileIn(Folder), how, inner);

    private const string SelectBlock =
        "SELECT b.row, b.block_id, b.document_id, d.title, b.text, b.start, b.context FROM blocks b JOIN documents d ON d.id = b.document_id";

    private static DateTimeOffset At(long utcTicks) => new(utcTicks, TimeSpan.Zero);

    private static List<BlockRow> ReadBlocks(DbCommand command)
    {
        var blocks = new List<BlockRow>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
            blocks.Add(ReadBlock(reader));
        return blocks;
    }

    private static List<long> ReadNumbers(DbCommand command)
    {
        var numbers = new List<long>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
            numbers.Add(reader.GetInt64(0));
        return numbers;
    }

    private static BlockRow ReadBlock(DbDataReader reader)
    {
        var (text, start) = (reader.GetString(4), reader.GetInt32(5));
        return new BlockRow(
            reader.GetInt64(0), reader.GetString(1), reader.GetInt64(2), reader.GetString(3), text, start, start + text.Length, reader.GetString(6));
    }
}
