using Microsoft.AspNetCore.Identity;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Data.Accounts;
using RealmWeb.Data.Notices;
using RealmWeb.Data.Sqlite;
using RealmWeb.Data.Storage;
using RealmWeb.TestKit;

namespace RealmWeb.Data.Tests;

/// <summary>The main database in a file of another application, which has tables, indexes and migrations of the same names.</summary>
public sealed class HostDatabaseTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("realm-host-db-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_folder, "app.db");

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Tables_LieBesideThoseOfTheApplication_AndAreFoundFromTheFolderAlone()
    {
        // Its own lock is held: the application migrates in this moment, or was killed then.
        Do("""
            CREATE TABLE "__EFMigrationsHistory" ("MigrationId" TEXT PRIMARY KEY, "ProductVersion" TEXT); INSERT INTO "__EFMigrationsHistory" VALUES ('1', '1');
            CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER PRIMARY KEY, "Timestamp" TEXT NOT NULL); INSERT INTO "__EFMigrationsLock" VALUES (1, 'now');
            CREATE TABLE "AspNetUsers" ("Name" TEXT); INSERT INTO "AspNetUsers" VALUES ('theirs'); CREATE INDEX "EmailIndex" ON "AspNetUsers" ("Name");
            CREATE TABLE "Runs" ("Name" TEXT); CREATE TABLE "Settings" ("Name" TEXT);
            """);
        var theirs = Names();

        await using (var first = Open("data", File))
        {
            await first.GetRequiredService<SettingStore>().SetAsync("theme", "dark", Stop);
            await first.GetRequiredService<SettingStore>().SetAsync("theme", "light", Stop);
            await first.GetRequiredService<NoticeStore>().SeeAsHostsUserAsync("ann", DateTimeOffset.UnixEpoch, Stop);
            await using var scope = first.CreateAsyncScope();
            Assert.True((await scope.ServiceProvider.GetRequiredService<UserManager<RealmUser>>().CreateAsync(new RealmUser { UserName = "ann" })).Succeeded);
        }
        await using var again = Open("data", null);
        await using var db = await again.GetRequiredService<IDbContextFactory<RealmDbContext>>().CreateDbContextAsync(Stop);
        using var own = new TempData();

        Assert.Equal("light", await again.GetRequiredService<SettingStore>().FindAsync("theme", Stop));
        Assert.Equal("ann", (await db.Users.SingleAsync(Stop)).UserName);
        Assert.False(System.IO.File.Exists(Path.Combine(_folder, "data", "realm.db")));
        Assert.Equal(1, Do("SELECT count(*) FROM \"AspNetUsers\" WHERE \"Name\" = 'theirs'"));
        Assert.Equal(1, Do("SELECT count(*) FROM \"__EFMigrationsLock\""));
        Assert.Equal(1, Do("SELECT count(*) FROM \"__EFMigrationsHistory\""));
        var ours = Names().Except(theirs).ToList();
        Assert.All(ours, name => Assert.StartsWith("RealmWeb_", name, StringComparison.Ordinal));
        // The same as in a database of our own, whatever the migrations did on the way.
        Assert.Equal(
            Names(Path.Combine(own.Folder, "realm.db")).Where(name => !name.StartsWith("__EF", StringComparison.Ordinal)),
            ours.Select(name => name["RealmWeb_".Length..]).Where(name => name is not ("Migrations" or "__EFMigrationsLock")));
    }

    [Fact]
    public async Task File_IsMade_WhereTheApplicationHasNoneYet()
    {
        await using var services = Open("data", $"Data Source={File};Foreign Keys=True");

        await services.GetRequiredService<SettingStore>().SetAsync("theme", "dark", Stop);

        Assert.Contains("RealmWeb_Settings", Names());
    }

    [Fact]
    public void Start_IsRefused_WhereATableIsNotOurs()
    {
        Do("CREATE TABLE \"RealmWeb_Pages\" (\"Name\" TEXT)");

        Assert.Contains("RealmWeb_Pages", Assert.Throws<DatabasePlaceException>(() => Open("data", File)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Start_IsRefused_WhereTheFolderHasADatabaseOfItsOwn()
    {
        Open("data", null).Dispose();

        Assert.Contains("realm.db", Assert.Throws<DatabasePlaceException>(() => Open("data", File)).Message, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(File));
    }

    [Theory]
    [InlineData("Data Source=:memory:", "no file")]
    [InlineData("Data Source=app.db;Mode=ReadOnly", "no file")]
    [InlineData("Host=db;Database=app", "no connection string of SQLite")]
    [InlineData("Data Source=app.db;Password=x", "password")]
    public void Name_IsRefused_WhereItIsNoFile(string named, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => DatabasePlace.FileOf(named, _folder)).Message, StringComparison.Ordinal);

    private ServiceProvider Open(string folder, string? database)
    {
        var services = new ServiceCollection().AddLogging()
            .AddRealmData(options => (options.Directory, options.Database) = (Path.Combine(_folder, folder), database ?? ""));
        services.AddRealmAccountStore();
        var provider = services.BuildServiceProvider();
        provider.UseRealmData();
        return provider;
    }

    private long Do(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), null);
    }

    private List<string> Names(string? file = null)
    {
        using var connection = new SqliteConnection($"Data Source={file ?? File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'";
        using var reader = command.ExecuteReader();
        var names = new List<string>();
        while (reader.Read())
            names.Add(reader.GetString(0));
        names.Sort(StringComparer.Ordinal);
        return names;
    }
}
