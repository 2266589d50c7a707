using RealmWeb.Files;

namespace RealmWeb.Engine.Retrieval.Index;

/// <summary>The generations of one corpus on disk, and which of them answers.</summary>
public static class IndexFolder
{
    /// <summary>Name of the generation that answers; null when none was built yet.</summary>
    public static string? Current(string indexFolder)
    {
        var pointer = GenerationFiles.Current(indexFolder);
        if (!File.Exists(pointer))
            return null;
        var name = File.ReadAllText(pointer).Trim();
        return name.Length > 0 && Directory.Exists(Path.Combine(indexFolder, name)) ? name : null;
    }

    /// <summary>Opens the generation that answers; null when none was built yet.</summary>
    /// <exception cref="IndexException">The generation is damaged.</exception>
    public static DenseBlockIndex? OpenCurrent(string indexFolder) =>
        Current(indexFolder) is { } name ? DenseBlockIndex.Open(Path.Combine(indexFolder, name)) : null;

    /// <summary>Makes a finished generation the one that answers: the pointer is replaced by a rename, so that a reader sees the old or the
    /// new one and nothing between.</summary>
    /// <exception cref="IndexException">There is no such generation; the one that answers stays.</exception>
    public static void Switch(string indexFolder, string generation)
    {
        var folder = Path.Combine(indexFolder, generation);
        if (!File.Exists(GenerationFiles.Manifest(folder)))
            throw new IndexException(folder, $"There is no index generation {generation} in {indexFolder}. Build the index.");
        DurableFile.WriteText(GenerationFiles.Current(indexFolder), generation);
        // By when they last began to answer it is decided which ones are kept.
        Directory.SetLastWriteTimeUtc(folder, TimeProvider.System.GetUtcNow().UtcDateTime);
    }

    /// <summary>Name of the newest generation with vectors of an embedder; null when there is none.</summary>
    /// <param name="indexVersion"><see cref="Models.IBlockEncoder.IndexVersion"/> of the embedder.</param>
    public static string? Find(string indexFolder, string indexVersion) => !Directory.Exists(indexFolder)
        ? null
        : Path.GetFileName(Finished(indexFolder).FirstOrDefault(folder => VersionOf(folder) == indexVersion));

    /// <summary>Removes old generations, but not the one that answers, nor the <paramref name="keep"/> others that answered last, nor the last of another
    /// embedder: to go back to the former model takes no new vectors.</summary>
    public static void Prune(string indexFolder, int keep = 1)
    {
        var current = Current(indexFolder);
        var others = Finished(indexFolder).Where(folder => Path.GetFileName(folder) != current).ToList();
        var version = current is null ? null : VersionOf(Path.Combine(indexFolder, current));
        var former = others.Find(folder => VersionOf(folder) is { } other && other != version);
        foreach (var folder in others.Skip(keep).Where(folder => folder != former))
            Directory.Delete(folder, recursive: true);
    }

    private static IEnumerable<string> Finished(string indexFolder) => Directory.EnumerateDirectories(indexFolder)
        .Where(folder => File.Exists(GenerationFiles.Manifest(folder)) && !IsUnfinished(folder))
        .OrderByDescending(Directory.GetLastWriteTimeUtc);

    private static string? VersionOf(string generation)
    {
        try
        {
            return GenerationManifest.Read(generation).IndexVersion;
        }
        catch (IndexException)
        {
            // Damaged: it can go.
            return null;
        }
    }

    /// <summary>Whether a folder in an index folder is a generation on its way.</summary>
    internal static bool IsUnfinished(string generation) => Path.GetFileName(generation).StartsWith("building-", StringComparison.Ordinal);
}
