using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using RealmWeb.Engine.Corpora.Formats;
using RealmWeb.Engine.Files;

namespace RealmWeb.Engine.Training;

/// <summary>Reads the settings of trainings: JSON, with comments.</summary>
public static class SettingsFile
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        // "training": { "steps": 5 } leaves the other defaults of that training as they are, and null is no value for what needs one.
        PreferredObjectCreationHandling = JsonObjectCreationHandling.Populate,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    private static readonly JsonSerializerOptions Indented = new(Json) { WriteIndented = true };
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Parses a file; a key that means nothing is an error, so that a slip does not pass as a default, and so is a value out of its range.</summary>
    /// <exception cref="FileNotFoundException"/>
    /// <exception cref="InvalidDataException">It cannot be used; the message says why.</exception>
    public static T Read<T>(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"The configuration file {path} does not exist.", path);
        try
        {
            return Parse<T>(File.ReadAllText(path));
        }
        catch (Exception failure) when (failure is JsonException or ValidationException)
        {
            throw new InvalidDataException($"The configuration file {path} cannot be used: {failure.Message}", failure);
        }
    }

    /// <summary>The same of a text.</summary>
    /// <exception cref="JsonException">It is no such JSON.</exception>
    /// <exception cref="ValidationException">A value is out of its range.</exception>
    public static T Parse<T>(string text)
    {
        using var parsed = JsonDocument.Parse(text, Lenient);
        if (new SettingsCheck(Json).OfText(typeof(T), parsed.RootElement) is { Count: > 0 } wrong)
            throw new JsonException(string.Join(' ', wrong));
        var settings = parsed.Deserialize<T>(Json)!;
        return new SettingsCheck(Json).OfValues(settings) is { Count: > 0 } broken ? throw new ValidationException(string.Join(' ', broken)) : settings;
    }

    /// <summary>All that is wrong with a text at once: names that mean nothing, values of the wrong kind, or else values that are out of their range.</summary>
    /// <param name="settings">What <see cref="Parse"/> would make of the text; null where it would refuse it.</param>
    public static IReadOnlyList<SettingProblem> Check(Type type, string text, out object? settings)
    {
        settings = null;
        try
        {
            using var parsed = JsonDocument.Parse(text, Lenient);
            if (new SettingsCheck(Json).OfText(type, parsed.RootElement) is { Count: > 0 } wrong)
                return wrong;
            var read = parsed.Deserialize(type, Json)!;
            if (new SettingsCheck(Json).OfValues(read) is { Count: > 0 } broken)
                return broken;
            settings = read;
            return [];
        }
        catch (JsonException failure)
        {
            return [new SettingProblem("", $"It is no JSON: {JsonDocuments.Reason(failure)}.")];
        }
    }

    /// <summary>Settings as a text that <see cref="Parse"/> reads.</summary>
    public static string Write(object settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return JsonSerializer.Serialize(settings, settings.GetType(), Indented);
    }

    /// <summary>What can be set, without what names a file.</summary>
    /// <param name="defaults">Settings of which nothing was said.</param>
    public static IReadOnlyList<Setting> Describe(object defaults) => new SettingsGuide(Json).Of(defaults);

    /// <summary>The options of settings that name a file, as they are called in JSON.</summary>
    public static IReadOnlyList<string> FilesNamedIn(object settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return [.. Options(settings).SelectMany(option => option.Property.IsDefined(typeof(FileOptionAttribute))
            ? option.Value is null ? [] : [NameOf(option.Property)]
            : SettingsIn(option.Value).SelectMany(FilesNamedIn))];
    }

    private static IEnumerable<(PropertyInfo Property, object? Value)> Options(object settings) =>
        settings.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetIndexParameters().Length == 0).Select(property => (property, property.GetValue(settings)));

    private static IEnumerable<object> SettingsIn(object? value) =>
        (value is IEnumerable list and not string ? list.Cast<object?>() : [value]).OfType<object>()
            .Where(inner => inner.GetType() is { IsEnum: false } type && type.Assembly != typeof(object).Assembly);

    private static string NameOf(PropertyInfo property) => JsonNamingPolicy.CamelCase.ConvertName(property.Name);
}
