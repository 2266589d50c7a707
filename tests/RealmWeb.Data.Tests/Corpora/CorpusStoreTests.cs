using System.Globalization;
using Microsoft.Data.Sqlite;
using RealmWeb.Data.Corpora;
using RealmWeb.TestKit;

namespace RealmWeb.Data.Tests.Corpora;

public sealed class CorpusStoreTests : IDisposable
{
    private readonly TempData _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void FindDocument_GivesTheTextUnchanged_WhenItHasGapsAndATail()
    {
        const string text = "\n  first line \U0001F600\n\n\nsecond\tline\n \n";
        var corpus = _data.Corpora.Create("handbook");

        corpus.Import("a.txt", "A", text);

        var id = corpus.Documents.FindId("a.txt")!.Value;
        Assert.Equal(text, corpus.Documents.Find(id)!.Text);
        Assert.All(corpus.Blocks.OfDocument(id), block => Assert.Equal(text[block.Start..block.End], block.Text));
        Assert.Equal(3, corpus.Blocks.OfDocument(id).Count);
    }

    [Fact]
    public void FindDocument_GivesTheText_WhenThereIsNoBlock()
    {
        var corpus = _data.Corpora.Create("handbook");

        corpus.Import("empty.txt", "Empty", "\n\n");

        Assert.Equal("\n\n", corpus.Documents.Find(corpus.Documents.FindId("empty.txt")!.Value)!.Text);
        Assert.Equal(1, corpus.Info().Documents);
        Assert.Equal(0, corpus.Info().Blocks);
    }

    [Fact]
    public void Upsert_ChangesNothing_WhenTheSameIsImportedAgain()
    {
        var corpus = _data.Corpora.Create("handbook");
        corpus.Import("a.txt", "A", "one\ntwo");
        var before = corpus.Info();
        var rows = corpus.Blocks.Enumerate().ToList();

        var outcome = corpus.Import("a.txt", "A", "one\ntwo");

        Assert.Equal(UpsertOutcome.Unchanged, outcome);
        Assert.Equal(before, corpus.Info());
        Assert.Equal(rows, corpus.Blocks.Enumerate());
    }

    [Fact]
    public void Upsert_GivesNewRows_WhenTheTextChanged()
    {
        var corpus = _data.Corpora.Create("handbook");
        corpus.Import("a.txt", "A", "apples\npears");
        var before = corpus.Info();
        var old = corpus.Blocks.Enumerate().Select(block => block.Row).ToList();
        var document = corpus.Documents.FindId("a.txt");

        var outcome = corpus.Import("a.txt", "A", "apples\nplums\ncherries");

        var rows = corpus.Blocks.Enumerate().Select(block => block.Row).ToList();
        Assert.Equal(UpsertOutcome.Changed, outcome);
        Assert.Equal(document, corpus.Documents.FindId("a.txt"));
        Assert.Equal(3, rows.Count);
        Assert.True(rows.Min() > old.Max());
        Assert.Empty(corpus.Blocks.LiveRows(old));
        Assert.Empty(corpus.Terms.Search(["pears"], 5));
        Assert.Equal(rows[1], Assert.Single(corpus.Terms.Search(["plums"], 5)).Row);
        Assert.Equal((1, 3), (corpus.Info().Documents, corpus.Info().Blocks));
        Assert.NotEqual(before.Version, corpus.Info().Version);
    }

    [Fact]
    public void SourceIds_NamesTheDocumentsThatAreThere()
    {
        var corpus = _data.Corpora.Create("handbook");
        corpus.Import("a.txt", "A", "apples");
        corpus.Import("b.txt", "B", "plums");
        corpus.Import("c.txt", "C", "pears");
        var (kept, doomed) = (corpus.Documents.FindId("a.txt")!.Value, corpus.Documents.FindId("b.txt")!.Value);
        corpus.Documents.Delete(doomed);

        Assert.Equal(new Dictionary<long, string> { [kept] = "a.txt" }, corpus.Documents.SourceIds([kept, doomed]));
    }

    [Fact]
    public void DeleteDocument_TakesItOutOfSearchAndReadingAtOnce()
    {
        var corpus = _data.Corpora.Create("handbook");
        corpus.Import("a.txt", "A", "apples\npears");
        corpus.Import("b.txt", "B", "apples and plums");
        var doomed = corpus.Documents.FindId("a.txt")!.Value;
        var rows = corpus.Blocks.OfDocument(doomed).Select(block => block.Row).ToList();
        var version = corpus.Info().Version;

        Assert.True(corpus.Documents.Delete(doomed));

        Assert.Empty(corpus.Blocks.Get(rows));
        Assert.Empty(corpus.Blocks.LiveRows(rows));
        Assert.Null(corpus.Documents.Find(doomed));
        Assert.DoesNotContain(corpus.Terms.Search(["apples"], 10), hit => rows.Contains(hit.Row));
        Assert.Equal((1, 1), (corpus.Info().Documents, corpus.Info().Blocks));
        Assert.NotEqual(version, corpus.Info().Version);
        Assert.False(corpus.Documents.Delete(doomed));
    }

