using Microsoft.Data.Sqlite;

namespace RealmWeb.TestKit;

/// <summary>A data folder as an older version left it (tests/former-data).</summary>
public static class FormerFolder
{
    public const string Model = "tuned";
    public const string Corpus = "harbour";
    public static readonly Guid Training = new("01a220f5-d961-7988-b2e8-4e3ad3ea77ec");
    public static readonly Guid Evaluation = new("01a220f5-f470-72f8-bfed-5cdd02c6d08d");

    /// <summary>Before the end of the run that made the model.</summary>
    private static readonly DateTime ModelWritten = new(2026, 11, 28, 7, 1, 50, DateTimeKind.Utc);

    public static string Make()
    {
        var folder = Directory.CreateTempSubdirectory("realm-former-").FullName;
        var former = Path.Combine(TestPaths.Repository, "tests", "former-data");
        foreach (var file in Directory.EnumerateFiles(former, "*", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) is not (".sql" or ".md")))
        {
            var target = Path.Combine(folder, Path.GetRelativePath(former, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "realm.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = File.ReadAllText(Path.Combine(former, "realm.sql"));
        command.ExecuteNonQuery();
        return folder;
    }

    /// <summary>Gives the model its files.</summary>
    /// <param name="make">Writes a model into a folder.</param>
    public static void AddModel(string folder, Action<string> make)
    {
        var model = Path.Combine(folder, "models", Model);
        make(model);
        File.SetLastWriteTimeUtc(Path.Combine(model, "config.json"), ModelWritten);
    }
}
