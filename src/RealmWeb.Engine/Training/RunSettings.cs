using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace RealmWeb.Engine.Training;

/// <summary>What decides the steps of a run, as a checkpoint keeps it: a run that goes on with other settings would end as neither of both.</summary>
public static class RunSettings
{
    private const int MostNamed = 4;
    private const string EarlyStoppingName = "earlyStopping";
    private const string CheckpointEveryName = "checkpointEvery";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    // These change how a run is kept, and not its steps. Early stopping measures at each checkpoint, so with it the first of them counts.
    private static readonly HashSet<string> Free = new(StringComparer.OrdinalIgnoreCase)
    {
        nameof(TrainingOptions.CheckpointEvery), nameof(TrainingOptions.KeepCheckpoints), "restarts"
    };

    /// <summary>Every setting by its path in the configuration. Of files the name alone counts: data folders move.</summary>
    /// <param name="settings">Options, or the JSON of some.</param>
    public static IReadOnlyDictionary<string, string> Of(object settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Add("", settings as JsonNode ?? JsonSerializer.SerializeToNode(settings, settings.GetType(), Json));
        return all;

        void Add(string path, JsonNode? node)
        {
            switch (node)
            {
                case JsonObject properties:
                    var stops = properties.Any(property => property is { Key: EarlyStoppingName, Value: not null });
                    foreach (var (name, value) in properties.Where(property => !Free.Contains(property.Key) || (stops && property.Key == CheckpointEveryName)))
                        Add(path.Length == 0 ? name : $"{path}.{name}", value);
                    break;
                case JsonArray { Count: > 0 } items:
                    for (var i = 0; i < items.Count; i++)
                        Add($"{path}[{i}]", items[i]);
                    break;
                case JsonValue file when path.EndsWith(".file", StringComparison.Ordinal) && file.TryGetValue<string>(out var named):
                    all[path] = Path.GetFileName(named);
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
        ArgumentNullException.ThrowIfNull(former);
        ArgumentNullException.ThrowIfNull(now);
        string[] changed =
        [
            .. former.Where(setting => now.TryGetValue(setting.Key, out var value) && value != setting.Value)
                .Select(setting => $"\"{setting.Key}\" was {setting.Value} and is {now[setting.Key]}"),
            .. Unset(former).Where(name => Has(now, name)).Select(name => $"\"{name}\" was not set and is"),
            .. Unset(now).Where(name => Has(former, name)).Select(name => $"\"{name}\" was set and is not"),
        ];
        return changed.Length == 0 ? null : string.Join(", ", changed.Take(MostNamed))
            + (changed.Length > MostNamed ? $" and {changed.Length - MostNamed} more" : "");
    }

    private static IEnumerable<string> Unset(IReadOnlyDictionary<string, string> settings) =>
        settings.Where(setting => setting.Value is "null" or "[]").Select(setting => setting.Key);

    // Settings within it, or items.
    private static bool Has(IReadOnlyDictionary<string, string> settings, string name) =>
        settings.Keys.Any(key => key.Length > name.Length && key.StartsWith(name, StringComparison.Ordinal) && key[name.Length] is ('.' or '['));
}
