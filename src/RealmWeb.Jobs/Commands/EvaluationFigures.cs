using System.Text.Json;

namespace RealmWeb.Jobs.Commands;

/// <summary>The numbers of an evaluation's --json object, flat: em, f1, recall@5.</summary>
internal static class EvaluationFigures
{
    public static IReadOnlyDictionary<string, double> Of(string json)
    {
        using var parsed = JsonDocument.Parse(json);
        var figures = new Dictionary<string, double>();
        foreach (var property in parsed.RootElement.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.Number)
                figures[property.Name] = property.Value.GetDouble();
            else if (property is { Name: "recallAt", Value.ValueKind: JsonValueKind.Object })
            {
                foreach (var depth in property.Value.EnumerateObject())
                    figures[$"recall@{depth.Name}"] = depth.Value.GetDouble();
            }
        }
        return figures;
    }
}
