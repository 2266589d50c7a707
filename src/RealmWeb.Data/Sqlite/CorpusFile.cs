using System.Data.Common;
using Microsoft.Data.Sqlite;
using RealmWeb.Data.Corpora;

namespace RealmWeb.Data.Sqlite;

/// <summary>The database of a corpus as a SQLite file of its own, for threads and processes at once: readers never wait (write-ahead log), writers
/// take turns.</summary>
internal sealed class CorpusFile(string corpus, string path)
{
    private readonly string _connectionString = ConnectionString(path, SqliteOpenMode.ReadWrite);
    private readonly Lock _identityLock = new();
    private DateTime _identity;

    /// <summary>Makes an empty corpus, as a whole; nothing happens when there is one.</summary>
    public static void Create(string path, IReadOnlyDictionary<string, string> meta)
    {
        var folder = Path.GetDirectoryName(path)!;
        try
        {
            SqliteFile.Make(path, coming => Fill(coming, meta));
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was faster.
        }
        catch when (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
            throw;
        }
    }

    /// <summary>An open connection.</summary>
    /// <exception cref="CorpusNotFoundException">The file is gone.</exception>
    /// <exception cref="CorpusDamagedException">It cannot be used.</exception>
    public DbConnection Connect()
    {
        var identity = File.GetCreationTimeUtc(path);
        if (!File.Exists(path))
            throw new CorpusNotFoundException(corpus, []);
        lock (_identityLock)
        {
            // Another process may have removed the corpus and made it anew: pooled connections would still read the removed file.
            if (identity != _identity)
            {
                Release();
                Check();
                _identity = identity;
            }
        }
        return Open();
    }

    /// <summary>Does something with the database; what it says about damage comes out as what is wrong with this corpus.</summary>
    /// <exception cref="CorpusDamagedException">The file is damaged where it was read.</exception>
    public T Read<T>(Func<DbConnection, T> read)
    {
        try
        {
            using var connection = Connect();
            return read(connection);
        }
        catch (DbException e) when (SqliteErrors.IsDamage(e))
        {
            throw Damaged(e.Message, e);
        }
    }

    /// <param name="how">What was found.</param>
    public CorpusDamagedException Damaged(string how, Exception? inner = null) => CorpusDamagedException.Of(path, how, inner);

    /// <summary>Begins to read one state of the file, whatever is written meanwhile.</summary>
    public static DbTransaction Snapshot(DbConnection connection) => ((SqliteConnection)connection).BeginTransaction(deferred: true);

    /// <summary>Writes one state of the database into another file, whatever is written meanwhile.</summary>
    /// <param name="target">Must not exist.</param>
    public void CopyTo(string target) => Read(connection =>
    {
        using var copy = new SqliteConnection(ConnectionString(target, SqliteOpenMode.ReadWriteCreate) + ";Pooling=False");
        copy.Open();
        ((SqliteConnection)connection).BackupDatabase(copy);
        return true;
    });

    /// <summary>Removes what was deleted from the log beside the file too, unless somebody reads an older state right now: then the next writings do.</summary>
    public static void Scrub(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA busy_timeout = 500; PRAGMA wal_checkpoint(TRUNCATE);";
        command.ExecuteNonQuery();
    }

    /// <summary>Gives the pooled connections back, so that the file can go.</summary>
    public void Release()
    {
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
    }

    private static void Fill(string path, IReadOnlyDictionary<string, string> meta)
    {
        using var connection = new SqliteConnection(ConnectionString(path, SqliteOpenMode.ReadWriteCreate) + ";Pooling=False");
        connection.Open();
        CorpusSchema.Create(connection, meta);
    }

    private static string ConnectionString(string file, SqliteOpenMode mode) =>
        new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, DefaultTimeout = 60 }.ToString();

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        using var pragmas = connection.CreateCommand();
        // What is deleted is overwritten: a document that somebody took back must not stand in the file.
        pragmas.CommandText = "PRAGMA busy_timeout = 10000; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON;";
        pragmas.ExecuteNonQuery();
        return connection;
    }

    private void Check()
    {
        try
        {
            using var connection = Open();
            CorpusSchema.Check(connection);
        }
        catch (SqliteException e) when (SqliteErrors.IsDamage(e))
        {
            throw Damaged(e.Message, e);
        }
    }
}
