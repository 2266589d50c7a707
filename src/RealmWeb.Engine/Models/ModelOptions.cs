using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using RealmWeb.Engine.Bert;
using RealmWeb.Files;

namespace RealmWeb.Engine.Models;

/// <summary>A model's <c>config.json</c>: encoder, retriever and reader, whose properties stand side by side in the file as in published ones.</summary>
/// <remarks>Defaults are the model of the paper. Properties that are not known here survive <see cref="Load"/> and <see cref="Save"/>.</remarks>
[JsonConverter(typeof(ModelOptionsConverter))]
public sealed record ModelOptions
{
    /// <summary>The model of the paper.</summary>
    public static ModelOptions Base { get; } = new();

    public BertOptions Encoder { get; init; } = new();

    public RetrieverOptions Retriever { get; init; } = new();

    public ReaderOptions Reader { get; init; } = new();

    /// <summary>Properties of the file that have no meaning here.</summary>
    public IReadOnlyDictionary<string, JsonElement> Other { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>Width d of query and block vectors.</summary>
    public int Dimension => Retriever.Dimension(Encoder);

    /// <summary>Weights of the encoders that a model of these sizes has, at least.</summary>
    public long LeastParameters => (Retriever.SeparateTowers ? 3 : 2) * Encoder.LeastParameters;

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    /// <summary>Reads a <c>config.json</c> and validates it.</summary>
    /// <exception cref="InvalidDataException">The file is no JSON object of the expected types, or a value is out of range.</exception>
    public static ModelOptions Load(string path) => Parse(File.ReadAllText(path), path);

    /// <inheritdoc cref="Load"/>
    /// <param name="json">Text of a config.json.</param>
    /// <param name="origin">Where the text came from, for messages.</param>
    public static ModelOptions Parse(string json, string origin = "config.json")
    {
        try
        {
            var options = JsonSerializer.Deserialize<ModelOptions>(json, Json)
                ?? throw new InvalidDataException($"{origin} holds null where a JSON object with the model's sizes is expected.");
            options.Validate();
            return options;
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{origin} is not a model configuration: {exception.Message}", exception);
        }
        catch (InvalidDataException exception) when (!exception.Message.StartsWith(origin, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{origin}: {exception.Message}", exception);
        }
    }

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>The same with a further property of the file.</summary>
    public ModelOptions With(string name, object? value) =>
        this with { Other = new Dictionary<string, JsonElement>(Other) { [name] = JsonSerializer.SerializeToElement(value, JsonSerializerOptions.Web) } };

    /// <summary>The same without a property that has no meaning here.</summary>
    public ModelOptions Without(string name) => this with { Other = Other.Where(property => property.Key != name).ToDictionary() };

    /// <summary>Reads a JSON object, with comments, for <see cref="Override"/>.</summary>
    /// <exception cref="InvalidDataException">The file holds none.</exception>
    public static JsonObject ReadProperties(string path)
    {
        try
        {
            return JsonNode.Parse(
                File.ReadAllText(path), documentOptions: new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true }) as JsonObject
                ?? throw new InvalidDataException($"{path} should hold a JSON object with properties of a config.json.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{path} is no JSON: {exception.Message}", exception);
        }
    }

    /// <summary>The same with some properties of the file given anew.</summary>
    /// <exception cref="InvalidDataException">A value is out of range or of another type.</exception>
    public ModelOptions Override(JsonObject properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        var all = JsonSerializer.SerializeToNode(this, Json)!.AsObject();
        foreach (var (name, value) in properties)
            all[name] = value?.DeepClone();
        return Parse(all.ToJsonString(), "The given properties");
    }

    /// <summary>Writes the options beside the file and moves them over it.</summary>
    public void Save(string path) => DurableFile.WriteText(path, ToJson());

    /// <exception cref="InvalidDataException">A value is out of range; the message names it as in config.json.</exception>
    public void Validate()
    {
        Encoder.Validate();
        Retriever.Validate();
        Reader.Validate();
    }
}

/// <summary>Three records as one flat object.</summary>
internal sealed class ModelOptionsConverter : JsonConverter<ModelOptions>
{
    private static readonly HashSet<string> Known =
        [.. new[] { typeof(BertOptions), typeof(RetrieverOptions), typeof(ReaderOptions) }.SelectMany(
            type => JsonSerializerOptions.Default.GetTypeInfo(type).Properties).Select(property => property.Name)];

    public override ModelOptions Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("A JSON object with the model's sizes is expected.");
        var all = JsonElement.ParseValue(ref reader);
        return new ModelOptions
        {
            Encoder = all.Deserialize<BertOptions>()!, Retriever = all.Deserialize<RetrieverOptions>()!, Reader = all.Deserialize<ReaderOptions>()!,
            Other = all.EnumerateObject().Where(property => !Known.Contains(property.Name))
                .ToDictionary(property => property.Name, property => property.Value.Clone()),
        };
    }

    public override void Write(Utf8JsonWriter writer, ModelOptions value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var record in new JsonNode?[] { JsonSerializer.SerializeToNode(value.Encoder), JsonSerializer.SerializeToNode(value.Retriever),
            JsonSerializer.SerializeToNode(value.Reader) })
        {
            foreach (var (name, property) in record!.AsObject())
                Write(writer, name, property);
        }
        foreach (var (name, property) in value.Other)
        {
            writer.WritePropertyName(name);
            property.WriteTo(writer);
        }
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, JsonNode? property)
    {
        writer.WritePropertyName(name);
        if (property is null)
            writer.WriteNullValue();
        else
            property.WriteTo(writer);
    }
}
