using System.Runtime.InteropServices;

namespace RealmWeb.Files;

/// <summary>Files and folders that only the account may read that this program runs under. On Windows the rights of the folder around them hold.</summary>
public static partial class OwnerOnly
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private static readonly EnumerationOptions NoLinks = new() { AttributesToSkip = FileAttributes.ReparsePoint, RecurseSubdirectories = true };

    /// <summary>What this process and its children make from now on is the owner's alone, whoever writes it: files 0600, folders 0700.</summary>
    public static void FromNowOn()
    {
        if (!OperatingSystem.IsWindows())
            _ = SetMask((uint)Others);
    }

    /// <summary>Makes a folder, whatever the process is set to.</summary>
    public static void Make(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Takes what a folder holds, and then the folder, from everybody but the owner. Done once: a folder that is closed is taken to hold nothing
    /// that is not. Links are left alone, and so is what belongs to somebody else.</summary>
    /// <param name="names">The entries of the folder that are ours; others are left alone.</param>
    public static void Tighten(string folder, IReadOnlyCollection<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (OperatingSystem.IsWindows() || (File.GetUnixFileMode(folder) & Others) == 0)
            return;
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos().Where(entry => entry.LinkTarget is null && names.Contains(entry.Name)))
        {
            if (entry is DirectoryInfo sub)
            {
                foreach (var below in sub.EnumerateFileSystemInfos("*", NoLinks))
                    Close(below.FullName);
            }
            Close(entry.FullName);
        }
        // Last, so that one that was killed begins again.
        Close(folder);
    }

    private static void Close(string path)
    {
        try
        {
            if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(path) is var mode && (mode & Others) != 0)
                File.SetUnixFileMode(path, mode & ~Others);
        }
        catch (Exception notOurs) when (notOurs is IOException or UnauthorizedAccessException)
        {
            // Its owner decides, or it is gone.
        }
    }

    [LibraryImport("libc", EntryPoint = "umask")]
    private static partial uint SetMask(uint mask);
}
