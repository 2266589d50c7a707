namespace RealmWeb.Files;

/// <summary>Room on the disk that holds a folder.</summary>
public static class DiskRoom
{
    /// <summary>Bytes that this account may still write there.</summary>
    public static long Free(string folder) => new DriveInfo(Existing(folder)).AvailableFreeSpace;

    /// <summary>Refuses work for which there is no room, before it begins.</summary>
    /// <param name="work">What needs the room, as it begins a sentence: "The import".</param>
    /// <param name="bytes">What it will write, as far as that can be known.</param>
    /// <param name="reserved">Bytes that must stay free.</param>
    /// <exception cref="DiskFullException">There is less.</exception>
    public static void Require(string folder, string work, long bytes, long reserved = 0)
    {
        var free = Free(folder) - reserved;
        if (bytes > free)
            throw new DiskFullException(work, bytes, Math.Max(0, free));
    }

    private static string Existing(string folder)
    {
        var path = Path.GetFullPath(folder);
        while (!Directory.Exists(path))
            path = Path.GetDirectoryName(path)!;
        return path;
    }
}
