namespace RealmWeb.Files;

/// <summary>Files for the time of one piece of work. They have no name where the system allows it, so that nothing is left when the process dies.</summary>
public static class ScratchFile
{
    /// <summary>An empty file that is gone when it is closed.</summary>
    /// <param name="folder">Made when missing.</param>
    public static FileStream Create(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, Path.GetRandomFileName());
        if (OperatingSystem.IsWindows())
            return new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16);
        File.Delete(path);
        return file;
    }
}
