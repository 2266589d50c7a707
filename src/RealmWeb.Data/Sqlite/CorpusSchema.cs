using Microsoft.Data.Sqlite;
using RealmWeb.Data.Corpora;

namespace RealmWeb.Data.Sqlite;

/// <summary>The tables of corpus.db. Version in user_version; a newer file is refused, an older one is brought up here.</summary>
internal static class CorpusSchema
{
    public const long Version = 7;

    /// <summary>Order of documents as people read lists; there is an index for it.</summary>
    public const string ByTitle = "title COLLATE NOCASE, id";

    /// <summary>Condition for blocks whose row is in a JSON list.</summary>
    public const string RowAmong = "row IN (SELECT value FROM json_each($rows))";

    /// <summary>The same for ids, given as JSON in $ids.</summary>
    public const string IdAmong = "id IN (SELECT value FROM json_each($ids))";

    // A document's text is its blocks with the gaps before them, then the tail: each character is stored once, and a block is read without
    // touching the rest of its document.
    private const string Tables =
        """
        CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

        CREATE TABLE documents (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            source_id TEXT NOT NULL UNIQUE,
            title TEXT NOT NULL,
            content_hash BLOB NOT NULL,
            characters INTEGER NOT NULL,
            blocks INTEGER NOT NULL,
            imported_at INTEGER NOT NULL,
            tail TEXT NOT NULL);
        CREATE INDEX documents_by_title ON documents (title COLLATE NOCASE, id);

        CREATE TABLE blocks (
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            document_id INTEGER NOT NULL REFERENCES documents (id),
            block_id TEXT NOT NULL,
            start INTEGER NOT NULL,
            gap TEXT NOT NULL,
            text TEXT NOT NULL);
        CREATE INDEX blocks_by_document ON blocks (document_id, start);
        CREATE INDEX blocks_by_block_id ON blocks (block_id);

        CREATE VIRTUAL TABLE terms USING fts5 (
            title, body, content = '', contentless_delete = 1, tokenize = 'porter unicode61 remove_diacritics 2');
        """;

    // What each version added to the one before, from version 2 on.
    private static readonly string[] Additions =
    [
        // Which file a document came from and what that file calls it, so that files of one name or with the same ids do not replace each other; and what
        // an import that is under way has met so far, so that it can say what it did not meet. Documents of version 1 have no origin until they are
        // imported again.
        """
        ALTER TABLE documents ADD COLUMN origin TEXT;
        ALTER TABLE documents ADD COLUMN given_id TEXT;
        CREATE UNIQUE INDEX documents_by_origin ON documents (origin, given_id) WHERE origin IS NOT NULL;

        CREATE TABLE import_documents (import TEXT NOT NULL, document_id INTEGER NOT NULL, PRIMARY KEY (import, document_id)) WITHOUT ROWID;
        CREATE TABLE import_skips (import TEXT NOT NULL, origin TEXT NOT NULL, PRIMARY KEY (import, origin)) WITHOUT ROWID;

        PRAGMA user_version = 2;
        """,
        // Blocks that are read with what stands further up in their document: the head of a table.
        """
        ALTER TABLE blocks ADD COLUMN context TEXT NOT NULL DEFAULT '';

        PRAGMA user_version = 3;
        """,
        // Where the pages of a document begin that has pages.
        """
        CREATE TABLE pages (
            document_id INTEGER NOT NULL REFERENCES documents (id), page INTEGER NOT NULL, start INTEGER NOT NULL, PRIMARY KEY (document_id, page))
            WITHOUT ROWID;

        PRAGMA user_version = 4;
        """,
        // Who brought a document in and who changed it last, each with the run that did; imported_at is when it changed last. Nobody knows it of older ones.
        """
        ALTER TABLE documents ADD COLUMN added_at INTEGER;
        ALTER TABLE documents ADD COLUMN added_by TEXT;
        ALTER TABLE documents ADD COLUMN added_run TEXT;
        ALTER TABLE documents ADD COLUMN changed_by TEXT;
        ALTER TABLE documents ADD COLUMN changed_run TEXT;

        PRAGMA user_version = 5;
        """,
        // Where the words of a page stand on it, in the form of the engine. Documents have them once their file was read again.
        """
        CREATE TABLE page_layouts (
            document_id INTEGER NOT NULL REFERENCES documents (id), page INTEGER NOT NULL, layout BLOB NOT NULL, PRIMARY KEY (document_id, page));

        PRAGMA user_version = 6;
        """,
        // The texts that documents had before, compressed. What a document has now is number `version`; of older ones nobody knows how many came before.
        """
        ALTER TABLE documents ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

        CREATE TABLE document_versions (
            document_id INTEGER NOT NULL REFERENCES documents (id),
            number INTEGER NOT NULL,
            title TEXT NOT NULL,
            origin TEXT,
            characters INTEGER NOT NULL,
            content_hash BLOB NOT NULL,
            made_at INTEGER NOT NULL,
            made_by TEXT,
            made_run TEXT,
            text BLOB NOT NULL,
            PRIMARY KEY (document_id, number));

        PRAGMA user_version = 7;
        """,
    ];

    /// <summary>Makes the tables in an empty file.</summary>
    public static void Create(SqliteConnection connection, IReadOnlyDictionary<string, string> meta)
    {
        Execute(connection, "PRAGMA journal_mode = WAL");
        using var transaction = connection.BeginTransaction();
        // Another process may have been faster.
        if (Scalar(connection, "PRAGMA user_version") == 0)
        {
            Execute(connection, Tables);
            BringUp(connection, from: 1);
            foreach (var (key, value) in meta)
            {
                using var insert = connection.CreateCommand();
                insert.CommandText = "INSERT INTO meta (key, value) VALUES ($key, $value)";
                insert.Parameters.AddWithValue("$key", key);
                insert.Parameters.AddWithValue("$value", value);
                insert.ExecuteNonQuery();
            }
        }
        transaction.Commit();
    }

    /// <summary>Brings up files of an older version and refuses those that this program does not understand.</summary>
    public static void Check(SqliteConnection connection)
    {
        var found = Scalar(connection, "PRAGMA user_version");
        if (found is > 0 and < Version)
        {
            using var transaction = connection.BeginTransaction();
            // Another process may have been faster.
            BringUp(connection, Scalar(connection, "PRAGMA user_version"));
            transaction.Commit();
            found = Scalar(connection, "PRAGMA user_version");
        }
        if (found != Version)
        {
            throw new CorpusDamagedException(connection.DataSource, found == 0
                ? $"The file {connection.DataSource} is no corpus. Delete the corpus and import it again."
                : $"The database {connection.DataSource} has schema version {found} but this program knows {Version}. Use the program that wrote it, or a "
                    + $"newer one.");
        }
    }

    private static void BringUp(SqliteConnection connection, long from)
    {
        foreach (var addition in Additions.Skip((int)from - 1))
            Execute(connection, addition);
    }

    private static long Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
