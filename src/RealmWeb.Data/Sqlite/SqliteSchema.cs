using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace RealmWeb.Data.Sqlite;

/// <summary>The main database as a SQLite file: how it is opened and brought to the newest schema.</summary>
public sealed class SqliteSchema(IDbContextFactory<RealmDbContext> contexts, RealmPaths paths)
{
    private static readonly TimeSpan LockPatience = TimeSpan.FromMinutes(1);

    /// <summary>Nothing is to be done.</summary>
    public bool IsNewest()
    {
        using var db = contexts.CreateDbContext();
        return File.Exists(paths.Database) && !db.Database.GetPendingMigrations().Any();
    }

    /// <summary>Applies the migrations that are missing; the caller holds the <see cref="Lock"/>.</summary>
    public void Apply()
    {
        using var db = contexts.CreateDbContext();
        // EF's own lock is a row that a killed process leaves behind for ever; under our file lock nobody holds it.
        db.Database.ExecuteSqlRaw("DROP TABLE IF EXISTS \"__EFMigrationsLock\"");
        db.Database.Migrate();
        db.Database.ExecuteSqlRaw("PRAGMA journal_mode = WAL");
    }

    /// <summary>Keeps every other process from changing the schema. The operating system gives the lock back when the process dies.</summary>
    public IDisposable Lock()
    {
        var path = paths.Database + ".migrating";
        for (var waited = TimeSpan.Zero; ; waited += TimeSpan.FromMilliseconds(50))
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (waited < LockPatience)
            {
                Thread.Sleep(50);
            }
        }
    }

    internal static void Configure(DbContextOptionsBuilder options, string file) =>
        options.UseSqlite(new SqliteConnectionStringBuilder { DataSource = file, DefaultTimeout = 30 }.ToString())
            .AddInterceptors(new SqlitePragmas());

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
