using System.Text.Json;
using System.Text.RegularExpressions;

namespace RealmWeb.Data.Models;

/// <summary>A model on disk.</summary>
/// <param name="Folder">Holds config.json, model.safetensors, vocab.txt and README.md.</param>
/// <param name="Embedded">Shipped beside the program; cannot be deleted.</param>
/// <param name="Bytes">Size of the weights.</param>
public sealed record ModelEntry(string Name, string Folder, bool Embedded, long Bytes, DateTimeOffset AddedAt)
{
    public string ConfigFile => Path.Combine(Folder, "config.json");
    public string WeightsFile => Path.Combine(Folder, "model.safetensors");
    public string VocabularyFile => Path.Combine(Folder, "vocab.txt");
    public string CardFile => Path.Combine(Folder, "README.md");
}

/// <summary>A change of the model that answers.</summary>
/// <param name="Previous">The model before; null for the first.</param>
public sealed record ModelPromotion(string Model, DateTimeOffset PromotedAt, string By, string Reason, string? Previous);

/// <summary>The models of a data folder and the ones shipped beside the program, and which of them is in production.</summary>
public sealed partial class ModelLibrary(RealmPaths paths, TimeProvider time)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private static readonly string[] RequiredFiles = ["config.json", "model.safetensors", "vocab.txt"];

    private string Pointer => Path.Combine(paths.Models, "production.json");
    private string Ledger => Path.Combine(paths.Models, "promotions.jsonl");

    /// <summary>All whole models by name; one of the data folder hides a shipped one of the same name.</summary>
    public IReadOnlyList<ModelEntry> List() =>
        [.. In(paths.Models, embedded: false).Concat(In(paths.EmbeddedModels, embedded: true)).DistinctBy(model => model.Name)
            .OrderBy(model => model.Name, StringComparer.Ordinal)];

    public ModelEntry? Find(string name) => List().FirstOrDefault(model => model.Name == name);

    /// <exception cref="ModelNotFoundException">There is none of this name.</exception>
    public ModelEntry Get(string name) => Find(name) ?? throw new ModelNotFoundException(name, [.. List().Select(model => model.Name)]);

    /// <summary>The model that answers: the promoted one, else the shipped one; null when there is none at all.</summary>
    public ModelEntry? Production() =>
        Find(CurrentPromotion()?.Model ?? "") ?? List().FirstOrDefault(model => model.Embedded);

    /// <summary>The promotion in force; null while the shipped model answers by default.</summary>
    public ModelPromotion? CurrentPromotion() =>
        File.Exists(Pointer) ? JsonSerializer.Deserialize<ModelPromotion>(File.ReadAllText(Pointer), Json) : null;

    /// <summary>All promotions, oldest first.</summary>
    public IReadOnlyList<ModelPromotion> Promotions() =>
        File.Exists(Ledger)
            ? [.. File.ReadLines(Ledger).Where(line => line.Length > 0).Select(line => JsonSerializer.Deserialize<ModelPromotion>(line, Json)!)]
            : [];

    /// <summary>Puts a model in production and writes it to the ledger.</summary>
    /// <exception cref="ModelNotFoundException">There is none of this name.</exception>
    public ModelPromotion Promote(string name, string by, string reason)
    {
        var model = Get(name);
        var promotion = new ModelPromotion(model.Name, time.GetUtcNow(), by, reason, Production()?.Name);
        Directory.CreateDirectory(paths.Models);
        var json = JsonSerializer.Serialize(promotion, Json);
        // The ledger first: a line without effect is harmless, a switch without a line is not.
        using (var ledger = new FileStream(Ledger, FileMode.Append, FileAccess.Write, FileShare.Read))
        {
            ledger.Write(System.Text.Encoding.UTF8.GetBytes(json + "\n"));
            ledger.Flush(flushToDisk: true);
        }
        DurableFile.Replace(Pointer, json);
        return promotion;
    }

    /// <summary>Puts the model before the present one back in production.</summary>
    /// <exception cref="InvalidOperationException">No other model was in production before.</exception>
    public ModelPromotion Rollback(string by, string reason)
    {
        var current = CurrentPromotion();
        var previous = current?.Previous is { } name && name != current.Model ? name : null;
        return previous is null
            ? throw new InvalidOperationException("There is no former production model to go back to. Promote a model by name instead.")
            : Promote(previous, by, reason);
    }

    /// <summary>Folder for a new model of this name; it does not exist yet.</summary>
    /// <exception cref="ArgumentException">The name is malformed or taken.</exception>
    public string FolderForNew(string name)
    {
        if (!NamePattern().IsMatch(name))
            throw new ArgumentException($"\"{name}\" is no model name. Use lower-case letters, digits, dots and hyphens, at most 63, beginning with a letter or digit.", nameof(name));
        var folder = Path.Combine(paths.Models, name);
        if (Directory.Exists(folder) || Find(name) is not null)
            throw new ArgumentException($"There already is a model \"{name}\". Choose another name or delete it first.", nameof(name));
        return folder;
    }

    /// <summary>Removes a model of the data folder.</summary>
    /// <exception cref="InvalidOperationException">The model is in production or shipped with the program.</exception>
    public void Delete(string name)
    {
        var model = Get(name);
        if (model.Embedded)
            throw new InvalidOperationException($"The model \"{name}\" is shipped with the program and cannot be deleted.");
        if (Production()?.Name == name)
            throw new InvalidOperationException($"The model \"{name}\" is in production. Promote another one first.");
        DurableFile.RemoveFolder(model.Folder);
    }

    private static IEnumerable<ModelEntry> In(string folder, bool embedded) =>
        !Directory.Exists(folder)
            ? []
            : Directory.EnumerateDirectories(folder).Where(sub => NamePattern().IsMatch(Path.GetFileName(sub)) && RequiredFiles.All(file => File.Exists(Path.Combine(sub, file))))
                .Select(sub => new ModelEntry(
                    Path.GetFileName(sub), sub, embedded, new FileInfo(Path.Combine(sub, "model.safetensors")).Length,
                    new DateTimeOffset(File.GetLastWriteTimeUtc(Path.Combine(sub, "config.json")), TimeSpan.Zero)))
                .OrderBy(model => model.Name, StringComparer.Ordinal);

    [GeneratedRegex("^[a-z0-9][a-z0-9.-]{0,62}$")]
    private static partial Regex NamePattern();
}

/// <summary>There is no model of this name.</summary>
public sealed class ModelNotFoundException(string name, IReadOnlyList<string> existing) : Exception(
    $"There is no model \"{name}\". {(existing.Count == 0 ? "None is installed." : $"Installed: {string.Join(", ", existing)}.")}")
{
    public string Name { get; } = name;
}
