using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using RealmWeb.Engine.Training;

namespace RealmWeb.Jobs.Training;

/// <summary>Settings of a training as the site takes them: those of the command's configuration files, checked before the run is queued.</summary>
public static class TrainingSettings
{
    /// <summary>Characters at most.</summary>
    public const int Longest = 100_000;

    /// <summary>Throws unless a training can be run with the settings; empty ones always can.</summary>
    /// <typeparam name="T">What the training's configuration file holds.</typeparam>
    /// <exception cref="ArgumentException">The message says what is wrong.</exception>
    public static void Require<T>(string settings)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.Length == 0)
            return;
        if (settings.Length > Longest)
            throw new ArgumentException($"The settings have {settings.Length} characters; {Longest} is the limit.", nameof(settings));
        try
        {
            // Which files of this machine are read is for whoever has an account on it.
            if (SettingsFile.FilesNamedIn(SettingsFile.Parse<T>(settings)) is [var named, ..])
                throw new ArgumentException(
                    $"The settings name a file (\"{named}\"). Choose question sets here; files are for the command line.", nameof(settings));
        }
        catch (Exception failure) when (failure is JsonException or ValidationException)
        {
            throw new ArgumentException($"The settings cannot be used: {failure.Message}", nameof(settings), failure);
        }
    }
}