    [Fact]
    public void Rows_AreNotUsedAgain_WhenTheNewestDocumentIsDeleted()
    {
        var corpus = _data.Corpora.Create("handbook");
        corpus.Import("a.txt", "A", "one");
        var row = corpus.Blocks.Enumerate().Single().Row;
        corpus.Documents.Delete(corpus.Documents.FindId("a.txt")!.Value);

        corpus.Import("a.txt", "A", "one");

        Assert.True(corpus.Blocks.Enumerate().Single().Row > row);
    }

    [Fact]
    public void GetBlocks_KeepsTheOrderAskedFor_AndLeavesOutWhatIsGone()
    {
        var corpus = _data.Corpora.Create("handbook");
        corpus.Import("a.txt", "A", "one\ntwo\nthree");
        var rows = corpus.Blocks.Enumerate().Select(block => block.Row).ToArray();

        var blocks = corpus.Blocks.Get([rows[2], 999_999, rows[0]]);

        Assert.Equal(["three", "one"], blocks.Select(block => block.Text));
        Assert.All(blocks, block => Assert.Equal("A", block.Title));
    }

    [Fact]
    public void EnumerateBlocks_GivesEveryBlockOnce_WhenThereAreSeveralPages()
    {
        var corpus = _data.Corpora.Create("handbook");
        corpus.Import("a.txt", "A", string.Join('\n', Enumerable.Range(0, 1300)));

        var rows = corpus.Blocks.Enumerate().Select(block => block.Row).ToList();

        Assert.Equal(1300, rows.Distinct().Count());
        Assert.Equal(rows.Order(), rows);
        Assert.Equal(rows[700..], corpus.Blocks.Enumerate(rows[699]).Select(block => block.Row));
    }

    [Fact]
    public void ListDocuments_PagesByTitleAndSearches()
    {
        var corpus = _data.Corpora.Create("handbook");
        foreach (var title in new[] { "delta", "Alpha", "charlie", "Bravo 100%" })
            corpus.Import(title + ".txt", title, "text of " + title);

        var second = corpus.Documents.List(page: 2, pageSize: 2);

        Assert.Equal(["charlie", "delta"], second.Documents.Select(document => document.Title));
        Assert.Equal(4, second.Total);
        Assert.Equal("Bravo 100%", Assert.Single(corpus.Documents.List("0%").Documents).Title);
        Assert.Empty(corpus.Documents.List("_").Documents);
    }

