using RealmWeb.Engine.Models;
using RealmWeb.Engine.PreTraining;
using RealmWeb.Engine.Tensors;

namespace RealmWeb.TestKit;

/// <summary>A model with random weights over a few articles of the sample: what it answers means nothing.</summary>
public static class RandomModel
{
    /// <summary>The first articles of the sample encyclopedia.</summary>
    public static IReadOnlyList<string> Articles { get; } =
        [.. Directory.EnumerateFiles(Path.Combine(TestPaths.Repository, "samples", "encyclopedia", "articles"), "*.md").Order(StringComparer.Ordinal).Take(8)];

    /// <summary>Writes the model; its name is that of the folder.</summary>
    public static void Make(string folder, int seed = 1)
    {
        var options = new ModelCreationOptions
        {
            VocabularySize = 1500,
            Seed = seed,
            Model = new ModelOptions { Encoder = new() { HiddenSize = 32, LayerCount = 1, HeadCount = 2, IntermediateSize = 64, MaxPositions = 384 } },
        };
        using var model = ModelCreator.Create(
            Path.GetFileName(folder), options, () => Articles.Select(File.ReadAllText), TorchRuntime.Start("cpu"), null, default);
        model.Save(folder);
    }
}
