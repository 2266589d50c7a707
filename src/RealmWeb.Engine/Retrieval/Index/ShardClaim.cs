namespace RealmWeb.Engine.Retrieval.Index;

/// <summary>Keeps other processes from embedding a shard of a build at the same time; the operating system gives the claim back when its holder dies.</summary>
internal static class ShardClaim
{
    /// <summary>The claim; null where another process has it.</summary>
    public static IDisposable? TryTake(string building, int shard) => TryOpen(GenerationFiles.Claim(building, shard));

    /// <summary>Whether a process embeds a shard of the build.</summary>
    public static bool IsAnyHeld(string building) => Directory.EnumerateFiles(building, "*.claim").Any(claim =>
    {
        using var own = TryOpen(claim);
        return own is null;
    });

    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException held) when (held is not DirectoryNotFoundException)
        {
            return null;
        }
    }
}
