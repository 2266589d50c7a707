using RealmWeb.Files;

namespace RealmWeb.Data.Tests.Files;

public sealed class DurableFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("realm-files-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Write_KeepsTheOldFileAndLeavesNothingElse_WhenItFails()
    {
        var path = At("settings.json");
        DurableFile.WriteText(path, "old");

        Assert.Throws<IOException>(() => DurableFile.Write(path, stream =>
        {
            stream.Write("half of the n"u8);
            throw new IOException("No space left on device.");
        }));

        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public void Write_IsSeenWholeOrNotAtAll_WhileItGoesOn()
    {
        var path = At("lines.txt");
        DurableFile.WriteLines(path, ["one", "two"]);
        string? seen = null;

        DurableFile.Write(path, stream =>
        {
            stream.Write("three"u8);
            seen = File.ReadAllText(path);
        });

        Assert.Equal(("one\ntwo\n", "three"), (seen, File.ReadAllText(path)));
    }

    [Fact]
    public void Make_LeavesNothing_WhenTheNameIsTaken()
    {
        Directory.CreateDirectory(At("set"));

        Assert.Throws<IOException>(() => DurableFolder.Make(At("set"), coming => File.WriteAllText(Path.Combine(coming, "a"), "a")));

        Assert.Equal([At("set")], Directory.EnumerateFileSystemEntries(_folder));
        Assert.Empty(Directory.EnumerateFileSystemEntries(At("set")));
    }

    [Fact]
    public void TryTake_GivesTheLockToOneAtATime_AndSaysWhyItCannot()
    {
        using (FileLock.TryTake(At("lock")))
        {
            Assert.Null(FileLock.TryTake(At("lock")));
            Assert.True(FileLock.IsHeld(At("lock")));
        }

        using var again = FileLock.TryTake(At("lock"));

        Assert.NotNull(again);
        Assert.False(FileLock.IsHeld(At("nowhere")));
        // A folder that is not there is no lock that somebody holds.
        Assert.Throws<DirectoryNotFoundException>(() => FileLock.TryTake(At("nowhere/lock")));
    }

    [Fact]
    public void Require_NamesWhatNeedsTheRoom_WhenThereIsTooLittle()
    {
        var refused = Assert.Throws<DiskFullException>(() => DiskRoom.Require(At("not/there/yet"), "The import", 5 << 20, long.MaxValue / 2));

        Assert.Equal("The import needs 5.0 MiB but only 0.0 MiB may be used on the data disk. Free space, then try again.", refused.Message);
        Assert.Equal((5 << 20, 0), (refused.Needed, refused.Free));
    }

    private string At(string name) => Path.Combine(_folder, name);
}
