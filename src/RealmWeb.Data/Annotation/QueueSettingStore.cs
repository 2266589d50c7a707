using System.Text.Json;
using RealmWeb.Contracts.Annotation;
using RealmWeb.Data.Storage;

namespace RealmWeb.Data.Annotation;

/// <summary>How the queue is filled and given out.</summary>
public sealed class QueueSettingStore(SettingStore settings)
{
    private const string Key = "annotation-queue";

    public async Task<QueueSettings> GetAsync(CancellationToken cancellationToken = default) =>
        await settings.FindAsync(Key, cancellationToken) is { } kept ? JsonSerializer.Deserialize<QueueSettings>(kept)! : new QueueSettings();

    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public Task SetAsync(QueueSettings queue, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queue);
        return queue.Problem() is { } problem
            ? throw new ArgumentException(problem, nameof(queue))
            : settings.SetAsync(Key, JsonSerializer.Serialize(queue), cancellationToken);
    }
}
