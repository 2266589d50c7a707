namespace RealmWeb.Files;

/// <summary>Folders that come and go as a whole under their name, whenever the process dies.</summary>
public static class DurableFolder
{
    /// <summary>Makes a folder: it is filled under a temporary name beside its place and then renamed.</summary>
    /// <param name="fill">Puts the files into the folder that it is given.</param>
    /// <exception cref="IOException">It could not be filled, or the name is taken; nothing is left behind.</exception>
    public static void Make(string path, Action<string> fill)
    {
        ArgumentNullException.ThrowIfNull(fill);
        using var coming = ScratchFolder.In(Leftovers.ParentOf(path));
        fill(coming.Path);
        Directory.Move(coming.Path, path);
    }

    /// <summary>Removes a folder: it vanishes at once under its name, its files after.</summary>
    public static void Remove(string path)
    {
        var doomed = Leftovers.DoomedFolder(Leftovers.ParentOf(path));
        Directory.Move(path, doomed);
        Directory.Delete(doomed, recursive: true);
    }
}
