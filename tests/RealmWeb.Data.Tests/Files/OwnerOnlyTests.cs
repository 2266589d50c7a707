namespace RealmWeb.Data.Tests.Files;

public sealed class OwnerOnlyTests : IDisposable
{
    private const UnixFileMode Everybody = (UnixFileMode)0b111_101_101;
    private const UnixFileMode Readable = (UnixFileMode)0b110_100_100;

    private readonly string _folder = Directory.CreateTempSubdirectory("realm-modes-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void In_ClosesADataFolderFromBefore_ButNotWhatIsNotOurs()
    {
        if (OperatingSystem.IsWindows())
            return;
        foreach (var file in new[] { "realm.db", "realm.db-wal", "corpora/a/corpus.db", "models/m/config.json", "notes.txt" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_folder, file))!);
            File.WriteAllText(Path.Combine(_folder, file), "x");
            File.SetUnixFileMode(Path.Combine(_folder, file), Readable);
        }
        foreach (var folder in new[] { "", "corpora", "corpora/a", "models", "models/m" })
            File.SetUnixFileMode(Path.Combine(_folder, folder), Everybody);

        RealmPaths.In(_folder);

        Assert.Equal("0700 0700 0700 0600 0700 0700 0600 0644 0600 0600", string.Join(' ', Modes()));
    }

    // Made for us beforehand, as volumes are.
    [Fact]
    public void In_ClosesAFolderThatIsEmpty()
    {
        if (OperatingSystem.IsWindows())
            return;
        File.SetUnixFileMode(_folder, Everybody);

        RealmPaths.In(_folder);

        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(_folder));
    }

    [Fact]
    public void In_LeavesAFolderAsItIs_WhenItHoldsNothingOfOurs()
    {
        if (OperatingSystem.IsWindows())
            return;
        File.WriteAllText(Path.Combine(_folder, "notes.txt"), "x");
        File.SetUnixFileMode(_folder, Everybody);

        RealmPaths.In(_folder);
        RealmPaths.In(Path.Combine(_folder, "data"));

        Assert.Equal(Everybody, File.GetUnixFileMode(_folder));
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(Path.Combine(_folder, "data")));
    }

    private IEnumerable<string> Modes() => Directory.EnumerateFileSystemEntries(_folder, "*", SearchOption.AllDirectories).Append(_folder)
        .Order(StringComparer.Ordinal).Select(path => OperatingSystem.IsWindows() ? "" : "0" + Convert.ToString((int)File.GetUnixFileMode(path), 8));
}
