using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using RealmWeb.Contracts.Runs;

namespace RealmWeb.Client.Components.Runs.Settings;

/// <summary>The settings that somebody chose, as JSON; all others keep their defaults.</summary>
public sealed class ChosenSettings
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly JsonObject _root;

    private ChosenSettings(JsonObject root) => _root = root;

    /// <returns>Null where the text is not read; the check says why.</returns>
    public static ChosenSettings? Read(string text)
    {
        if (string.IsNullOrWhiteSpace(text)) return new([]);
        try
        {
            return JsonNode.Parse(text, documentOptions: Lenient) is JsonObject root ? new(root) : null;
        }
        catch (Exception failure) when (failure is JsonException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Whether a group is named, be it empty.</summary>
    public bool Has(string path) => Find(path) is JsonObject;

    /// <summary>What a field shows; empty where nothing was chosen.</summary>
    public string Shown(string path) => Find(path) switch
    {
        null => "",
        JsonArray list => string.Join(", ", list.Select(Words)),
        var node => Words(node),
    };

    /// <summary>How many settings below a path were chosen.</summary>
    public int Count(string path) => Find(path) is { } node ? Leaves(node) : 0;

    /// <summary>The text with another value at a path; what cannot be read as a number is written as it is, so that the check names it.</summary>
    /// <param name="typed">Empty for the default.</param>
    public string With(string path, SettingKind kind, string typed)
    {
        ArgumentNullException.ThrowIfNull(typed);
        return Written(path, typed.Trim() is { Length: > 0 } value ? Node(kind, value) : null);
    }

    /// <summary>The text with an optional group named, or left out.</summary>
    public string WithGroup(string path, bool on) => Written(path, on ? new JsonObject() : null);

    private string Written(string path, JsonNode? value)
    {
        var root = (JsonObject)_root.DeepClone();
        Set(root, path.Split('.'), value);
        return root.Count == 0 ? "" : root.ToJsonString(Indented);
    }

    // A group that is left without anything stays: that it is named may be what switches it on.
    private static void Set(JsonObject group, ReadOnlySpan<string> path, JsonNode? value)
    {
        var name = NameIn(group, path[0]);
        if (path.Length > 1)
        {
            if (group[name] is not JsonObject inner) group[name] = inner = [];
            Set(inner, path[1..], value);
        }
        else if (value is null)
        {
            group.Remove(name);
        }
        else
        {
            group[name] = value;
        }
    }

    private JsonNode? Find(string path)
    {
        JsonNode? node = _root;
        foreach (var name in path.Split('.'))
        {
            if (node is not JsonObject group) return null;
            node = group[NameIn(group, name)];
        }

        return node;
    }

    // As the server reads them, names are the same in capitals.
    private static string NameIn(JsonObject group, string name) =>
        group.Select(part => part.Key).FirstOrDefault(key => key.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? name;

    private static int Leaves(JsonNode node) => node is JsonObject group ? group.Sum(part => part.Value is null ? 1 : Leaves(part.Value)) : 1;

    private static string Words(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : node?.ToJsonString() ?? "null";

    private static JsonNode? Node(SettingKind kind, string typed) => kind switch
    {
        SettingKind.Switch => typed == "true",
        SettingKind.Count or SettingKind.Number => NumberOr(typed),
        SettingKind.Numbers => List(typed, NumberOr),
        SettingKind.Texts => List(typed, text => text),
        _ => typed,
    };

    private static JsonArray List(string typed, Func<string, JsonNode?> item) =>
        new([.. typed.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(item)]);

    // As it was typed: "2e-5" stays that.
    private static JsonNode? NumberOr(string typed)
    {
        if (!double.TryParse(typed, NumberStyles.Float, CultureInfo.InvariantCulture, out _)) return typed;
        try
        {
            return JsonNode.Parse(typed);
        }
        catch (JsonException)
        {
            // Such as "0.", on its way to "0.5".
            return typed;
        }
    }
}
