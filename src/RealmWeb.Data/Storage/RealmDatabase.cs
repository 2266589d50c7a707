using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace RealmWeb.Data.Storage;

/// <summary>The main database file: how it is opened and brought to the newest schema.</summary>
public sealed class RealmDatabase(IDbContextFactory<RealmDbContext> contexts, RealmPaths paths)
{
    private static readonly TimeSpan LockPatience = TimeSpan.FromMinutes(1);

    /// <summary>Applies the migrations that are missing. Several processes may call it at once.</summary>
    public void Migrate()
    {
        Directory.CreateDirectory(paths.Root);
        using var db = contexts.CreateDbContext();
        if (File.Exists(paths.Database) && !db.Database.GetPendingMigrations().Any())
            return;
        using (Lock())
        {
            // EF's own lock is a row that a killed process leaves behind for ever; under our file lock nobody holds it.
            db.Database.ExecuteSqlRaw("DROP TABLE IF EXISTS \"__EFMigrationsLock\"");
            db.Database.Migrate();
            db.Database.ExecuteSqlRaw("PRAGMA journal_mode = WAL");
        }
    }

    internal static void Configure(DbContextOptionsBuilder options, string file) =>
        options.UseSqlite(new SqliteConnectionStringBuilder { DataSource = file, DefaultTimeout = 30 }.ToString())
            .AddInterceptors(new SqlitePragmas());

    // The operating system gives the lock back when the process dies.
    private FileStream Lock()
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
