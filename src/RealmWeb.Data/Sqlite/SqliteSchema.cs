using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using RealmWeb.Data.Storage;
using RealmWeb.Files;

namespace RealmWeb.Data.Sqlite;

/// <summary>The main database as a SQLite file: how it is opened and brought to the newest schema.</summary>
public sealed class SqliteSchema(IDbContextFactory<RealmDbContext> contexts, RealmPaths paths)
{
    private static readonly TimeSpan LockPatience = TimeSpan.FromMinutes(1);

    /// <summary>Makes the database where there is none; the caller holds the <see cref="Lock"/>.</summary>
    public void Create()
    {
        // The application makes its file in its own way, maybe in this moment.
        if (!paths.IsHostsDatabase && !File.Exists(paths.Database))
            SqliteFile.Make(paths.Database, Fill);
    }

    /// <summary>Nothing is to be done.</summary>
    /// <exception cref="DatabaseDamagedException">The file cannot be read.</exception>
    public bool IsNewest() => Guarded(db => !db.Database.GetPendingMigrations().Any());

    /// <summary>Applies the migrations that are missing; the caller holds the <see cref="Lock"/>.</summary>
    /// <exception cref="DatabaseDamagedException">The file cannot be read.</exception>
    /// <exception cref="DatabasePlaceException">Another application's database has names that ours would have.</exception>
    public void Apply() => Guarded(Apply);

    /// <summary>Reads the whole file, if there is one. A file of another application is its own to check.</summary>
    /// <exception cref="DatabaseDamagedException">Something in it does not fit together.</exception>
    public void Check()
    {
        if (!paths.IsHostsDatabase && File.Exists(paths.Database) && Guarded(FirstFault) is var found && found != "ok")
            throw new DatabaseDamagedException(paths.Database, new InvalidDataException(found));
    }

    /// <summary>Keeps every other process from changing the schema. The operating system gives the lock back when the process dies.</summary>
    public IDisposable Lock() => FileLock.TryTake(paths.MigrationLock, LockPatience)
        ?? throw new TimeoutException(
            $"Another process has been bringing {paths.Database} to a new form for {LockPatience}. Wait for its end, then try again.");

    internal static void Configure(DbContextOptionsBuilder options, RealmPaths paths)
    {
        Configure(options, paths.Database);
        if (paths.IsHostsDatabase)
            HostTables.Configure(options);
    }

    private static void Configure(DbContextOptionsBuilder options, string file, bool pooling = true) =>
        options.UseSqlite(new SqliteConnectionStringBuilder { DataSource = file, DefaultTimeout = 30, Pooling = pooling }.ToString())
            .AddInterceptors(new SqlitePragmas());

    private static string FirstFault(RealmDbContext db)
    {
        db.Database.OpenConnection();
        using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = "PRAGMA quick_check(1)";
        return (string)command.ExecuteScalar()!;
    }

    private static void Fill(string file)
    {
        var options = new DbContextOptionsBuilder<RealmDbContext>();
        Configure(options, file, pooling: false);
        using var db = new RealmDbContext(options.Options);
        Apply(db);
    }

    private static bool Apply(RealmDbContext db)
    {
        // EF's own lock is a row that a killed process leaves behind for ever; under our file lock nobody holds it.
        db.Execute($"DROP TABLE IF EXISTS \"__EFMigrationsLock\"");
        db.Database.Migrate();
        db.Database.ExecuteSqlRaw("PRAGMA journal_mode = WAL");
        return true;
    }

    private T Guarded<T>(Func<RealmDbContext, T> work)
    {
        try
        {
            using var db = contexts.CreateDbContext();
            if (paths.IsHostsDatabase)
                HostTables.RequireRoom(db, paths.Database);
            return work(db);
        }
        catch (SqliteException failure) when (SqliteErrors.IsDamage(failure))
        {
            throw new DatabaseDamagedException(paths.Database, failure, paths.IsHostsDatabase);
        }
    }

    /// <summary>For `dotnet ef migrations add`.</summary>
    internal sealed class DesignTimeFactory : IDesignTimeDbContextFactory<RealmDbContext>
    {
        public RealmDbContext CreateDbContext(string[] args)
        {
            var options = new DbContextOptionsBuilder<RealmDbContext>();
            Configure(options, "design-time.db");
            return new RealmDbContext(options.Options);
        }
    }
}
