using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace RealmWeb.Data.Sqlite;

/// <summary>What every connection of the main database is set to: two processes may use the file at once.</summary>
internal sealed class SqlitePragmas : DbConnectionInterceptor
{
    // WAL survives a power cut with NORMAL but for the last transactions; the file is never damaged.
    // What is deleted is overwritten: a question that somebody took back must not stand in the file.
    public const string Sql = "PRAGMA busy_timeout = 10000; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Sql;
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = Sql;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
