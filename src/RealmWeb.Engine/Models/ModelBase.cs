using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using RealmWeb.Engine.Checkpoints;

namespace RealmWeb.Engine.Models;

/// <summary>The pretrained encoder that a model began with and whose weights its folder does not repeat; stored in config.json under <c>base</c>.</summary>
/// <param name="Name">Name of the base's folder.</param>
/// <param name="Sha256">Hash of its weights, in hexadecimal digits.</param>
public sealed record ModelBase([property: JsonPropertyName("name")] string Name, [property: JsonPropertyName("sha256")] string Sha256)
{
    internal const string Key = "base";
    private const string Folder = "bases";

    /// <summary>Where the bases stand that come with the program.</summary>
    public static string Shipped { get; } = Path.Combine(AppContext.BaseDirectory, "models", Folder);

    /// <summary>The base in a folder.</summary>
    /// <exception cref="FileNotFoundException">It holds no model.safetensors.</exception>
    public static ModelBase Of(string folder)
    {
        var weights = ModelFiles.Weights(folder);
        if (!File.Exists(weights))
            throw new FileNotFoundException($"{folder} is no base: it lacks {Path.GetFileName(weights)}.", weights);
        return new(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))), Hash(weights));
    }

    /// <summary>The base that a configuration names; null where the folder holds the model whole.</summary>
    /// <exception cref="InvalidDataException">What stands there names no base.</exception>
    public static ModelBase? Of(ModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!options.Other.TryGetValue(Key, out var stored))
            return null;
        try
        {
            return stored.Deserialize<ModelBase>() is { Name.Length: > 0, Sha256.Length: > 0 } named && Path.GetFileName(named.Name) == named.Name
                && named.Name is not ("." or "..")
                ? named : throw new InvalidDataException($"\"{Key}\" in config.json should have the \"name\" and the \"sha256\" of a base.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"\"{Key}\" in config.json should have the \"name\" and the \"sha256\" of a base: {exception.Message}", exception);
        }
    }

    /// <summary>Opens the base's weights: from beside the model's folder, from among the models of a data folder, or from beside the program.</summary>
    /// <param name="modelsFolder">Folder of a data folder's models; null for none.</param>
    /// <exception cref="CheckpointException">There is none of this name, or none with these weights.</exception>
    public ITensorFile Open(string modelFolder, string? modelsFolder = null)
    {
        string[] folders = [Path.Combine(modelFolder, "..", Folder), .. modelsFolder is null ? [] : new[] { Path.Combine(modelsFolder, Folder) }, Shipped];
        var places = folders.Select(folder => Path.GetFullPath(Path.Combine(folder, Name))).Distinct().ToList();
        var found = places.Where(place => File.Exists(ModelFiles.Weights(place))).ToList();
        var right = found.Find(place => Hash(ModelFiles.Weights(place)) == Sha256);
        if (right is not null)
            return SafetensorsFile.Open(ModelFiles.Weights(right));
        throw new CheckpointException(
            modelFolder, null, found.Count == 0
                ? $"it holds what training changed of the base \"{Name}\", and that base is neither in {string.Join(" nor in ", places)}. Copy its folder "
                    + $"there, or take the model written whole (`realm model export`)."
                : $"it holds what training changed of the base \"{Name}\" with SHA-256 {Sha256}, but {string.Join(" and ", found)} "
                    + $"{(found.Count == 1 ? "has" : "have")} other weights. Copy the base there that the model was made from.");
    }

    private static string Hash(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 20, FileOptions.SequentialScan);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
