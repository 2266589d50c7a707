namespace RealmWeb.Files;

/// <summary>A folder for the time of one piece of work. It is gone when it is disposed, or with the next sweep of leftovers when the process dies.</summary>
public sealed class ScratchFolder : IDisposable
{
    private readonly FileLock _held;

    private ScratchFolder(string path, FileLock held) => (Path, _held) = (path, held);

    public string Path { get; }

    /// <param name="parent">Made when missing.</param>
    public static ScratchFolder In(string parent)
    {
        var path = Leftovers.ComingFolder(parent);
        Directory.CreateDirectory(parent);
        var held = FileLock.TryTake(Leftovers.LockOf(path), removeAfter: true)!;
        try
        {
            Directory.CreateDirectory(path);
            return new ScratchFolder(path, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
        _held.Dispose();
    }
}
