namespace RealmWeb.Engine.Checkpoints;

/// <summary>The few lines that Git puts in place of a large file which was not fetched.</summary>
internal static class GitLfsPointer
{
    private static ReadOnlySpan<byte> Start => "version https://git-lfs.github.com/spec/"u8;

    /// <exception cref="CheckpointException">The file is such a pointer.</exception>
    public static void Refuse(string path)
    {
        Span<byte> start = stackalloc byte[Start.Length];
        using var stream = File.OpenRead(path);
        if (stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual(Start))
            throw new CheckpointException(
                path, null, "it is a pointer of Git LFS: the weights themselves were not fetched. Run `git lfs pull` in the folder it came from, and copy the "
                + "file again.");
    }
}
