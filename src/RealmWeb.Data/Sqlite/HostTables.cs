using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
#pragma warning disable EF1001 // Only there can the name of the lock be set.
using Microsoft.EntityFrameworkCore.Sqlite.Migrations.Internal;

namespace RealmWeb.Data.Sqlite;

/// <summary>Our tables in the database of another application: all that lies in the file is named with a prefix, so that nothing meets the application's
/// tables, indexes, history and lock of migrations.</summary>
internal static partial class HostTables
{
    public const string Prefix = "RealmWeb_";

    private const string History = Prefix + "Migrations";

    public static void Configure(DbContextOptionsBuilder options)
    {
        options.UseSqlite(sqlite => sqlite.MigrationsHistoryTable(History));
        options.ReplaceService<IMigrationsSqlGenerator, PrefixedMigrations>().ReplaceService<IHistoryRepository, OwnLock>();
        // The newest migration describes the tables without the prefix.
        options.ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.PendingModelChangesWarning));
    }

    /// <summary>Whether a context is that of another application's database.</summary>
    public static bool Are(DbContextOptions options) => RelationalOptionsExtension.Extract(options).MigrationsHistoryTableName == History;

    public static void Rename(ModelBuilder builder)
    {
        foreach (var entity in builder.Model.GetEntityTypes().Where(entity => !entity.IsOwned()))
            entity.SetTableName(Prefix + entity.GetTableName());
    }

    /// <summary>The statement with the names that tables and indexes have here.</summary>
    public static string In(string sql) => Names().Replace(sql, $"$1 \"{Prefix}$2\"");

    /// <summary>The statement with the names that tables and indexes have here.</summary>
    public static FormattableString In(FormattableString sql) => FormattableStringFactory.Create(In(sql.Format), sql.GetArguments());

    /// <exception cref="DatabasePlaceException">There is something that is named as ours would be and is not.</exception>
    public static void RequireRoom(RealmDbContext db, string file)
    {
        var names = db.Database.SqlQuery<string>($"SELECT name AS Value FROM sqlite_master WHERE name LIKE 'RealmWeb!_%' ESCAPE '!' ORDER BY name")
            .ToList();
        if (names.Count > 0 && !names.Contains(History))
            throw new DatabasePlaceException(
                $"The database {file} has \"{names[0]}\", which is not RealmWeb's; its own tables begin with {Prefix}. Rename it, or name another file in "
                + "Realm:Database.");
    }

    // What stands after one of these words and is no column: EF Core quotes every name, and so do our own statements.
    [GeneratedRegex("""\b(TABLE|EXISTS|REFERENCES|INTO|FROM|UPDATE|JOIN|INDEX|RENAME TO|ON) "(?!RealmWeb_|sqlite_)(\w+)"(?!\.)""")]
    private static partial Regex Names();

    private sealed class PrefixedMigrations(MigrationsSqlGeneratorDependencies dependencies, IRelationalAnnotationProvider annotations)
        : SqliteMigrationsSqlGenerator(dependencies, annotations)
    {
        public override IReadOnlyList<MigrationCommand> Generate(
            IReadOnlyList<MigrationOperation> operations, IModel? model = null,
            MigrationsSqlGenerationOptions options = MigrationsSqlGenerationOptions.Default) =>
        [
            .. base.Generate(operations, model, options).Select(command => new MigrationCommand(
                Dependencies.CommandBuilderFactory.Create().Append(In(command.CommandText)).Build(), Dependencies.CurrentContext.Context, Dependencies.Logger,
                command.TransactionSuppressed)),
        ];
    }

    /// <summary>A process that is killed leaves EF's lock behind: the application's migrations must not wait for ours, nor ours take away theirs.</summary>
    private sealed class OwnLock(HistoryRepositoryDependencies dependencies) : SqliteHistoryRepository(dependencies)
    {
        protected override string LockTableName => Prefix + base.LockTableName;
    }
}
