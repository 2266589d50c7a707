using System.Buffers;
using System.Text.Json;

namespace RealmWeb.Engine.Questions;

/// <summary>Parses JSON as Python writes it: NaN, Infinity and -Infinity, which JSON does not have, count as null.</summary>
internal static class LenientJson
{
    private static readonly byte[][] Words = ["-Infinity"u8.ToArray(), "Infinity"u8.ToArray(), "NaN"u8.ToArray()];

    /// <exception cref="JsonException">It is no JSON otherwise either.</exception>
    internal static JsonDocument Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException)
        {
            if (json.Span.IndexOf("NaN"u8) < 0 && json.Span.IndexOf("Infinity"u8) < 0)
                throw;
            return JsonDocument.Parse(WithNulls(json.Span));
        }
    }

    private static ReadOnlyMemory<byte> WithNulls(ReadOnlySpan<byte> json)
    {
        var plain = new ArrayBufferWriter<byte>(json.Length);
        var quoted = false;
        for (var at = 0; at < json.Length;)
        {
            var word = quoted ? null : WordAt(json[at..]);
            // A quote behind a backslash does not end a text.
            var length = word?.Length ?? (quoted && json[at] == '\\' ? Math.Min(2, json.Length - at) : 1);
            quoted ^= json[at] == '"';
            plain.Write(word is null ? json.Slice(at, length) : "null"u8);
            at += length;
        }
        return plain.WrittenMemory;
    }

    private static byte[]? WordAt(ReadOnlySpan<byte> json)
    {
        foreach (var word in Words)
        {
            if (json.StartsWith(word))
                return word;
        }
        return null;
    }
}
