using RealmWeb.Data.Sqlite;
using RealmWeb.Data.Upgrades;

namespace RealmWeb.Data.Storage;

/// <summary>The main database and what older versions kept beside it: brought to the newest form.</summary>
public sealed class RealmDatabase(SqliteSchema schema, DataFolderUpgrade upgrade, RealmPaths paths)
{
    /// <summary>Does what is missing. Several processes may call it at once.</summary>
    public void Migrate()
    {
        Directory.CreateDirectory(paths.Root);
        if (schema.IsNewest() && !upgrade.IsNeeded())
            return;
        using (schema.Lock())
        {
            schema.Apply();
            upgrade.Run();
        }
    }
}
