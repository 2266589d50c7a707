using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace RealmWeb.Data.Sqlite;

/// <summary>What SQLite's error codes mean here.</summary>
internal static class SqliteErrors
{
    /// <summary>The file is no database, or not whole.</summary>
    public static bool IsDamage(SqliteException error) => error.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;

    /// <summary>The statement was broken off from outside.</summary>
    public static bool IsInterrupted(SqliteException error) => error.SqliteErrorCode == raw.SQLITE_INTERRUPT;
}
