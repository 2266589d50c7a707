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

/// <summary>There is no model of this name.</summary>
public sealed class ModelNotFoundException(string name, IReadOnlyList<string> existing) : Exception(
    $"There is no model \"{name}\". {(existing.Count == 0 ? "None is installed." : $"Installed: {string.Join(", ", existing)}.")}")
{
    public string Name { get; } = name;
}
