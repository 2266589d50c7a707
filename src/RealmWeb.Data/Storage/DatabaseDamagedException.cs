namespace RealmWeb.Data.Storage;

/// <summary>The main database cannot be used.</summary>
public sealed class DatabaseDamagedException : Exception
{
    private DatabaseDamagedException(string path, string message, Exception? inner = null) : base(message, inner) => Path = path;

    public DatabaseDamagedException(string path, Exception found, bool isHosts = false)
        : this(path, $"The database {path} is damaged ({found.Message.ReplaceLineEndings(" ").TrimEnd('.')}). Restore it from a backup with its -wal file"
            + (isHosts ? "." : ", or move it away to begin with new accounts and an empty list of runs; corpora and models stay."), found)
    {
    }

    public string Path { get; }

    public static DatabaseDamagedException Empty(string path) => new(
        path, $"The database {path} is empty. Restore it from a backup, or delete it to begin with new accounts and an empty list of runs; corpora and models "
            + $"stay.");
}
