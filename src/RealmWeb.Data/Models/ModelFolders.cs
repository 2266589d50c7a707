namespace RealmWeb.Data.Models;

/// <summary>Models as they stand on disk: those of the data folder and those shipped beside the program. A folder is a model when its files are
/// there; what was copied in by hand counts.</summary>
public sealed class ModelFolders(RealmPaths paths)
{
    private static readonly string[] RequiredFiles = ["config.json", "model.safetensors", "vocab.txt"];

    /// <summary>All whole models; a name may stand twice, that of the data folder first.</summary>
    public IReadOnlyList<ModelEntry> All() => [.. In(paths.Models, embedded: false), .. In(paths.EmbeddedModels, embedded: true)];

    /// <summary>The whole model of this name; one of the data folder hides a shipped one.</summary>
    public ModelEntry? Find(string name) => Find(paths.Models, name, embedded: false) ?? Find(paths.EmbeddedModels, name, embedded: true);

    /// <summary>Where a model of the data folder stands, or would.</summary>
    public string FolderOf(string name) => Path.Combine(paths.Models, name);

    /// <summary>What is wrong with a model of the data folder that is known by name but is not whole.</summary>
    public string DamageOf(string name)
    {
        var folder = FolderOf(name);
        var lost = Directory.Exists(folder)
            ? $"The folder {folder} lacks {string.Join(" and ", RequiredFiles.Where(file => !File.Exists(Path.Combine(folder, file))))}."
            : $"The folder {folder} is gone.";
        return $"{lost} Put it back, or let the model go with `realm model delete {name}`.";
    }

    private static IEnumerable<ModelEntry> In(string folder, bool embedded) =>
        !Directory.Exists(folder)
            ? []
            : Directory.EnumerateDirectories(folder).Select(sub => Find(folder, Path.GetFileName(sub), embedded)).OfType<ModelEntry>()
                .OrderBy(model => model.Name, StringComparer.Ordinal);

    private static ModelEntry? Find(string parent, string name, bool embedded)
    {
        var folder = Path.Combine(parent, name);
        if (!EntryName.IsValidWithDots(name) || !RequiredFiles.All(file => File.Exists(Path.Combine(folder, file))))
            return null;
        return new ModelEntry(
            name, folder, embedded, new FileInfo(Path.Combine(folder, "model.safetensors")).Length,
            new DateTimeOffset(File.GetLastWriteTimeUtc(Path.Combine(folder, "config.json")), TimeSpan.Zero));
    }
}
