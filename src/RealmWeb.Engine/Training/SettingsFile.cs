using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
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
    };

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
        T? settings;
        try
        {
            settings = JsonSerializer.Deserialize<T>(text, Json);
        }
        catch (JsonException failure) when (failure.Message.Contains("could not be mapped to any .NET member", StringComparison.Ordinal))
        {
            // The library's words are about its classes; the first that stands in quotes is the setting.
            throw new JsonException($"There is no setting {failure.Message.Split('\'')[1]} at this place. Check its spelling.", failure);
        }
        Validate("", settings ?? throw new JsonException("it holds null"));
        return settings;
    }

    /// <summary>The options of settings that name a file, as they are called in JSON.</summary>
    public static IReadOnlyList<string> FilesNamedIn(object settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return [.. Options(settings).SelectMany(option => option.Property.IsDefined(typeof(FileOptionAttribute))
            ? option.Value is null ? [] : [NameOf(option.Property)]
            : SettingsIn(option.Value).SelectMany(FilesNamedIn))];
    }

    // Settings within settings too, which the framework's own validator leaves out.
    private static void Validate(string path, object settings)
    {
        var results = new List<ValidationResult>();
        if (!Validator.TryValidateObject(settings, new ValidationContext(settings), results, validateAllProperties: true))
            throw new ValidationException($"{(path.Length == 0 ? "" : $"\"{path}\": ")}{results[0].ErrorMessage}");
        foreach (var (property, value) in Options(settings))
        {
            foreach (var inner in SettingsIn(value))
                Validate(path.Length == 0 ? NameOf(property) : $"{path}.{NameOf(property)}", inner);
        }
    }

    private static IEnumerable<(PropertyInfo Property, object? Value)> Options(object settings) =>
        settings.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetIndexParameters().Length == 0).Select(property => (property, property.GetValue(settings)));

    private static IEnumerable<object> SettingsIn(object? value) =>
        (value is IEnumerable list and not string ? list.Cast<object?>() : [value]).OfType<object>()
            .Where(inner => inner.GetType() is { IsEnum: false } type && type.Assembly != typeof(object).Assembly);

    private static string NameOf(PropertyInfo property) => JsonNamingPolicy.CamelCase.ConvertName(property.Name);
}
