using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using static SQLitePCL.raw;

namespace RealmWeb.Data.Sqlite;

/// <summary>What SQLite's error codes mean here.</summary>
internal static class SqliteErrors
{
    // Writing, making the log's index longer, bringing it to the disk: no space, or a quota or a limit that SQLite does not tell apart.
    private static readonly int[] WriteCodes = [SQLITE_IOERR_WRITE, SQLITE_IOERR_SHMSIZE, SQLITE_IOERR_FSYNC];

    /// <summary>The file is no database, or not whole.</summary>
    public static bool IsDamage(DbException error) => error is SqliteException sqlite
        && (sqlite.SqliteErrorCode is SQLITE_CORRUPT or SQLITE_NOTADB || sqlite.SqliteExtendedErrorCode == SQLITE_IOERR_SHORT_READ);

    /// <summary>The disk takes no more.</summary>
    public static bool IsDiskFull(DbException error) =>
        error is SqliteException sqlite && (sqlite.SqliteErrorCode == SQLITE_FULL || WriteCodes.Contains(sqlite.SqliteExtendedErrorCode));

    /// <summary>The file or its folder may not be written.</summary>
    public static bool IsReadOnly(DbException error) =>
        error is SqliteException { SqliteErrorCode: SQLITE_READONLY or SQLITE_CANTOPEN or SQLITE_PERM or SQLITE_AUTH };

    /// <summary>A unique index has the values of another row; primary keys are not meant.</summary>
    public static bool IsTaken(DbUpdateException failure) => failure.InnerException is SqliteException { SqliteExtendedErrorCode: SQLITE_CONSTRAINT_UNIQUE };

    /// <summary>The statement was broken off from outside.</summary>
    public static bool IsInterrupted(SqliteException error) => error.SqliteErrorCode == SQLITE_INTERRUPT;
}
