using System.Text.Json;
using RealmWeb.TestKit;

namespace RealmWeb.Cli.Tests;

/// <summary>What the command says of documents that left, and of questions that cannot be used.</summary>
public sealed class CorpusCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("realmweb-corpus-command-").FullName;
    private readonly string _notes;

    public CorpusCommandTests()
    {
        RandomModel.Make(Path.Combine(_folder, "models", TrainingCommand.Model));
        _notes = Directory.CreateDirectory(Path.Combine(_folder, "notes")).FullName;
        foreach (var name in new[] { "mill", "ford", "weir" })
            File.WriteAllText(Path.Combine(_notes, $"{name}.txt"), $"The {name} at Ware was built in 1721.");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Import_NamesWhatLeftTheFolder_AndDeletesItWhenAsked()
    {
        await ImportAsync();
        File.Delete(Path.Combine(_notes, "mill.txt"));

        var told = await ImportAsync();
        var pruned = await ImportAsync("--prune");

        Assert.Equal("mill.txt", told.GetProperty("departed")[0].GetProperty("sourceId").GetString());
        Assert.Equal((1, 0), (told.GetProperty("departedCount").GetInt32(), told.GetProperty("pruned").GetInt32()));
        Assert.Equal((1, 2), (pruned.GetProperty("pruned").GetInt32(), pruned.GetProperty("blocks").GetInt32()));
    }

    [Fact]
    public async Task Versions_ListsShowsAndComparesWhatADocumentSaid()
    {
        await ImportAsync();
        await File.WriteAllTextAsync(Path.Combine(_notes, "mill.txt"), "The mill at Ware was built in 1722.", TestContext.Current.CancellationToken);
        await ImportAsync();

        var listed = await ResultAsync("documents", "versions", "mill.txt", "--corpus", "notes");
        var shown = await ResultAsync("documents", "versions", "mill.txt", "--corpus", "notes", "--number", "1");
        var compared = await ResultAsync("documents", "versions", "mill.txt", "--corpus", "notes", "--number", "1", "--against", "2");
        var (status, _, says) = await RunAsync("documents", "versions", "mill.txt", "--corpus", "notes", "--number", "7");

        Assert.Equal(
            [(2, true, "the realm command"), (1, false, "the realm command")],
            listed.GetProperty("versions").EnumerateArray().Select(version =>
                (version.GetProperty("number").GetInt32(), version.GetProperty("isCurrent").GetBoolean(), version.GetProperty("by").GetString())));
        Assert.Equal("The mill at Ware was built in 1721.", shown.GetProperty("text").GetString());
        Assert.Equal(
            [("removed", "The mill at Ware was built in 1721."), ("added", "The mill at Ware was built in 1722.")],
            compared.GetProperty("paragraphs").EnumerateArray().Select(paragraph =>
                (paragraph.GetProperty("change").GetString(), paragraph.GetProperty("text").GetString())));
        Assert.Equal(1, status);
        Assert.Contains("Version 7 is not kept", says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_KeepsNoFormerTexts_WhenNoneAreToBeKept()
    {
        await ImportAsync();
        await File.WriteAllTextAsync(Path.Combine(_notes, "mill.txt"), "The mill at Ware was built in 1722.", TestContext.Current.CancellationToken);

        await ImportAsync("--keep-versions", "0");

        var listed = await ResultAsync("documents", "versions", "mill.txt", "--corpus", "notes");
        Assert.Equal([2], listed.GetProperty("versions").EnumerateArray().Select(version => version.GetProperty("number").GetInt32()));
    }

    [Fact]
    public async Task Duplicates_NamesGroupsOfTheSameText()
    {
        await File.WriteAllTextAsync(Path.Combine(_notes, "copy.txt"), "The mill at Ware was built in 1721.", TestContext.Current.CancellationToken);
        await ImportAsync();

        var found = await ResultAsync("corpora", "duplicates", "notes");
        var (status, _, says) = await RunAsync("corpora", "duplicates", "notes", "--threshold", "0.2");

        var group = Assert.Single(found.GetProperty("groups").EnumerateArray());
        Assert.Equal((4, true), (found.GetProperty("documents").GetInt32(), group.GetProperty("isExact").GetBoolean()));
        Assert.Equal(["copy.txt", "mill.txt"], group.GetProperty("documents").EnumerateArray().Select(document => document.GetProperty("source").GetString()).Order());
        Assert.Equal(2, status);
        Assert.Contains("from 0.5 to 1", says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_SaysWhatItWouldDo_AndChangesNothing_WhenItIsADryRun()
    {
        await ImportAsync();
        File.Delete(Path.Combine(_notes, "mill.txt"));
        await File.WriteAllTextAsync(Path.Combine(_notes, "lock.txt"), "The lock at Ware was built in 1760.", TestContext.Current.CancellationToken);
        await File.AppendAllTextAsync(Path.Combine(_notes, "ford.txt"), " It was paved in 1730.", TestContext.Current.CancellationToken);

        var tried = await ImportAsync("--prune", "--dry-run");
        var documents = await ResultAsync("documents", "list", "--corpus", "notes");
        var (ofNone, _, says) = await RunAsync("import", _notes, "--corpus", "none", "--model", TrainingCommand.Model, "--dry-run");

        Assert.Equal((1, 1, 1, 1), (Count("added"), Count("changed"), Count("unchanged"), Count("pruned")));
        Assert.Equal("lock.txt", tried.GetProperty("addedDocuments")[0].GetString());
        Assert.Equal("ford.txt", tried.GetProperty("changedDocuments")[0].GetString());
        Assert.Equal(
            ["ford.txt", "mill.txt", "weir.txt"],
            documents.GetProperty("documents").EnumerateArray().Select(document => document.GetProperty("sourceId").GetString()).Order());
        // and there is nothing to try it on where there is no corpus
        Assert.Equal(1, ofNone);
        Assert.Contains("none", says, StringComparison.Ordinal);

        int Count(string name) => tried.GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task Import_FailsAndLeavesNoCorpus_WhenNothingCanBeRead()
    {
        var papers = Directory.CreateDirectory(Path.Combine(_folder, "papers")).FullName;
        var (ofNone, _, says) = await RunAsync("import", papers, "--corpus", "papers", "--model", TrainingCommand.Model);
        foreach (var name in new[] { "a.cbz", "b.cbz" })
            await File.WriteAllTextAsync(Path.Combine(papers, name), "PK", TestContext.Current.CancellationToken);

        var (ofOthers, output, named) = await RunAsync("import", papers, "--corpus", "papers", "--model", TrainingCommand.Model, "--json");
        var corpora = await ResultAsync("corpora", "list");

        Assert.Equal((1, 1, ""), (ofNone, ofOthers, output));
        Assert.Contains($"error: No document could be read, and none was deleted. {papers}: The folder is empty.", says.Split('\n'));
        Assert.Contains("2 items were skipped. The first is a.cbz: A file ending in .cbz is not read.", named, StringComparison.Ordinal);
        Assert.Empty(corpora.GetProperty("corpora").EnumerateArray());
    }

    [Fact]
    public async Task Import_DeletesNothing_WhenTheFolderIsEmpty()
    {
        await ImportAsync();
        foreach (var file in Directory.GetFiles(_notes))
            File.Delete(file);

        var (code, _, _) = await RunAsync("import", _notes, "--corpus", "notes", "--model", TrainingCommand.Model, "--prune");
        var left = await ResultAsync("documents", "list", "--corpus", "notes");

        Assert.Equal((1, 3), (code, left.GetProperty("total").GetInt32()));
    }

    [Fact]
    public async Task Import_CutsAsTheCorpusWasCutBefore_AndLeavesPublishedPassagesWhole()
    {
        var published = Path.Combine(TestPaths.Repository, "tests", "golden", "openqa", "block_records.npy");
        await ImportAsync("--block-pieces", "48");
        await ImportAsync();
        await ResultAsync("import", _notes, "--corpus", "new", "--model", TrainingCommand.Model);
        await ResultAsync("import", published, "--corpus", "published", "--model", TrainingCommand.Model);

        var pieces = (await PiecesAsync("notes"), await PiecesAsync("new"), await PiecesAsync("published"));
        Assert.Equal((48, 192, 288), pieces);
    }

    [Fact]
    public async Task DocumentsDelete_DeletesAllOrNone()
    {
        await ImportAsync();

        var (code, _, errors) = await RunAsync("documents", "delete", "mill.txt", "moat.txt", "--corpus", "notes");
        var left = await ResultAsync("documents", "list", "--corpus", "notes");
        var deleted = await ResultAsync("documents", "delete", "mill.txt", "weir.txt", "--corpus", "notes");

        Assert.Equal(1, code);
        Assert.Contains("There is no document moat.txt in \"notes\".", errors, StringComparison.Ordinal);
        Assert.Equal(3, left.GetProperty("total").GetInt32());
        Assert.Equal((2, 1), (deleted.GetProperty("deleted").GetInt32(), deleted.GetProperty("documents").GetInt32()));
    }

    [Fact]
    public async Task Ask_SaysBelowWhichHeadingAPassageStands()
    {
        var guide = Path.Combine(_folder, "guide.md");
        await File.WriteAllTextAsync(guide, "# Ware\n\nA town.\n\n## Bridges\n\nThe bridge at Ware was built in 1721.\n", TestContext.Current.CancellationToken);
        await ResultAsync("import", guide, "--corpus", "guide", "--model", TrainingCommand.Model);

        var asked = await ResultAsync(
            "ask", "When was the bridge built?", "--corpus", "guide", "--retriever", "lexical", "--model", TrainingCommand.Model);

        var evidence = Assert.Single(asked.GetProperty("evidence").EnumerateArray());
        var text = evidence.GetProperty("text").GetString()!;
        var isBelow = evidence.GetProperty("start").GetInt32() >= text.IndexOf("Bridges", StringComparison.Ordinal);
        Assert.Equal(isBelow ? "Bridges" : "Ware", evidence.GetProperty("heading").GetString());
        Assert.Equal(JsonValueKind.Null, evidence.GetProperty("page").ValueKind);
    }

    [Fact]
    public async Task Ask_CallsAPassageUntitled_WhenItsDocumentHasNoTitle()
    {
        // given a table without a column for titles
        var table = Path.Combine(_folder, "bridges.csv");
        await File.WriteAllTextAsync(table, "text\nThe bridge at Ware was built in 1721.\n");
        await ResultAsync("import", table, "--corpus", "bridges", "--model", TrainingCommand.Model);

        var (_, asked, _) = await RunAsync("ask", "When was the bridge built?", "--corpus", "bridges", "--retriever", "lexical", "--model", TrainingCommand.Model);
        var (_, listed, _) = await RunAsync("documents", "list", "--corpus", "bridges");

        Assert.Contains("1. Untitled: ", asked, StringComparison.Ordinal);
        Assert.Contains("\t1 passage\n", listed.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_CountsWhatItCouldNotUse_AndCompareRefusesIt()
    {
        await ImportAsync();
        var questions = Path.Combine(_folder, "questions.jsonl");
        await File.WriteAllTextAsync(
            questions,
            """
            {"question":"When was the mill built?","answers":"1721"}
            {"question":"When was the ford built?","answer_regex":"(17"}
            no question
            """,
            TestContext.Current.CancellationToken);

        var measured = await ResultAsync(
            "evaluate", "--data", questions, "--corpus", "notes", "--model", TrainingCommand.Model, "--retriever", "lexical");
        var (code, _, errors) = await RunAsync("compare", questions, questions);

        Assert.Equal((1, 2), (measured.GetProperty("n").GetInt32(), measured.GetProperty("leftOutCount").GetInt32()));
        Assert.Equal("questions.jsonl, line 2", measured.GetProperty("leftOut")[0].GetProperty("path").GetString());
        Assert.Equal(1, code);
        Assert.Contains(
            $"error: {questions} is no report: line 1 is no outcome of a question. `realm evaluate --per-question FILE` writes one.",
            errors.Split('\n'));
    }

    [Fact]
    public async Task Evaluate_RefusesToRetrieve_WithoutACorpus()
    {
        var (code, _, errors) = await RunAsync("evaluate", "--retrieval-only", "--data", "questions.jsonl");

        Assert.Equal(1, code);
        Assert.Contains("There is nothing to retrieve from. Name the corpus with --corpus", errors);
    }

    private async Task<int> PiecesAsync(string corpus) => (await ResultAsync("corpora", "show", corpus)).GetProperty("blockPieces").GetInt32();

    private Task<JsonElement> ImportAsync(params string[] more) =>
        ResultAsync(["import", _notes, "--corpus", "notes", "--model", TrainingCommand.Model, .. more]);

    private async Task<JsonElement> ResultAsync(params string[] arguments)
    {
        var (code, output, errors) = await RunAsync([.. arguments, "--json"]);
        Assert.True(code == 0, errors);
        return JsonSerializer.Deserialize<JsonElement>(output);
    }

    private Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) =>
        RealmProgram.RunAsync(["--data-dir", _folder, .. arguments]);
}
