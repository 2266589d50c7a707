using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RealmWeb.Cli;

/// <summary>Reads the configuration files of training verbs.</summary>
internal static class ConfigFile
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Parses a JSON file with comments; a key that means nothing is an error, so that a slip does not pass as a default, and so is a value out of
    /// its range.</summary>
    public static T Read<T>(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"The configuration file {path} does not exist.", path);
        try
        {
            var settings = JsonSerializer.Deserialize<T>(File.ReadAllText(path), Json)
                ?? throw new JsonException("it holds null");
            Validate("", settings);
            return settings;
        }
        catch (Exception failure) when (failure is JsonException or ValidationException)
        {
            throw new InvalidDataException($"The configuration file {path} cannot be used: {failure.Message}", failure);
        }
    }

    // Settings within settings too, which the framework's own validator leaves out.
    private static void Validate(string path, object settings)
    {
        var results = new List<ValidationResult>();
        if (!Validator.TryValidateObject(settings, new ValidationContext(settings), results, validateAllProperties: true))
            throw new ValidationException($"{(path.Length == 0 ? "" : $"in \"{path}\", ")}{results[0].ErrorMessage}");
        foreach (var property in settings.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetIndexParameters().Length == 0))
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            var value = property.GetValue(settings);
            foreach (var inner in value is IEnumerable list and not string ? list.Cast<object?>() : [value])
            {
                if (inner?.GetType() is { } type && type.Assembly != typeof(object).Assembly && !type.IsEnum)
                    Validate(path.Length == 0 ? name : $"{path}.{name}", inner);
            }
        }
    }
}
