namespace RealmWeb.Files;

/// <summary>Keeps every other process, and every other caller in this one, from what the file stands for, until it is disposed. The operating system
/// gives the lock back when the process dies.</summary>
public sealed class FileLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    // EWOULDBLOCK of Linux and macOS, ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION.
    private static readonly int[] HeldByAnother = [11, 35, unchecked((int)0x80070020), unchecked((int)0x80070021)];

    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <param name="path">File of the lock; its folder exists.</param>
    /// <param name="removeAfter">The file goes with the lock.</param>
    /// <returns>Null when somebody else holds it.</returns>
    /// <exception cref="IOException">The file cannot be made or opened.</exception>
    public static FileLock? TryTake(string path, bool removeAfter = false)
    {
        try
        {
            var options = removeAfter ? FileOptions.DeleteOnClose : FileOptions.None;
            return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, options));
        }
        catch (IOException failure) when (HeldByAnother.Contains(failure.HResult))
        {
            return null;
        }
    }

    /// <summary>Waits for the lock.</summary>
    /// <returns>Null when somebody else still held it after so long.</returns>
    public static FileLock? TryTake(string path, TimeSpan patience)
    {
        for (var waited = TimeSpan.Zero; ; waited += Pause)
        {
            var taken = TryTake(path);
            if (taken is not null || waited >= patience)
                return taken;
            Thread.Sleep(Pause);
        }
    }

    /// <summary>Whether somebody holds the lock at this moment.</summary>
    public static bool IsHeld(string path)
    {
        if (!File.Exists(path))
            return false;
        using var own = TryTake(path);
        return own is null;
    }

    public void Dispose() => _file.Dispose();
}
