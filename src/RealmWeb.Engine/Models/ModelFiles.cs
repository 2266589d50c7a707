using RealmWeb.Files;

namespace RealmWeb.Engine.Models;

/// <summary>File names of a model folder, for both directions.</summary>
public static class ModelFiles
{
    public static string Config(string folder) => Path.Combine(folder, "config.json");

    public static string Weights(string folder) => Path.Combine(folder, "model.safetensors");

    public static string Vocabulary(string folder) => Path.Combine(folder, "vocab.txt");

    /// <summary>Model card: data, recipe, measured quality.</summary>
    public static string Card(string folder) => Path.Combine(folder, "README.md");

    /// <summary>Copies the files of a model; the configuration last, for a folder without it is no model yet.</summary>
    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in new[] { Vocabulary(from), Weights(from), Card(from), Config(from) }.Where(File.Exists))
            DurableFile.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }

    /// <summary>Whether the folder looks like a model.</summary>
    public static bool Exists(string folder) => File.Exists(Config(folder)) && File.Exists(Weights(folder)) && File.Exists(Vocabulary(folder));
}