    [Fact]
    public void Upsert_Refuses_WhenCutsOverlap()
    {
        var session = _data.Corpora.Create("handbook").BeginImport("x");

        var refused = Assert.Throws<ArgumentException>(() => session.Upsert("a", "A", "abcdef", () => [new BlockCut("1", 0, 4), new BlockCut("2", 3, 6)]));

        Assert.Contains("[3, 6)", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BeginImport_FindsThePosition_WhenTheImportWasAborted()
    {
        var corpus = _data.Corpora.Create("handbook");
        var aborted = corpus.BeginImport("run-1");
        aborted.Upsert("a", "A", "one", () => CorpusSamples.Lines("A", "one"));
        aborted.Flush("1");
        aborted.Upsert("b", "B", "two", () => CorpusSamples.Lines("B", "two"));

        var resumed = corpus.BeginImport("run-1");

        Assert.Equal("1", resumed.Position);
        Assert.Null(corpus.BeginImport("run-2").Position);
        Assert.Equal(1, corpus.Info().Documents);
        resumed.Complete();
        Assert.Null(corpus.BeginImport("run-1").Position);
    }

    [Fact]
    public void Blocks_AreFoundByTheirContext_WhichIsNoPartOfTheText()
    {
        var corpus = _data.Corpora.Create("handbook");
        var session = corpus.BeginImport("run-1");
        session.Upsert("a", "A", "Boats | Barrels\n4 | 16\n5 | 25", () => [new BlockCut("1", 0, 22), new BlockCut("2", 23, 29, "Boats | Barrels")]);
        session.Flush("1");

        var blocks = corpus.Blocks.Enumerate().ToList();

        Assert.Equal([("Boats | Barrels\n4 | 16", ""), ("5 | 25", "Boats | Barrels")], blocks.Select(block => (block.Text, block.Context)));
        Assert.Equal([1L, 2L], corpus.Terms.Search(["barrels"], 5).Select(hit => hit.Row).Order());
        Assert.Equal("Boats | Barrels\n4 | 16\n5 | 25", corpus.Documents.Find(blocks[0].DocumentId)!.Text);
    }

    [Fact]
    public void Layouts_AreKeptWithTheirPages_AndComeToADocumentThatHasNone()
    {
        var corpus = _data.Corpora.Create("handbook");
        var session = corpus.BeginImport("run-1");
        session.Upsert("a.pdf", "A", "one two", () => [new BlockCut("1", 0, 7)], pageStarts: [0, 4]);
        session.Flush("1");
        var (id, row) = (corpus.Documents.FindId("a.pdf")!.Value, corpus.Blocks.EnumerateRows().Single());
        var without = corpus.Documents.Layout(id, 1);

        var same = session.Upsert("a.pdf", "A", "one two", () => [new BlockCut("1", 0, 7)], pageStarts: [0, 4], layouts: () => [[1], [2, 3]]);
        session.Flush("2");

        Assert.Equal((null, UpsertOutcome.Unchanged), (without, same));
        Assert.Equal([[1], [2, 3], null], Enumerable.Range(1, 3).Select(page => corpus.Documents.Layout(id, page)));
        // The index knows it still.
        Assert.Equal([row], corpus.Blocks.EnumerateRows());
        Assert.True(corpus.Documents.Delete(id));
        Assert.Null(corpus.Documents.Layout(id, 1));
    }

    [Fact]
    public void History_SaysWhoAddedADocument_AndWhoChangedItLast()
    {
        var corpus = _data.Corpora.Create("handbook");
        Import("run-1", "ada", "one");
        var added = corpus.Documents.History(1)!;
        Import("run-2", "mary", "one");
        var same = corpus.Documents.History(1)!;
        Import("run-3", "mary", "two");

        var changed = corpus.Documents.History(1)!;

        Assert.Equal((new Importer("ada", "run-1"), new Importer("ada", "run-1")), (added.Added!.By, added.Changed.By));
        Assert.Equal(added, same);
        Assert.Equal((added.Added, new Importer("mary", "run-3")), (changed.Added, changed.Changed.By));
        Assert.Equal(("notes/a.txt", "upload:/a.txt"), (changed.GivenId, changed.Origin));
        Assert.Null(corpus.Documents.History(2));

        void Import(string run, string by, string text)
        {
            var session = corpus.BeginImport(run, new Importer(by, run));
            session.Upsert("notes/a.txt", "A", text, () => [new BlockCut(text, 0, 3)], "upload:/a.txt");
            session.Flush("end");
            session.Complete();
        }
    }

    [Fact]
    public void Pages_AreKeptWithTheirDocument_AndLeaveWithIt()
    {
        var corpus = _data.Corpora.Create("handbook");
        var session = corpus.BeginImport("run-1");
        session.Upsert("a.pdf", "A", "one\n\nthree", () => [new BlockCut("1", 0, 10)], pageStarts: [0, 5, 5]);
        session.Upsert("b.txt", "B", "text", () => [new BlockCut("2", 0, 4)]);
        session.Flush("1");
        var (first, second) = (corpus.Documents.FindId("a.pdf")!.Value, corpus.Documents.FindId("b.txt")!.Value);

        var pages = corpus.Documents.PagesAt([(first, 0), (first, 4), (first, 5), (second, 0), (99, 0)]);
        var repaged = session.Upsert("a.pdf", "A", "one\n\nthree", () => [new BlockCut("1", 0, 10)], pageStarts: [0, 5]);
        session.Flush("2");

        Assert.Equal([1, 1, 3, null, null], pages);
        Assert.Equal(UpsertOutcome.Changed, repaged);
        Assert.Equal([0, 5], corpus.Documents.Find(first)!.PageStarts);
        Assert.True(corpus.Documents.Delete(first));
        Assert.Equal([null], corpus.Documents.PagesAt([(first, 5)]));
    }

    [Fact]
    public void BroughtInBy_NamesWhatARunAddedAndChanged()
    {
        var corpus = _data.Corpora.Create("handbook");
        corpus.Import("same.txt", "Same", "one", importer: new Importer("ada", "1"));
        corpus.Import("changed.txt", "Changed", "two", importer: new Importer("ada", "1"));
        corpus.Import("same.txt", "Same", "one", importer: new Importer("ada", "2"));
        corpus.Import("changed.txt", "Changed", "three", importer: new Importer("ada", "2"));
        corpus.Import("added.txt", "Added", "four", importer: new Importer("ada", "2"));

        Assert.Equal([("changed.txt", "Changed", false), ("added.txt", "Added", true)], corpus.Documents.BroughtInBy("2", 10));
        Assert.Equal([("same.txt", "Same", true)], corpus.Documents.BroughtInBy("1", 10));
        Assert.Single(corpus.Documents.BroughtInBy("2", 1));
    }

    [Fact]
    public void Connect_BringsUpAFile_OfBeforeBlocksHadContext()
    {
        var corpus = _data.Corpora.Create("handbook");
        corpus.Import("a.txt", "A", "one\ntwo");
        SqliteConnection.ClearAllPools();
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(corpus.Folder, "corpus.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = FormerSchema.ToVersion4 + "DROP TABLE pages; ALTER TABLE blocks DROP COLUMN context; PRAGMA user_version = 2";
            command.ExecuteNonQuery();
        }

        using var other = TempData.ServicesIn(_data.Folder);
        var opened = ((CorpusLibrary)other.GetService(typeof(CorpusLibrary))!).Open("handbook");

        Assert.Equal([("one", ""), ("two", "")], opened.Blocks.Enumerate().Select(block => (block.Text, block.Context)));
        Assert.Equal(UpsertOutcome.Added, opened.Import("b.txt", "B", "three"));
    }

    [Fact]
    public void Connect_Refuses_WhenTheSchemaIsNewer()
    {
        var corpus = _data.Corpora.Create("handbook");
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(corpus.Folder, "corpus.db")}"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 99";
            command.ExecuteNonQuery();
        }

        using var other = TempData.ServicesIn(_data.Folder);
        var refused = Assert.Throws<CorpusDamagedException>(() => ((CorpusLibrary)other.GetService(typeof(CorpusLibrary))!).Open("handbook").Info());

        Assert.Contains("99", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Info_SaysWhatToDo_WhenTheFileIsNoDatabase()
    {
        var corpus = _data.Corpora.Create("handbook");
        SqliteConnection.ClearAllPools();
        File.WriteAllText(Path.Combine(corpus.Folder, "corpus.db"), new string('x', 8192));
        File.Delete(Path.Combine(corpus.Folder, "corpus.db-wal"));
        File.Delete(Path.Combine(corpus.Folder, "corpus.db-shm"));

        var damaged = Assert.Throws<CorpusDamagedException>(() => corpus.Info());

        Assert.Contains("import it again", damaged.Message, StringComparison.Ordinal);
        _data.Corpora.Create("other");
        Assert.Equal("other", Assert.Single(_data.Corpora.List()).Name);
        _data.Corpora.Delete("handbook");
        Assert.Equal(["other"], _data.Corpora.Names());
    }

    [Fact]
    public void Delete_LetsAnotherOfTheSameNameBegin_AlsoForWhoHadItOpen()
    {
        using var other = TempData.ServicesIn(_data.Folder);
        var elsewhere = (CorpusLibrary)other.GetService(typeof(CorpusLibrary))!;
        _data.Corpora.Create("handbook").Import("a.txt", "A", "one");
        var held = elsewhere.Open("handbook");
        var version = held.Info().Version;

        _data.Corpora.Delete("handbook");
        Assert.Throws<CorpusNotFoundException>(() => held.Info());
        _data.Corpora.Create("handbook", "Second");

        Assert.Equal(("Second", 0), (held.Info().Title, held.Info().Documents));
        Assert.NotEqual(version, held.Info().Version);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("A")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("a\n")]
    public void Create_Refuses_WhenTheNameIsNone(string name)
    {
        Assert.Throws<ArgumentException>(() => _data.Corpora.Create(name));
        Assert.False(_data.Corpora.Exists(name));
    }

    [Fact]
    public void TryLockIndex_GivesOneHolderAtATime()
    {
        var corpus = _data.Corpora.Create("handbook");

        using (corpus.TryLockIndex())
            Assert.Null(corpus.TryLockIndex());

        using var again = corpus.TryLockIndex();
        Assert.NotNull(again);
    }

    [Fact]
    public async Task Writers_TakeTurns_WhenSeveralImportAtOnce()
    {
        var corpus = _data.Corpora.Create("handbook");
        using var other = TempData.ServicesIn(_data.Folder);
        var elsewhere = ((CorpusLibrary)other.GetService(typeof(CorpusLibrary))!).Open("handbook");

        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
        {
            for (var i = 0; i < 50; i++)
                (writer % 2 == 0 ? corpus : elsewhere).Import(string.Create(CultureInfo.InvariantCulture, $"{writer}-{i}"), "T", $"line {writer}\nline {i}");
        }, TestContext.Current.CancellationToken)));

        Assert.Equal((200, 400), (corpus.Info().Documents, corpus.Info().Blocks));
        Assert.Equal(400, corpus.Blocks.Enumerate().Count());
    }
}
