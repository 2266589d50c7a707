using System.Net;
using System.Net.Sockets;
using RealmWeb.TestKit;

namespace RealmWeb.Server.Tests.Hosting;

/// <summary>A site that cannot start says why in one sentence and ends with 1.</summary>
public sealed class StartFailureTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("realmweb-start-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Start_SaysThatTheDatabaseIsEmpty()
    {
        File.WriteAllText(Path.Combine(_folder, "realm.db"), "");

        await RefusesAsync($"The database {Path.Combine(_folder, "realm.db")} is empty. Restore it from a backup");
    }

    [Theory]
    [InlineData(100)]
    [InlineData(20_000)]
    public async Task Start_SaysThatTheDatabaseIsDamaged(int from)
    {
        using (TempData.ServicesIn(_folder))
        {
        }
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        var file = Path.Combine(_folder, "realm.db");
        var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        new Random(1).NextBytes(bytes.AsSpan(from, 40_000));
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);

        await RefusesAsync($"The database {file} is damaged (");
    }

    [Fact]
    public async Task Start_SaysWhichKeyIsDamaged()
    {
        var key = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "keys")).FullName, $"key-{Guid.NewGuid()}.xml");
        await File.WriteAllTextAsync(key, "<key id=\"", TestContext.Current.CancellationToken);

        await RefusesAsync($"The key file {key} is damaged (");
    }

    [Fact]
    public async Task Start_SaysThatTheAddressIsTaken()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}";

        await RefusesAsync($"Failed to bind to address {address}: address already in use. Another program", settings: $"urls={address}");
    }

    [Fact]
    public async Task Start_SaysThatTheDataFolderCannotBeWritten()
    {
        // What nobody may write: for root a folder of the system's own, for others one that is closed.
        var closed = Environment.IsPrivilegedProcess ? "/sys/realmweb" : Path.Combine(_folder, "closed", "data");
        if (!Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows())
            Directory.CreateDirectory(Path.GetDirectoryName(closed)!, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        await RefusesAsync("The data folder cannot be written (", data: closed);
    }

    [Fact]
    public async Task Start_SaysThatTheDiskIsFull()
    {
        await RefusesAsync("The data disk is full, or a quota or a limit for files is reached (", fileBlocks: 0);

        Assert.False(File.Exists(Path.Combine(_folder, "realm.db")));
    }

    private async Task RefusesAsync(string sentence, string? data = null, int? fileBlocks = null, params string[] settings)
    {
        var (code, output) = await ServerProcess.FailAsync(AppContext.BaseDirectory, data ?? _folder, fileBlocks, ["Realm:ImportSample=false", .. settings]);

        Assert.Equal(1, code);
        var line = Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.StartsWith(sentence, line, StringComparison.Ordinal);
    }
}
