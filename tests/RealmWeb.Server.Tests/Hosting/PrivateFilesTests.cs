using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Data;
using RealmWeb.TestKit;

namespace RealmWeb.Server.Tests.Hosting;

/// <summary>What lies in the data folder is its owner's alone, whoever wrote it.</summary>
[Collection(AskingTests.Name)]
public sealed class PrivateFilesTests(AskableSite askable)
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    [Fact]
    public void Site_MakesFilesAndFoldersForItsOwnerAlone_ThoseOfSqliteAndOfRunsToo()
    {
        // While it is open, SQLite has files of its own beside the database.
        using var db = askable.Site.Services.GetRequiredService<IDbContextFactory<RealmDbContext>>().CreateDbContext();
        db.Database.OpenConnection();
        Assert.True(db.Runs.Any());
        var paths = Directory.EnumerateFileSystemEntries(askable.Site.DataFolder, "*", SearchOption.AllDirectories).ToList();

        Assert.Contains(paths, path => path.EndsWith("realm.db-wal", StringComparison.Ordinal));
        Assert.Contains(paths, path => path.EndsWith("vectors.realm", StringComparison.Ordinal));
        Assert.Empty(Open(paths.Append(askable.Site.DataFolder)));
    }

    [Fact]
    public async Task Command_MakesFilesAndFoldersForItsOwnerAlone()
    {
        using var data = new TempData();
        var folder = Path.Combine(data.Folder, "data");
        RandomModel.Make(Path.Combine(data.Folder, "tiny"));

        var imported = await RealmProgram.RunAsync(
            ["--data-dir", folder, "model", "import", Path.Combine(data.Folder, "tiny")], cancellationToken: TestContext.Current.CancellationToken);
        var filled = await RealmProgram.RunAsync(
            ["--data-dir", folder, "import", RandomModel.Articles[0], "--corpus", "notes", "--model", "tiny"],
                cancellationToken: TestContext.Current.CancellationToken);

        Assert.True((imported.Code, filled.Code) == (0, 0), imported.Errors + filled.Errors);
        Assert.Empty(Open(Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Append(folder)));
    }

    private static IEnumerable<string> Open(IEnumerable<string> paths) =>
        paths.Where(path => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0);
}
