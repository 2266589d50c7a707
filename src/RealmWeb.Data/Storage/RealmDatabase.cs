using RealmWeb.Data.Sqlite;
using RealmWeb.Data.Upgrades;

namespace RealmWeb.Data.Storage;

/// <summary>The main database and what older versions kept beside it: brought to the newest form.</summary>
public sealed class RealmDatabase(SqliteSchema schema, DataFolderUpgrade upgrade, RealmPaths paths)
{
    /// <summary>Does what is missing. Several processes may call it at once.</summary>
    /// <exception cref="DatabaseDamagedException">The file holds no database.</exception>
    public void Migrate()
    {
        Directory.CreateDirectory(paths.Root);
        if (!File.Exists(paths.Database))
        {
            using var first = schema.Lock();
            schema.Create();
        }
        // A first start that is killed leaves no file, so an empty one is a lost one.
        if (!paths.IsHostsDatabase && new FileInfo(paths.Database).Length == 0)
            throw DatabaseDamagedException.Empty(paths.Database);
        if (schema.IsNewest() && !upgrade.IsNeeded())
            return;
        using (schema.Lock())
        {
            schema.Apply();
            upgrade.Run();
        }
    }

    /// <summary>Reads the whole file once, if there is one; for the start of a site, before anything is stored in a file that is damaged.</summary>
    /// <exception cref="DatabaseDamagedException">Something in it does not fit together.</exception>
    public void Check() => schema.Check();
}
