using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace RealmWeb.Engine.Training;

/// <summary>What decides the steps of a run, as a checkpoint keeps it: a run that goes on with other settings would end as neither of both.</summary>
internal static class RunSettings
{
    private const int MostNamed = 4;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    // These change how a run is kept, and not its steps.
    private static readonly HashSet<string> Free = new(StringComparer.OrdinalIgnoreCase) { nameof(TrainingOptions.CheckpointEvery), nameof(TrainingOptions.KeepCheckpoints), "restarts" };

    /// <summary>Every setting by its path in the configuration.</summary>
    public static IReadOnlyDictionary<string, string> Of(object settings)
    {
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Add("", JsonSerializer.SerializeToNode(settings, settings.GetType(), Json));
        return all;

        void Add(string path, JsonNode? node)
        {
            switch (node)
            {
                case JsonObject properties:
                    foreach (var (name, value) in properties.Where(property => !Free.Contains(property.Key)))
                        Add(path.Length == 0 ? name : $"{path}.{name}", value);
                    break;
                default:
                    all[path] = node?.ToJsonString() ?? "null";
                    break;
            }
        }
    }

    /// <summary>The settings that differ, in words; null where none does. A setting that one side does not know (of another version) counts as equal.</summary>
    public static string? Difference(IReadOnlyDictionary<string, string> former, IReadOnlyDictionary<string, string> now)
    {
        string[] changed = [.. former.Where(setting => now.TryGetValue(setting.Key, out var value) && value != setting.Value).Select(setting => $"\"{setting.Key}\" was {setting.Value} and is {now[setting.Key]}")];
        return changed.Length == 0 ? null : string.Join(", ", changed.Take(MostNamed)) + (changed.Length > MostNamed ? $" and {changed.Length - MostNamed} more" : "");
    }
}
