using System.Collections.Frozen;
using System.Text.Json;
using RealmWeb.Engine.Corpora;

namespace RealmWeb.Engine.Questions;

/// <summary>The documents that a question line judges: <c>"relevant":{"ID":grade}</c>, or BioASQ's <c>"documents":["ID"]</c>,
/// each of grade 1.</summary>
internal static class RelevantDocumentJson
{
    /// <summary>The usable judgements; the others are reported.</summary>
    internal static IReadOnlyDictionary<string, int> Read(JsonElement question, string place, List<QuestionItem> into)
    {
        var relevant = new Dictionary<string, int>(StringComparer.Ordinal);
        if (question.TryGetProperty("relevant", out var graded) && graded.ValueKind == JsonValueKind.Object)
        {
            foreach (var judgement in graded.EnumerateObject())
            {
                if (judgement.Value.ValueKind == JsonValueKind.Number && judgement.Value.TryGetInt32(out var grade))
                    relevant[judgement.Name] = grade;
                else
                    into.Add(new Skipped(place, $"The grade of its document '{judgement.Name}' was left out: it is no whole number. Correct it."));
            }
        }
        else if (question.TryGetProperty("documents", out var list) && list.ValueKind == JsonValueKind.Array)
        {
            foreach (var id in list.EnumerateArray().Select(QuestionFields.TextOf).OfType<string>())
                relevant[id] = 1;
        }
        return relevant.Count == 0 ? FrozenDictionary<string, int>.Empty : relevant;
    }
}
