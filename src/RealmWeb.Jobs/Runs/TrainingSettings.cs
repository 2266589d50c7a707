using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using RealmWeb.Data.Runs;
using RealmWeb.Engine.FineTuning;
using RealmWeb.Engine.PreTraining;
using RealmWeb.Engine.Training;

namespace RealmWeb.Jobs.Runs;

/// <summary>Settings of a training as the site takes them: those of the command's configuration files, checked before the run is queued.</summary>
public static class TrainingSettings
{
    /// <summary>Characters at most.</summary>
    public const int Longest = 100_000;

    // Which files of this machine are read is for whoever has an account on it.
    private static readonly string[] Files = ["file", "names", "conll", "casing"];

    /// <summary>Throws unless a training of this kind can be run with the settings; empty ones always can.</summary>
    /// <exception cref="ArgumentException">The message says what is wrong.</exception>
    public static void Require(RunKind kind, string settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.Length == 0)
            return;
        if (settings.Length > Longest)
            throw new ArgumentException($"The settings have {settings.Length} characters; {Longest} is the limit.", nameof(settings));
        try
        {
            using (var json = JsonDocument.Parse(settings, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true }))
            {
                if (FileIn(json.RootElement) is { } named)
                    throw new ArgumentException($"The settings name a file (\"{named}\"). Choose question sets here; files are for the command line.", nameof(settings));
            }
            _ = kind switch
            {
                RunKind.Ict => (object)SettingsFile.Parse<InverseClozeOptions>(settings),
                RunKind.FineTune => SettingsFile.Parse<FineTuningOptions>(settings),
                _ => SettingsFile.Parse<PreTrainingOptions>(settings),
            };
        }
        catch (Exception failure) when (failure is JsonException or ValidationException)
        {
            throw new ArgumentException($"The settings cannot be used: {failure.Message}", nameof(settings), failure);
        }
    }

    private static string? FileIn(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject()
            .Select(property => property.Value.ValueKind == JsonValueKind.String && Files.Contains(property.Name, StringComparer.OrdinalIgnoreCase) ? property.Name : FileIn(property.Value))
            .FirstOrDefault(found => found is not null),
        JsonValueKind.Array => element.EnumerateArray().Select(FileIn).FirstOrDefault(found => found is not null),
        _ => null,
    };
}
