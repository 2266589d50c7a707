using System.Text.Encodings.Web;
using System.Text.Json;

namespace RealmWeb.Engine.Questions.Labels;

/// <summary>Files that labels are written to and read from.</summary>
public enum LabelForm
{
    /// <summary>Our question lines: all that a label says.</summary>
    QuestionLines,

    /// <summary>SQuAD 2.0: what was marked, and what nothing answers.</summary>
    Squad,

    /// <summary>DPR: passages that answer, and those that do not though they may look so.</summary>
    Dpr,
}

/// <summary>What labels are written with.</summary>
internal static class LabelJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static Utf8JsonWriter Writer(Stream into) => new(into, Options);

    /// <summary>Files count code points, we count UTF-16.</summary>
    internal static int CodePoints(string text, int utf16)
    {
        var pairs = 0;
        for (var at = 0; at < utf16; at++)
            pairs += char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? 1 : 0;
        return utf16 - pairs;
    }

    internal static void WriteStrings(this Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    internal static void WriteStarts(this Utf8JsonWriter json, LabelledPassage passage)
    {
        json.WriteStartArray("answer_starts");
        foreach (var span in passage.Spans)
            json.WriteNumberValue(CodePoints(passage.Text, span.Start));
        json.WriteEndArray();
    }
}
