using System.Text.Json;
using System.Text.Json.Nodes;
using RealmWeb.Engine.Checkpoints;

namespace RealmWeb.Engine.Models;

/// <summary>A folder of weights that a model is assembled from.</summary>
internal sealed record PublishedSource(string Folder, ITensorFile File, PublishedKind Kind, ModelOptions Options) : IDisposable
{
    private const string ModelTypeKey = "model_type";
    private const string LowerCaseKey = "do_lower_case";

    /// <summary>Whether the folder is an embedder without a head of REALM's: its encoder's states are the vectors.</summary>
    public bool IsPlainEmbedder => Kind == PublishedKind.Bert && !Options.Retriever.HasHead;

    /// <param name="overrides">Properties of config.json that go before those of the folder; null for none.</param>
    /// <exception cref="InvalidDataException">config.json is unusable, or of another family of models.</exception>
    public static PublishedSource Open(string folder, JsonObject? overrides)
    {
        var sentence = SentenceTransformerFolder.Find(folder);
        var encoder = sentence?.Encoder ?? folder;
        var config = ModelFiles.Config(encoder);
        if (!System.IO.File.Exists(config))
            throw new FileNotFoundException($"The folder {encoder} lacks config.json. A published model has config.json beside its weights.", config);
        var options = ModelOptions.Load(config);
        // Others have encoders of nearly the same names that compute something else.
        if (options.Other.TryGetValue(ModelTypeKey, out var type) && type.ToString() is not ("bert" or "realm"))
            throw new InvalidDataException(
                $"{config} says model_type \"{type}\". Supported are encoders of BERT's family (\"bert\") and REALM's classes (\"realm\").");
        RefuseCased(folder);
        RefuseCased(encoder);
        var file = TensorFiles.Open(encoder);
        try
        {
            var kind = PublishedKinds.Of(file);
            if (kind == PublishedKind.Bert && sentence is not null)
                options = options with { Retriever = sentence.Retriever };
            return new(folder, file, kind, overrides is null ? options : options.Override(overrides));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose() => File.Dispose();

    private static void RefuseCased(string folder)
    {
        var path = Path.Combine(folder, "tokenizer_config.json");
        if (!System.IO.File.Exists(path))
            return;
        try
        {
            using var json = JsonDocument.Parse(System.IO.File.ReadAllText(path));
            if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty(LowerCaseKey, out var lower)
                && lower.ValueKind == JsonValueKind.False)
                throw new InvalidDataException(
                    $"{path} says that the model keeps the case of letters, and texts are read in lower case here. Take the uncased model.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{path} is no JSON: {exception.Message}", exception);
        }
    }
}
