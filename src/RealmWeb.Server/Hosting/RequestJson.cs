using System.Text.Json;
using System.Text.Json.Serialization;

namespace RealmWeb.Server.Hosting;

/// <summary>How requests are read: what a record does not call optional must be there, and null is taken only where the record says so.
/// Anything else is refused with its place before a handler sees it.</summary>
internal static class RequestJson
{
    public static void Configure(JsonSerializerOptions options)
    {
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.Converters.Add(new NamesConverter());
    }

    /// <summary>Null among the items of a list, which the annotations of .NET do not reach.</summary>
    private sealed class NamesConverter : JsonConverter<IReadOnlyList<string>>
    {
        public override IReadOnlyList<string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.StartArray)
                throw new JsonException();
            var items = new List<string>();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (reader.TokenType != JsonTokenType.String)
                    throw new JsonException();
                items.Add(reader.GetString()!);
            }
            return items;
        }

        public override void Write(Utf8JsonWriter writer, IReadOnlyList<string> value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            foreach (var item in value)
                writer.WriteStringValue(item);
            writer.WriteEndArray();
        }
    }
}
