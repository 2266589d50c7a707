using System.Text.RegularExpressions;
using RealmWeb.TestKit;

namespace RealmWeb.Data.Tests;

/// <summary>What is SQLite's stands in one folder, so that another database can stand beside it.</summary>
public sealed partial class SqliteTests
{
    private static readonly string Data = Path.Combine(TestPaths.Repository, "src", "RealmWeb.Data");

    [Fact]
    public void Data_KnowsNoSqlite_OutsideItsFolder()
    {
        var others = Sources().Where(file => !file.StartsWith($"Sqlite{Path.DirectorySeparatorChar}", StringComparison.Ordinal)).ToList();

        Assert.True(others.Count > 20);
        Assert.Empty(others.SelectMany(
            file => File.ReadLines(Path.Combine(Data, file)).Where(line => Telling().IsMatch(line)).Select(line => $"{file}: {line.Trim()}")));
    }

    [Fact]
    public void Sqlite_IsFound_WhereItIs() =>
        Assert.Contains(Sources(), file => File.ReadLines(Path.Combine(Data, file)).Any(line => Telling().IsMatch(line)));

    private static IEnumerable<string> Sources() => Directory.EnumerateFiles(Data, "*.cs", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Data, file))
        .Where(file => file.Split(Path.DirectorySeparatorChar)[0] is not ("obj" or "bin"));

    // The packages' namespaces and types, and SQL that only SQLite has.
    [GeneratedRegex(@"Microsoft\.Data\.Sqlite|SQLitePCL|UseSqlite|\bSqlite(Connection|Command|DataReader|Exception|Parameter|Transaction|OpenMode)\w*"
        + @"|\braw\.|PRAGMA|fts5|\bMATCH\b|\bbm25\b|json_each|COLLATE NOCASE|AUTOINCREMENT")]
    private static partial Regex Telling();
}
