using System.Text.Json;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>One JSON object as a document.</summary>
internal static class JsonDocuments
{
    /// <param name="place">Where it stands, for messages: "a.jsonl, line 7".</param>
    /// <param name="fallbackId">Id where the object has none.</param>
    internal static CorpusEntry Read(ReadOnlyMemory<byte> json, string place, string fallbackId, CorpusReadOptions options)
    {
        if (WholeText.FirstInvalid(json.Span) is var invalid and >= 0)
            return new Skipped(place, $"It is not UTF-8: byte {invalid} of it (0x{json.Span[invalid]:X2}) begins no character. Save the file as UTF-8.");
        try
        {
            using var parsed = JsonDocument.Parse(json);
            return Read(parsed.RootElement, place, fallbackId, options);
        }
        catch (JsonException error)
        {
            return new Skipped(place,
                $"It is no valid JSON ({Reason(error)}). Each document is one object such as {{\"id\":\"1\",\"title\":\"…\",\"text\":\"…\"}}.");
        }
        catch (InvalidOperationException)
        {
            // The one way in which valid JSON holds no valid text.
            return new Skipped(place, "A text in it has half a surrogate pair (\\ud800 to \\udfff alone). Write the file again with whole characters.");
        }
    }

    private static CorpusEntry Read(JsonElement element, string place, string fallbackId, CorpusReadOptions options)
    {
        if (element.ValueKind != JsonValueKind.Object)
            return new Skipped(place, $"It is a JSON {element.ValueKind.ToString().ToLowerInvariant()}, not an object with id, title and text.");
        var names = element.EnumerateObject().Select(property => property.Name).ToList();
        var fields = DocumentFields.Pick(names, options);
        if (fields.Text is null)
            return new Skipped(place, DocumentFields.Missing(names, options));
        if (element.GetProperty(fields.Text) is var text && text.ValueKind != JsonValueKind.String)
            return new Skipped(place, $"Its {fields.Text} is a JSON {text.ValueKind.ToString().ToLowerInvariant()}, not a string.");
        var body = TextNormalization.Normalize(text.GetString()!);
        if (string.IsNullOrWhiteSpace(body))
            return new Skipped(place, $"Its {fields.Text} is empty.");
        var id = TextNormalization.Normalize(Plain(element, fields.Id)).Trim();
        return new Document(id.Length > 0 ? id : fallbackId, TextNormalization.Normalize(Plain(element, fields.Title)).Trim(), body);
    }

    private static string Plain(JsonElement element, string? name) =>
        name is null ? "" : element.GetProperty(name) is var value && value.ValueKind == JsonValueKind.String ? value.GetString()!
        : value.ValueKind == JsonValueKind.Number ? value.GetRawText() : "";

    /// <summary>Why an object cannot be parsed. The library's message ends in its own numbers, which count within the object from zero.</summary>
    internal static string Reason(JsonException error)
    {
        var message = error.Message;
        var cut = message.IndexOf(" LineNumber", StringComparison.Ordinal);
        var line = error.LineNumber > 0 ? $" of its line {error.LineNumber + 1}" : "";
        return $"{(cut < 0 ? message : message[..cut]).TrimEnd('.')}, at byte {error.BytePositionInLine}{line}";
    }
}
