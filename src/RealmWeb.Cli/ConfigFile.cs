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

    /// <summary>Parses a JSON file with comments; a key that means nothing is an error, so that a slip does not pass as a default.</summary>
    public static T Read<T>(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"The configuration file {path} does not exist.", path);
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(path), Json)
                ?? throw new JsonException("it holds null");
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException($"The configuration file {path} cannot be used: {failure.Message}", failure);
        }
    }
}
