using RealmWeb.Files;

namespace RealmWeb.Engine.Retrieval.Index;

/// <summary>Keeps other processes from embedding a shard of a build at the same time; the operating system gives the claim back when its holder dies.</summary>
internal static class ShardClaim
{
    /// <summary>The claim; null where another process has it.</summary>
    public static IDisposable? TryTake(string building, int shard) => FileLock.TryTake(GenerationFiles.Claim(building, shard), removeAfter: true);

    /// <summary>Whether a process embeds a shard of the build.</summary>
    public static bool IsAnyHeld(string building) => Directory.EnumerateFiles(building, "*.claim").Any(FileLock.IsHeld);
}
