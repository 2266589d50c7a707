using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace RealmWeb.Engine.Training;

/// <summary>Finds all that is wrong with settings at once, where the reader of JSON would stop at the first thing and speak of classes.</summary>
internal sealed class SettingsCheck(JsonSerializerOptions json)
{
    private readonly List<SettingProblem> _problems = [];

    /// <summary>Names that mean nothing, values of the wrong kind, and what is missing.</summary>
    public IReadOnlyList<SettingProblem> OfText(Type type, JsonElement text)
    {
        Walk(json.GetTypeInfo(type), text, "");
        return _problems;
    }

    /// <summary>Values that are out of their range; settings within settings too, which the framework's own validator leaves out.</summary>
    public IReadOnlyList<SettingProblem> OfValues(object settings)
    {
        Validate(settings, "");
        return _problems;
    }

    /// <summary>The property of the settings' class behind a name in JSON.</summary>
    public static PropertyInfo? PropertyOf(JsonPropertyInfo property) => property.AttributeProvider as PropertyInfo;

    /// <summary>The name of a setting within others.</summary>
    public static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private void Walk(JsonTypeInfo type, JsonElement value, string path)
    {
        if (type is { Kind: JsonTypeInfoKind.Object } && value.ValueKind == JsonValueKind.Object)
            WalkObject(type, value, path);
        else if (type is { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } element } && value.ValueKind == JsonValueKind.Array)
        {
            foreach (var (number, item) in value.EnumerateArray().Index())
                Walk(json.GetTypeInfo(element), item, string.Create(CultureInfo.InvariantCulture, $"{path}[{number}]"));
        }
        else if (value.ValueKind == JsonValueKind.Null && Nullable.GetUnderlyingType(type.Type) is null)
            Add(path, $"It is null. Write {Expected(type)}, or leave it out for its default.");
        else if (type.Kind is JsonTypeInfoKind.Object or JsonTypeInfoKind.Enumerable || !Fits(type, value))
            Add(path, $"It is {Shown(value)}. Write {Expected(type)}.");
    }

    private void WalkObject(JsonTypeInfo type, JsonElement value, string path)
    {
        var known = type.Properties.Where(property => property.Set is not null || property.IsExtensionData).ToList();
        var open = known.Exists(property => property.IsExtensionData);
        var given = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in value.EnumerateObject())
        {
            given.Add(part.Name);
            var name = Join(path, part.Name);
            if (known.Find(property => property.Name.Equals(part.Name, StringComparison.OrdinalIgnoreCase)) is not { } property)
            {
                if (!open)
                    Add(name, $"There is no such setting at this place. {Instead(part.Name, [.. known.Select(other => other.Name)])}");
            }
            // Null is a value where the class says so, for settings too that hold others.
            else if (part.Value.ValueKind != JsonValueKind.Null || !property.IsSetNullable)
                Walk(json.GetTypeInfo(property.PropertyType), part.Value, name);
        }
        foreach (var missing in known.Where(property => property.IsRequired && !given.Contains(property.Name)))
            Add(Join(path, missing.Name), "It is missing, and has no default.");
    }

    private void Validate(object settings, string path)
    {
        foreach (var property in json.GetTypeInfo(settings.GetType()).Properties.Where(property => property.Get is not null))
        {
            var (value, name) = (property.Get!(settings), Join(path, property.Name));
            var context = new ValidationContext(settings) { MemberName = property.Name };
            foreach (var rule in PropertyOf(property)?.GetCustomAttributes<ValidationAttribute>() ?? [])
            {
                if (rule.GetValidationResult(value, context) is { } broken)
                    Add(name, Broken(rule, value, broken));
            }
            foreach (var inner in Inner(value))
                Validate(inner, name);
        }
        if (settings is IValidatableObject whole)
        {
            foreach (var broken in whole.Validate(new ValidationContext(settings)))
                Add(path, broken.ErrorMessage ?? "It cannot be used.");
        }
    }

    private IEnumerable<object> Inner(object? value) => (value is IEnumerable list and not string ? list.Cast<object?>() : [value]).OfType<object>()
        .Where(inner => json.GetTypeInfo(inner.GetType()).Kind == JsonTypeInfoKind.Object);

    private bool Fits(JsonTypeInfo type, JsonElement value)
    {
        try
        {
            value.Deserialize(type);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private string Expected(JsonTypeInfo info)
    {
        var type = Nullable.GetUnderlyingType(info.Type) ?? info.Type;
        return info.Kind switch
        {
            JsonTypeInfoKind.Object => "settings in braces",
            JsonTypeInfoKind.Enumerable => "a list in brackets",
            _ when type.IsEnum => $"one of {string.Join(", ", ChoicesOf(type).Select(choice => $"\"{choice}\""))}",
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(int) || type == typeof(long) => "a whole number",
            _ when type == typeof(double) || type == typeof(float) => "a number",
            _ => "a text in quotes",
        };
    }

    /// <summary>The values of an enumeration as they are written.</summary>
    public IEnumerable<string> ChoicesOf(Type type) =>
        Enum.GetValues(type).Cast<object>().Select(choice => JsonSerializer.SerializeToElement(choice, type, json).GetString()!);

    private static string Broken(ValidationAttribute rule, object? value, ValidationResult result) => rule switch
    {
        RangeAttribute { Maximum: int.MaxValue or double.MaxValue } range => $"It is {Shown(value)}. Use at least {Shown(range.Minimum)}.",
        RangeAttribute range => $"It is {Shown(value)}. Use {Shown(range.Minimum)} to {Shown(range.Maximum)}.",
        RequiredAttribute => "It is empty. Fill it in.",
        MinLengthAttribute least => $"It has too few entries. Give at least {least.Length}.",
        _ => result.ErrorMessage ?? "It cannot be used.",
    };

    private static string Shown(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private static string Shown(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        _ => value.GetRawText() is { Length: <= 40 } text ? text : $"{value.GetRawText()[..40]}…",
    };

    private static string Instead(string name, IReadOnlyList<string> known)
    {
        var nearest = known.Select(other => (Name: other, Distance: Distance(name.ToUpperInvariant(), other.ToUpperInvariant())))
            .MinBy(other => other.Distance);
        return nearest.Distance <= Math.Max(2, name.Length / 3) ? $"Did you mean \"{nearest.Name}\"?" : $"There are {string.Join(", ", known)}.";
    }

    // Letters to change, put in or leave out.
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 0; i < left.Length; i++)
        {
            var (corner, start) = (row[0], row[0] + 1);
            row[0] = start;
            for (var j = 0; j < right.Length; j++)
                (corner, row[j + 1]) = (row[j + 1], Math.Min(Math.Min(row[j], row[j + 1]) + 1, corner + (left[i] == right[j] ? 0 : 1)));
        }
        return row[^1];
    }

    private void Add(string path, string message) => _problems.Add(new SettingProblem(path, message));
}
