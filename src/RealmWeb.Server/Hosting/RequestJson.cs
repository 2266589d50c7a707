using System.Text.Json;
using System.Text.Json.Serialization;
using RealmWeb.Contracts.Access;
using RealmWeb.Contracts.Annotation;

namespace RealmWeb.Server.Hosting;

/// <summary>How requests are read: what a record does not call optional must be there, and null is taken only where the record says so.
/// Anything else is refused with its place before a handler sees it.</summary>
internal static class RequestJson
{
    public static void Configure(JsonSerializerOptions options)
    {
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.Converters.Add(new ItemsConverter<string>());
        options.Converters.Add(new ItemsConverter<CorpusGrant>());
        options.Converters.Add(new ItemsConverter<MergedPassage>());
    }

    /// <summary>Null among the items of a list, which the annotations of .NET do not reach.</summary>
    private sealed class ItemsConverter<T> : JsonConverter<IReadOnlyList<T>>
        where T : class
    {
        public override IReadOnlyList<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.StartArray)
                throw new JsonException();
            var items = new List<T>();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                items.Add(JsonSerializer.Deserialize<T>(ref reader, options) ?? throw new JsonException());
            return items;
        }

        public override void Write(Utf8JsonWriter writer, IReadOnlyList<T> value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            foreach (var item in value)
                JsonSerializer.Serialize(writer, item, options);
            writer.WriteEndArray();
        }
    }
}
