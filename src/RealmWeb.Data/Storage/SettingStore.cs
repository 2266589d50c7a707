using Microsoft.EntityFrameworkCore;

namespace RealmWeb.Data.Storage;

/// <summary>Settings that an admin may change while the site runs.</summary>
public sealed class SettingStore(IDbContextFactory<RealmDbContext> contexts, TimeProvider time)
{
    /// <summary>The value; null when it was never set.</summary>
    public async Task<string?> FindAsync(string key, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Settings.Where(setting => setting.Key == key).Select(setting => setting.Value).FirstOrDefaultAsync(cancellationToken);
    }

    public async Task SetAsync(string key, string value, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        // One statement: two admins who set a new key at once must not collide.
        await db.ExecuteAsync(
            $"""
             INSERT INTO "Settings" ("Key", "Value", "ChangedAt") VALUES ({key}, {value}, {time.GetUtcNow().UtcTicks})
             ON CONFLICT("Key") DO UPDATE SET "Value" = excluded."Value", "ChangedAt" = excluded."ChangedAt"
             """, cancellationToken);
    }
}
