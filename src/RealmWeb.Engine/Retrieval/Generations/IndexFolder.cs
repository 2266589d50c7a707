namespace RealmWeb.Engine.Retrieval;

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
        var pointer = GenerationFiles.Current(indexFolder);
        var next = pointer + ".next";
        using (var stream = new FileStream(next, FileMode.Create, FileAccess.Write))
        {
            using (var writer = new StreamWriter(stream, leaveOpen: true))
                writer.Write(generation);
            stream.Flush(flushToDisk: true);
        }
        File.Move(next, pointer, overwrite: true);
    }

    /// <summary>Copies a generation of this corpus and these weights from another index folder, where one has it: <see cref="IndexBuilder"/> finds the copy
    /// under the name that it would build, verifies it and takes it.</summary>
    /// <param name="others">Index folders to look in; those that do not exist are passed over.</param>
    /// <param name="corpusVersion">As given to <see cref="IndexBuilder.Build"/>.</param>
    /// <param name="modelVersion"><see cref="IBlockEncoder.ModelVersion"/>.</param>
    public static void CopyFrom(IEnumerable<string> others, string indexFolder, string corpusVersion, string modelVersion)
    {
        ArgumentNullException.ThrowIfNull(others);
        foreach (var generation in others.Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories).Where(generation => File.Exists(GenerationFiles.Manifest(generation))))
        {
            var (copy, part) = (Path.Combine(indexFolder, Path.GetFileName(generation)), Path.Combine(indexFolder, $"copy-{Path.GetFileName(generation)}"));
            if (Directory.Exists(copy) || Path.GetFileName(generation).StartsWith("building-", StringComparison.Ordinal))
                continue;
            try
            {
                var manifest = GenerationManifest.Read(generation);
                if (manifest.ModelVersion != modelVersion || manifest.CorpusVersion != corpusVersion)
                    continue;
                Directory.CreateDirectory(part);
                foreach (var file in Directory.EnumerateFiles(generation))
                    File.Copy(file, Path.Combine(part, Path.GetFileName(file)), overwrite: true);
                Directory.Move(part, copy);
                return;
            }
            catch (Exception failure) when (failure is IndexException or IOException)
            {
                // Damaged, or removed meanwhile: it is built.
            }
        }
    }

    /// <summary>Removes old generations, but not the one that answers, nor the newest <paramref name="keep"/> others (for rollback).</summary>
    public static void Prune(string indexFolder, int keep = 1)
    {
        var current = Current(indexFolder);
        var old = Directory.EnumerateDirectories(indexFolder)
            .Where(folder => Path.GetFileName(folder) != current && File.Exists(GenerationFiles.Manifest(folder)) && !Path.GetFileName(folder).StartsWith("building-", StringComparison.Ordinal))
            .OrderByDescending(Directory.GetLastWriteTimeUtc)
            .Skip(keep);
        foreach (var folder in old)
            Directory.Delete(folder, recursive: true);
    }
}
