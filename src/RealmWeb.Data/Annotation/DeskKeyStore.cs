using System.Text.Json;
using RealmWeb.Contracts.Annotation;
using RealmWeb.Data.Storage;

namespace RealmWeb.Data.Annotation;

/// <summary>The keys that annotators chose, each for themselves.</summary>
public sealed class DeskKeyStore(SettingStore settings)
{
    public async Task<DeskKeyChoice> GetAsync(string annotator, CancellationToken cancellationToken = default) =>
        await settings.FindAsync(KeyOf(annotator), cancellationToken) is { } kept
            ? JsonSerializer.Deserialize<DeskKeyChoice>(kept)!
            : new DeskKeyChoice(new Dictionary<DeskAction, string>());

    /// <exception cref="ArgumentException">A key would do two things, or is not one that a page can have.</exception>
    public Task SetAsync(string annotator, DeskKeyChoice choice, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(choice);
        return DeskKeys.Problem(choice) is { } problem
            ? throw new ArgumentException(problem, nameof(choice))
            : settings.SetAsync(KeyOf(annotator), JsonSerializer.Serialize(choice), cancellationToken);
    }

    internal static string KeyOf(string annotator) => $"desk-keys:{annotator}";
}
