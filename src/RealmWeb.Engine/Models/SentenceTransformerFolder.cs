using System.Text.Json;
using System.Text.Json.Serialization;

namespace RealmWeb.Engine.Models;

/// <summary>What a folder of sentence-transformers says of its embedder: where the encoder stands, how its states become a vector, what stands before
/// questions.</summary>
/// <param name="Encoder">Folder of the encoder's config.json and weights.</param>
internal sealed record SentenceTransformerFolder(string Encoder, RetrieverOptions Retriever)
{
    /// <summary>What a cosine is multiplied by: sentence-transformers train with a temperature of 1/20, unless told otherwise.</summary>
    public const double CosineScale = 20;

    private const string Modules = "modules.json";
    private const string Prompts = "config_sentence_transformers.json";
    private const string QueryPrompt = "query";

    /// <summary>Reads the folder's description; null where it has none.</summary>
    /// <exception cref="InvalidDataException">The description is damaged, or the embedder computes what is not known here.</exception>
    public static SentenceTransformerFolder? Find(string folder)
    {
        var list = Path.Combine(folder, Modules);
        if (!File.Exists(list))
            return null;
        var modules = Read<List<Module>>(list);
        var kinds = modules.ConvertAll(module => module.Type.Split('.')[^1]);
        if (kinds is not (["Transformer", "Pooling"] or ["Transformer", "Pooling", "Normalize"]))
            throw new InvalidDataException(
                $"{list} has the modules {string.Join(", ", kinds)}. Supported are Transformer, Pooling and Normalize, in this order.");
        var pooling = Path.Combine(Inside(folder, modules[1].Path, list), "config.json");
        var normalize = kinds.Count == 3;
        return new(
            Inside(folder, modules[0].Path, list),
            RetrieverOptions.SentenceTransformer(IsMean(pooling), normalize) with
            {
                ScoreScale = normalize ? CosineScale : 1,
                QueryPrefix = ReadPrefix(folder),
            });
    }

    private static bool IsMean(string path)
    {
        var pooling = Read<Pooling>(path);
        return pooling switch
        {
            { Mode: "mean" } or { Mode: null, Cls: false, Mean: true } when !pooling.PoolsOtherwise => true,
            { Mode: "cls" } or { Mode: null, Cls: true, Mean: false } when !pooling.PoolsOtherwise => false,
            _ => throw new InvalidDataException(
                $"{path} pools otherwise than by [CLS] alone or by the mean of the tokens alone. Take an embedder that does one of the two."),
        };
    }

    private static string ReadPrefix(string folder)
    {
        var path = Path.Combine(folder, Prompts);
        return File.Exists(path) ? Read<PromptFile>(path).Prompts?.GetValueOrDefault(QueryPrompt) ?? "" : "";
    }

    // A hostile description may not lead out of the folder.
    private static string Inside(string folder, string path, string list)
    {
        if (Path.IsPathRooted(path) || path.Split('/', '\\').Contains(".."))
            throw new InvalidDataException($"{list} names the folder \"{path}\", which is not inside {folder}.");
        return Path.Combine(folder, path);
    }

    private static T Read<T>(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(path)) ?? throw new InvalidDataException($"{path} holds null.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{path} is not what sentence-transformers write: {exception.Message}", exception);
        }
        catch (IOException exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidDataException($"{path} is missing although {Modules} names it. Copy the whole folder.", exception);
        }
    }

    private sealed record Module([property: JsonRequired, JsonPropertyName("type")] string Type, [property: JsonPropertyName("path")] string Path = "");

    private sealed record Pooling(
        [property: JsonPropertyName("pooling_mode")] string? Mode, [property: JsonPropertyName("pooling_mode_cls_token")] bool Cls,
        [property: JsonPropertyName("pooling_mode_mean_tokens")] bool Mean, [property: JsonPropertyName("pooling_mode_max_tokens")] bool Max,
        [property: JsonPropertyName("pooling_mode_mean_sqrt_len_tokens")] bool RootMean,
            [property: JsonPropertyName("pooling_mode_weightedmean_tokens")] bool WeightedMean,
        [property: JsonPropertyName("pooling_mode_lasttoken")] bool Last)
    {
        public bool PoolsOtherwise => Max || RootMean || WeightedMean || Last;
    }

    private sealed record PromptFile([property: JsonPropertyName("prompts")] Dictionary<string, string>? Prompts);
}
