namespace RealmWeb.Engine.Retrieval.Index;

/// <summary>Makes a finished generation the one that answers: one that was built, one that stands there already, or a copy of one that stands
/// elsewhere.</summary>
internal static class GenerationPublisher
{
    /// <summary>Checks what was built, renames it and switches to it; then removes builds that nobody works on and generations that are no longer
    /// kept.</summary>
    /// <exception cref="IndexException">What was built is damaged; what answers goes on answering.</exception>
    public static void Publish(string indexFolder, string generation)
    {
        var building = GenerationFiles.Building(indexFolder, generation);
        DenseBlockIndex.Open(building, verify: true).Dispose();
        var published = Path.Combine(indexFolder, generation);
        Directory.Move(building, published);
        File.Delete(GenerationFiles.AllEmbedded(published));
        IndexFolder.Switch(indexFolder, generation);
        foreach (var abandoned in Directory.EnumerateDirectories(indexFolder, "building-*").Where(abandoned => !ShardClaim.IsAnyHeld(abandoned)))
            Directory.Delete(abandoned, recursive: true);
        IndexFolder.Prune(indexFolder);
    }

    /// <summary>Switches to the generation where it stands in its folder or in one of the known ones.</summary>
    public static bool TryReuse(IndexRequest request) => TrySwitch(request) || (TryCopy(request) && TrySwitch(request));

    private static bool TrySwitch(IndexRequest request)
    {
        var folder = Path.Combine(request.Folder, request.Generation);
        if (!Directory.Exists(folder))
            return false;
        try
        {
            DenseBlockIndex.Open(folder, verify: true).Dispose();
            IndexFolder.Switch(request.Folder, request.Generation);
            return true;
        }
        catch (IndexException)
        {
            // A damaged generation of the same name is of no use to anyone.
            Directory.Delete(folder, recursive: true);
            return false;
        }
    }

    private static bool TryCopy(IndexRequest request)
    {
        // Removed with the next build, should this one be killed.
        var part = GenerationFiles.Building(request.Folder, $"{request.Generation}-copy");
        foreach (var found in request.KnownFolders.SelectMany(Finished))
        {
            try
            {
                if (!Serves(GenerationManifest.Read(found), request))
                    continue;
                Directory.CreateDirectory(part);
                foreach (var file in Directory.EnumerateFiles(found))
                    File.Copy(file, Path.Combine(part, Path.GetFileName(file)), overwrite: true);
                Directory.Move(part, Path.Combine(request.Folder, request.Generation));
                return true;
            }
            catch (Exception failure) when (failure is IndexException or IOException or UnauthorizedAccessException)
            {
                // Damaged, or removed meanwhile, or no room for two: it is built.
                if (Directory.Exists(part))
                    Directory.Delete(part, recursive: true);
            }
        }
        return false;
    }

    // A generation of this corpus and these weights, in a layout that serves.
    private static bool Serves(GenerationManifest manifest, IndexRequest request) =>
        manifest.IndexVersion == request.Encoder.IndexVersion && manifest.CorpusVersion == request.CorpusVersion && manifest.Vectors == request.Options.Vectors
        && (request.Options.Partitions is not { } partitions || manifest.Partitions == partitions);

    private static string[] Finished(string indexFolder)
    {
        try
        {
            return
            [
                .. Directory.EnumerateDirectories(indexFolder)
                    .Where(found => !IndexFolder.IsUnfinished(found) && File.Exists(GenerationFiles.Manifest(found))),
            ];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Not there, or no more.
            return [];
        }
    }
}
