using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Data.Storage;

namespace RealmWeb.Server.Corpora;

/// <summary>Remembers uploads by the key their sender chose, so that a repetition after a lost reply imports nothing twice.</summary>
internal sealed class UploadKeys(SettingStore settings)
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);

    /// <summary>Waits until no other upload with the same key is under way.</summary>
    /// <param name="key">The sender's key; empty for none.</param>
    public async Task<Turn> EnterAsync(string key, string corpus, string user, CancellationToken cancellationToken)
    {
        if (key.Length == 0)
            return new Turn(settings, null, null);
        // Hashed: a sender's text of any length becomes a key of ours, and two users never meet.
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{user}\u001f{corpus}\u001f{key}"));
        var setting = $"upload:{Convert.ToHexStringLower(hash.AsSpan(0, 16))}";
        var gate = _turns.GetOrAdd(setting, _ => new SemaphoreSlim(1, 1));
        await gate.WaitAsync(cancellationToken);
        return new Turn(settings, setting, gate);
    }

    /// <summary>The time in which one upload holds its key.</summary>
    internal sealed class Turn(SettingStore settings, string? setting, SemaphoreSlim? gate) : IDisposable
    {
        /// <summary>What the first upload with this key was answered; null when this is the first.</summary>
        public async Task<UploadAccepted?> FindAsync(CancellationToken cancellationToken) =>
            setting is not null && await settings.FindAsync(setting, cancellationToken) is { } json
                ? JsonSerializer.Deserialize<UploadAccepted>(json)
                : null;

        public Task KeepAsync(UploadAccepted accepted, CancellationToken cancellationToken) =>
            setting is null ? Task.CompletedTask : settings.SetAsync(setting, JsonSerializer.Serialize(accepted), cancellationToken);

        public void Dispose() => gate?.Release();
    }
}
