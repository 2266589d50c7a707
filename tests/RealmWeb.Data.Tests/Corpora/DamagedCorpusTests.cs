using Microsoft.Data.Sqlite;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Sqlite;
using RealmWeb.Data.Storage;
using RealmWeb.TestKit;

namespace RealmWeb.Data.Tests.Corpora;

public sealed class DamagedCorpusTests : IDisposable
{
    private readonly TempData _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Conditions_NameTheDamageOfOneCorpus_AndListTheOthers()
    {
        _data.Corpora.Create("whole").Import("a", "A", "One line.");
        Cut("cut", keep: 0);
        Cut("half", keep: 0.5);

        var conditions = _data.Corpora.Conditions();

        Assert.Equal(["cut", "half", "whole"], conditions.Select(condition => condition.Name));
        Assert.Contains("is no corpus", conditions[0].Damage, StringComparison.Ordinal);
        Assert.Contains(Path.Combine("half", "corpus.db") + " is damaged", conditions[1].Damage, StringComparison.Ordinal);
        Assert.Equal((null, 1), (conditions[2].Damage, conditions[2].Info!.Documents));
        Assert.Equal("whole", Assert.Single(_data.Corpora.List()).Name);
    }

    [Fact]
    public void Read_SaysWhichCorpusIsDamaged_WhenAPageInTheMiddleIs()
    {
        var corpus = _data.Corpora.Create("notes");
        for (var i = 0; i < 200; i++)
            corpus.Import($"{i}", $"Note {i}", string.Join('\n', Enumerable.Range(0, 20).Select(line => $"Line {line} of note {i}.")));
        SqliteConnection.ClearAllPools();
        var file = Path.Combine(corpus.Folder, "corpus.db");
        var bytes = File.ReadAllBytes(file);
        // The first pages hold the schema and what the corpus says about itself.
        new Random(1).NextBytes(bytes.AsSpan(8 * 4096));
        File.WriteAllBytes(file, bytes);

        var failure = Record.Exception(() => corpus.Blocks.Enumerate().Count() + corpus.Documents.List(pageSize: 500).Documents.Count);

        var damaged = Assert.IsType<CorpusDamagedException>(failure);
        Assert.Equal(file, damaged.Path);
        Assert.Contains("delete the corpus and import it again", damaged.Message, StringComparison.Ordinal);
        _data.Corpora.Delete("notes");
        Assert.Empty(_data.Corpora.Names());
    }

    [Fact]
    public void Make_LeavesNoHalfMadeDatabase_WhenTheDiskTakesNoMore()
    {
        var path = Path.Combine(_data.Folder, "corpora", "new", "corpus.db");

        var failure = Assert.Throws<SqliteException>(() => SqliteFile.Make(path, Fill));

        Assert.Equal(DiskFault.Full, DiskTrouble.Of(failure)?.Fault);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(path)!));
    }

    // A file of at most two pages is a disk that is full after two pages.
    private static void Fill(string file)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA max_page_count = 2";
        command.ExecuteNonQuery();
        command.CommandText = "CREATE TABLE a (b); INSERT INTO a VALUES (zeroblob(100000))";
        command.ExecuteNonQuery();
    }

    private void Cut(string name, double keep)
    {
        var corpus = _data.Corpora.Create(name);
        corpus.Import("a", "A", "One line.");
        SqliteConnection.ClearAllPools();
        var file = Path.Combine(corpus.Folder, "corpus.db");
        var bytes = File.ReadAllBytes(file);
        File.WriteAllBytes(file, bytes[..(int)(bytes.Length * keep)]);
    }
}
