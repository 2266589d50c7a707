using RealmWeb.Engine.Corpora.Archives;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora;

/// <summary>A file that an import found, or why a path is none.</summary>
/// <param name="Path">Name for owner and ids: relative to the folder that was imported, with /.</param>
internal sealed record FoundFile(string Path, string FullPath, long Length, string? Reason, DateTime ModifiedUtc = default)
{
    /// <summary>Where something in this file stands, by its name for the owner, which begins with <see cref="Path"/>.</summary>
    internal string OriginOf(string path) =>
        CorpusFileList.OriginOf(FullPath) + (path.StartsWith(Path, StringComparison.Ordinal) ? path[Path.Length..] : "");
}

/// <summary>Lists the files of an import, always in the same order: paths as given, folders in ordinal order.</summary>
internal static class CorpusFileList
{
    internal static List<FoundFile> Find(IEnumerable<string> paths, CorpusReadOptions options, CancellationToken cancellationToken)
    {
        var found = new List<FoundFile>();
        foreach (var path in paths)
        {
            if (Directory.Exists(path))
                AddFolder(path, options, found, cancellationToken);
            else if (File.Exists(path))
                found.Add(Describe(new FileInfo(path), Path.GetFileName(path), options));
            else
                found.Add(new FoundFile(path, Path.GetFullPath(path), 0, "There is no such file or folder. Check the path."));
        }
        return WithoutRepeated(found);
    }

    internal static string OriginOf(string fullPath) => Path.TrimEndingDirectorySeparator(fullPath).Replace(Path.DirectorySeparatorChar, '/');

    private static List<FoundFile> WithoutRepeated(List<FoundFile> found)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return found.ConvertAll(file => seen.Add(file.FullPath) || file.Reason is not null
            ? file
            : file with { Length = 0, Reason = "It stands twice in this import and was read once." });
    }

    // A stack instead of recursion; folders are opened in order so that the list is sorted as a whole.
    private static void AddFolder(string root, CorpusReadOptions options, List<FoundFile> found, CancellationToken cancellationToken)
    {
        var before = found.Count;
        var waiting = new Stack<DirectoryInfo>([new DirectoryInfo(root)]);
        while (waiting.TryPop(out var folder))
        {
            cancellationToken.ThrowIfCancellationRequested();
            FileSystemInfo[] items;
            try
            {
                items = folder.GetFileSystemInfos();
            }
            catch (Exception error) when (error is UnauthorizedAccessException or IOException)
            {
                found.Add(new FoundFile(Relative(root, folder), folder.FullName, 0,
                    $"The folder may not be read ({error.Message.TrimEnd('.')}). Give the account that runs the import the right to read it."));
                continue;
            }
            foreach (var item in items)
            {
                var path = Relative(root, item);
                if (ArchiveNames.IsHidden(item.Name))
                    found.Add(new FoundFile(path, item.FullName, 0, "It is a hidden file or folder and is left out. Rename it if it belongs to the corpus."));
                else if (item.LinkTarget is not null)
                    found.Add(new FoundFile(path, item.FullName, 0, "It is a symbolic link, which is not followed. Import what it points to."));
                else if (item is DirectoryInfo inner)
                    waiting.Push(inner);
                else
                    found.Add(Describe((FileInfo)item, path, options));
            }
        }
        if (found.Count == before)
            found.Add(new FoundFile(root, Path.GetFullPath(root), 0, "The folder is empty."));
        found.Sort(before, found.Count - before, Comparer<FoundFile>.Create((one, other) => string.CompareOrdinal(one.Path, other.Path)));
    }

    // Length 0 also keeps pipes, sockets and devices from being opened, which could wait for ever.
    private static FoundFile Describe(FileInfo file, string path, CorpusReadOptions options) =>
        new(path, file.FullName, file.Length, file.Length == 0 ? "It is empty." : CorpusFileReader.Refusal(path, options), file.LastWriteTimeUtc);

    private static string Relative(string root, FileSystemInfo item) =>
        TextNormalization.Normalize(Path.GetRelativePath(root, item.FullName).Replace('\\', '/'));
}
