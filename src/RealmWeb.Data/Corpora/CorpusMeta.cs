using System.Data.Common;

namespace RealmWeb.Data.Corpora;

/// <summary>The values by key that a corpus keeps beside its tables: counts, settings, positions of imports.</summary>
internal static class CorpusMeta
{
    private const string ImportPrefix = "import:";

    /// <summary>Key of an import's position.</summary>
    public static string PositionOf(string import) => ImportPrefix + import;

    /// <summary>All values but the positions of imports.</summary>
    public static Dictionary<string, string> Settings(DbConnection connection)
    {
        var settings = new Dictionary<string, string>();
        using var command = Sql.Command(connection, "SELECT key, value FROM meta WHERE key NOT LIKE $imports", ("$imports", ImportPrefix + "%"));
        using var reader = command.ExecuteReader();
        while (reader.Read())
            settings[reader.GetString(0)] = reader.GetString(1);
        return settings;
    }

    public static string? Find(DbConnection connection, string key)
    {
        using var command = Sql.Command(connection, "SELECT value FROM meta WHERE key = $key", ("$key", key));
        return (string?)command.ExecuteScalar();
    }

    public static void Set(DbConnection connection, string key, string value)
    {
        using var command = Sql.Command(
            connection, "INSERT INTO meta (key, value) VALUES ($key, $value) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            ("$key", key), ("$value", value));
        command.ExecuteNonQuery();
    }

    /// <summary>Adds to a count.</summary>
    public static void Add(DbConnection connection, string key, long amount)
    {
        using var command = Sql.Command(
            connection, "UPDATE meta SET value = CAST(CAST(value AS INTEGER) + $amount AS TEXT) WHERE key = $key", ("$key", key), ("$amount", amount));
        command.ExecuteNonQuery();
    }

    public static void Remove(DbConnection connection, string key)
    {
        using var command = Sql.Command(connection, "DELETE FROM meta WHERE key = $key", ("$key", key));
        command.ExecuteNonQuery();
    }
}
