using System.IO.Compression;
using System.Text.Json;
using RealmWeb.Engine.Corpora;

namespace RealmWeb.Engine.FineTuning;

/// <summary>Reads question lines.</summary>
public static class QuestionLines
{
    public static IEnumerable<QuestionExample> Read(string path)
    {
        using var file = File.OpenRead(path);
        using Stream plain = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = new StreamReader(plain);
        while (reader.ReadLine() is { } line)
        {
            using var json = JsonDocument.Parse(line);
            var o = json.RootElement;
            string? Text(string name) => o.TryGetProperty(name, out var v) && v.ValueKind == JsonValueKind.String ? v.GetString() : null;
            List<string> answers = o.TryGetProperty("answers", out var a) ? [.. a.EnumerateArray().Select(x => x.GetString()!)] : [];
            List<int>? starts = o.TryGetProperty("answer_starts", out var s) ? [.. s.EnumerateArray().Select(x => x.GetInt32())] : null;
            var impossible = o.TryGetProperty("is_impossible", out var i) && i.ValueKind == JsonValueKind.True;
            var context = Text("context") ?? Text("sentence");
            yield return new QuestionExample(Text("id") ?? "", Text("question")!, answers, Text("title"), context, starts, Text("answer_regex"), impossible);
        }
    }
}
