using RealmWeb.Files;

namespace RealmWeb.Data.Sqlite;

/// <summary>Database files that are whole or not there at all.</summary>
internal static class SqliteFile
{
    /// <summary>Makes a database under a temporary name and gives it its own when it is whole.</summary>
    /// <param name="fill">Makes the tables in the file that it is given, over connections that are closed (not pooled) when it returns.</param>
    /// <exception cref="IOException">It could not be made, or there is such a file; nothing is left behind.</exception>
    public static void Make(string path, Action<string> fill)
    {
        ArgumentNullException.ThrowIfNull(fill);
        using var coming = ScratchFolder.In(Path.GetDirectoryName(path)!);
        var file = Path.Combine(coming.Path, Path.GetFileName(path));
        fill(file);
        File.Move(file, path);
    }
}
