using System.Text;

namespace RealmWeb.Data;

/// <summary>Changes on disk that are whole or not there at all, whenever the process dies.</summary>
public static class DurableFile
{
    /// <summary>Replaces a small file: readers see the old or the new content.</summary>
    public static void Replace(string path, string content)
    {
        var next = $"{path}.{Guid.NewGuid():N}.next";
        using (var stream = new FileStream(next, FileMode.CreateNew, FileAccess.Write))
        {
            stream.Write(Encoding.UTF8.GetBytes(content));
            stream.Flush(flushToDisk: true);
        }
        File.Move(next, path, overwrite: true);
    }

    /// <summary>Removes a folder: it vanishes at once under its name, its files after.</summary>
    public static void RemoveFolder(string path)
    {
        var doomed = Path.Combine(Path.GetDirectoryName(path)!, $".deleted-{Guid.NewGuid():N}");
        Directory.Move(path, doomed);
        Directory.Delete(doomed, recursive: true);
    }
}
