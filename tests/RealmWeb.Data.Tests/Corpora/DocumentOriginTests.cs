using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Data.Corpora;
using RealmWeb.TestKit;

namespace RealmWeb.Data.Tests.Corpora;

/// <summary>A document is known by its file and its id in that file.</summary>
public sealed class DocumentOriginTests : IDisposable
{
    private readonly TempData _data = new();
    private readonly CorpusStore _corpus;

    public DocumentOriginTests() => _corpus = _data.Corpora.Create("handbook");

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Upsert_KeepsBoth_WhenTwoFilesHaveOneName()
    {
        var (a, b) = (Touch("a/readme.txt"), Touch("b/readme.txt"));
        Import("first", ("readme.txt", "eight", a), ("readme.txt", "ten", b));
        var ids = Documents();

        var again = Import("second", ("readme.txt", "ten", b), ("readme.txt", "eight", a));

        Assert.Equal(["b/readme.txt", "readme.txt"], ids.Keys.Order());
        Assert.Equal("eight", _corpus.Documents.Find(ids["readme.txt"])!.Text);
        Assert.Equal([UpsertOutcome.Unchanged, UpsertOutcome.Unchanged], again);
        Assert.Equal(ids, Documents());
    }

    [Fact]
    public void Upsert_KeepsBoth_WhenTwoFilesUseOneId()
    {
        var (north, south) = (Touch("north.jsonl"), Touch("south.jsonl"));
        Import("first", ("0", "three tracks", north), ("0", "five tracks", south));

        var outcome = Import("second", ("0", "six tracks", south));

        var ids = Documents();
        Assert.Equal([UpsertOutcome.Changed], outcome);
        Assert.Equal(["0", "south.jsonl#0"], ids.Keys.Order());
        Assert.Equal("three tracks", _corpus.Documents.Find(ids["0"])!.Text);
        Assert.Equal("six tracks", _corpus.Documents.Find(ids["south.jsonl#0"])!.Text);
    }

    [Fact]
    public void Upsert_ReplacesTheDocument_WhenItsFileWasMoved()
    {
        var old = Touch("old/data.jsonl");
        Import("first", ("0", "three tracks", old));
        File.Delete(old);

        Import("second", ("0", "four tracks", Touch("new/data.jsonl")));

        Assert.Equal("four tracks", _corpus.Documents.Find(Assert.Single(Documents()).Value)!.Text);
    }

    [Fact]
    public void Upsert_StoresACopyOnce()
    {
        Import("first", ("licence.txt", "free", Touch("a/licence.txt")));

        var outcome = Import("second", ("licence.txt", "free", Touch("b/licence.txt")));

        Assert.Equal([UpsertOutcome.Unchanged], outcome);
        Assert.Single(Documents());
    }

    [Fact]
    public void Upsert_CountsACopyOnce_WhenBothFilesComeInOneImport()
    {
        var outcome = Import(
            "first", ("licence.txt", "free", Touch("a/licence.txt")), ("licence.txt", "free", Touch("b/licence.txt")),
            ("licence.txt", "paid", Touch("c/licence.txt")));

        Assert.Equal([UpsertOutcome.Added, UpsertOutcome.Unchanged, UpsertOutcome.Added], outcome);
        Assert.Equal(2, Documents().Count);
    }

    [Fact]
    public void Upsert_TakesOver_WhatWasStoredBeforeOriginsWere()
    {
        Import("before", ("0", "three tracks", ""));
        var stored = Documents();
        var north = Touch("north.jsonl");

        var same = Import("again", ("0", "three tracks", north));
        var other = Import("other", ("0", "five tracks", Touch("south.jsonl")));

        Assert.Equal([UpsertOutcome.Unchanged, UpsertOutcome.Added], same.Concat(other));
        Assert.Equal(stored["0"], Documents()["0"]);
        Assert.Equal(2, Documents().Count);
    }

    [Fact]
    public void Open_BringsUpACorpusOfVersionOne_AndKeepsItsDocuments()
    {
        Import("before", ("0", "three tracks", ""));
        var before = Documents();
        ToVersionOne();

        using var services = TempData.ServicesIn(_data.Folder);
        var corpus = services.GetRequiredService<CorpusLibrary>().Open("handbook");

        Assert.Equal(before["0"], corpus.Documents.FindId("0"));
        var session = corpus.BeginImport("again");
        Assert.Equal(UpsertOutcome.Unchanged, session.Upsert("0", "0", "three tracks", () => [], "/in/north.jsonl"));
    }

    [Fact]
    public void FindDeparted_NamesWhatLeftItsFileOrFolder_ButNotWhatWasSkipped()
    {
        var (kept, left, bad) = (Touch("in/kept.jsonl"), Touch("in/left.txt"), Touch("in/bad.jsonl"));
        Import(
            "first", ("1", "one", kept), ("2", "two", kept), ("left.txt", "three", left), ("3", "four", bad), ("other.txt", "five", Touch("else/other.txt")));

        var session = _corpus.BeginImport("second");
        session.Upsert("1", "1", "one", () => [], kept);
        session.Flush("1");
        // As a resumed import has it: what was met before the interruption counts.
        session = _corpus.BeginImport("second");
        session.Skip(bad);
        session.Flush("2");
        var departed = session.FindDeparted([Path.GetDirectoryName(kept)!]);
        session.Complete();

        Assert.Equal(["2", "left.txt"], departed.Select(document => document.SourceId));
        Assert.Equal(2, _corpus.Documents.Delete(departed.Select(document => document.Id)));
        Assert.Equal(["1", "3", "other.txt"], Documents().Keys.Order());
    }

    private List<UpsertOutcome> Import(string key, params (string Id, string Text, string Origin)[] documents)
    {
        var session = _corpus.BeginImport(key);
        var outcomes = documents
            .Select(document => session.Upsert(
                document.Id, document.Id, document.Text, () => CorpusSamples.Lines(document.Id, document.Text), document.Origin))
            .ToList();
        session.Flush("end");
        session.Complete();
        return outcomes;
    }

    private Dictionary<string, long> Documents() => _corpus.Documents.List().Documents.ToDictionary(document => document.SourceId, document => document.Id);

    private string Touch(string name)
    {
        var path = Path.Combine(_data.Folder, "files", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "");
        return path;
    }

    private void ToVersionOne()
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_corpus.Folder, "corpus.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = FormerSchema.ToVersion4 +
            """
            DROP TABLE pages;
            ALTER TABLE blocks DROP COLUMN context;
            DROP INDEX documents_by_origin;
            ALTER TABLE documents DROP COLUMN origin;
            ALTER TABLE documents DROP COLUMN given_id;
            DROP TABLE import_documents;
            DROP TABLE import_skips;
            PRAGMA user_version = 1;
            """;
        command.ExecuteNonQuery();
    }
}
