using System.Text.Json;
using RealmWeb.TestKit;

namespace RealmWeb.Cli.Tests;

/// <summary>What scripts rely on: exit codes, one clear line on stderr, one JSON object on stdout. The command runs as a process of its own.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("realmweb-command-line-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("Unrecognized command or argument 'asks'.", "asks")]
    [InlineData("Option '--corpus' is required.", "import", "here")]
    [InlineData("The question is empty. Type a question.", "ask", " ", "--corpus", "notes")]
    [InlineData("-k is 0; it should be 1 to 100.", "ask", "Who?", "--corpus", "notes", "-k", "0")]
    [InlineData("--precision is 'half'; it should be one of auto, fp32, bf16.", "ask", "Who?", "--corpus", "notes", "--precision", "half")]
    [InlineData("--retriever is 'sparse'; it should be one of hybrid, dense, lexical.", "ask", "Who?", "--corpus", "notes", "--retriever", "sparse")]
    [InlineData("--steps is -5; it should be at least 1.", "pretrain", "--corpus", "notes", "--new-model", "more", "--steps", "-5")]
    public async Task Run_EndsWithTwo_WhenItWasCalledWrongly(string says, params string[] arguments)
    {
        var (code, output, errors) = await RunAsync(arguments);

        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.Contains(says, errors.Split('\n', StringSplitOptions.TrimEntries));
    }

    [Theory]
    [InlineData("`realm --help` lists what can be given.", "asks")]
    [InlineData("`realm index build --help` lists what can be given.", "index", "build", "--vectors", "float8", "--corpus", "notes")]
    public async Task Run_NamesTheHelpOfTheVerb_WhenItWasCalledWrongly(string says, params string[] arguments)
    {
        var (_, _, errors) = await RunAsync(arguments);

        Assert.Equal(says, errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]);
    }

    [Fact]
    public async Task Help_ListsEveryVerbInItsGroup()
    {
        var (code, output, _) = await RealmProgram.RunAsync(["--help"]);

        Assert.Equal(0, code);
        var lines = output.Split('\n');
        Assert.Equal(
            ["Documents:", "Index:", "Asking and measuring:", "Models:", "Training:", "Administration:", "Options of every verb:"],
            lines.Where(line => line.EndsWith(':') && line[0] != ' '));
        Assert.All(RealmCommand.Create().Subcommands, verb => Assert.Single(lines, line => line.StartsWith($"  {verb.Name} ", StringComparison.Ordinal)));
        // A verb's own help is the usual one.
        Assert.Contains("--corpus", (await RealmProgram.RunAsync(["import", "--help"])).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Asking and measuring:")]
    [InlineData("Asking and measuring:", "--json")]
    [InlineData("Commands:", "model")]
    public async Task Run_ListsTheVerbs_WhenNoneIsGiven(string says, params string[] arguments)
    {
        var (code, output, errors) = await RealmProgram.RunAsync(arguments);

        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.Contains(says, errors.Split('\n', StringSplitOptions.TrimEntries));
        Assert.DoesNotContain("Required command", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("error: There is no corpus \"notes\". None has been made yet: import documents first.", "ask", "Who?", "--corpus", "notes")]
    [InlineData("error: There is no model \"mine\".", "model", "show", "mine")]
    [InlineData("error: \"My Notes\" is no name for a corpus. Use lower-case letters, digits and hyphens, at most 63, beginning with a letter or digit.",
        "import", ".", "--corpus", "My Notes")]
    public async Task Run_EndsWithOneAndOneLine_WhenItFails(string says, params string[] arguments)
    {
        var (code, output, errors) = await RunAsync([.. arguments, "--json"]);

        Assert.Equal(1, code);
        Assert.Empty(output);
        var line = Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith(says, line, StringComparison.Ordinal);
        Assert.DoesNotContain("(Parameter", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "training": { "keepCheckpoints": 0 } }""", "\"training.keepCheckpoints\": It is 0. Use 1 to 1000.")]
    [InlineData("""{ "heldOutShare": 2 }""", "\"heldOutShare\": It is 2. Use 0 to 0.5.")]
    [InlineData("""{ "training": { "keep": 1 } }""", "\"training.keep\": There is no such setting at this place.")]
    public async Task Run_NamesTheSetting_ThatAConfigurationHasWrong(string settings, string says)
    {
        var config = Path.Combine(_folder, "config.json");
        await File.WriteAllTextAsync(config, settings, TestContext.Current.CancellationToken);

        var (code, _, errors) = await RunAsync(["ict", "--corpus", "notes", "--new-model", "warm", "--config", config]);

        Assert.Equal(1, code);
        Assert.Contains($"The configuration file {config} cannot be used: {says}", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_IsOneObjectAndNothingElse_WhenVerbsSucceed()
    {
        RandomModel.Make(Path.Combine(_folder, "models", TrainingCommand.Model));
        var notes = Path.Combine(_folder, "notes.txt");
        await File.WriteAllTextAsync(notes, "The mill at Ware was built in 1721.", TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(_folder, "empty.txt"), [], TestContext.Current.CancellationToken);

        var promoted = await ResultAsync("model", "promote", TrainingCommand.Model, "--reason", "the only one");
        var imported = await ResultAsync("import", notes, Path.Combine(_folder, "empty.txt"), "--corpus", "notes");
        var built = await ResultAsync("index", "build", "--corpus", "notes");
        var found = await ResultAsync("index", "search", "mill", "--corpus", "notes");
        var answered = await ResultAsync("ask", "When was the mill built?", "--corpus", "notes", "--retriever", "DENSE", "--precision", "FP32");
        var corpora = await ResultAsync("corpora", "list");

        Assert.Equal(JsonValueKind.Object, promoted.ValueKind);
        Assert.Equal((1, 1), (imported.GetProperty("documents").GetInt32(), imported.GetProperty("blocks").GetInt32()));
        Assert.Equal("It is empty.", imported.GetProperty("skipped")[0].GetProperty("reason").GetString());
        Assert.Equal(built.GetProperty("generation").GetString(), found.GetProperty("generation").GetString());
        Assert.Equal("notes", found.GetProperty("hits")[0].GetProperty("title").GetString());
        var evidence = answered.GetProperty("evidence")[0];
        Assert.Equal("The mill at Ware was built in 1721.", evidence.GetProperty("text").GetString());
        Assert.Equal(!answered.GetProperty("noAnswer").GetBoolean(), evidence.GetProperty("agrees").GetBoolean());
        Assert.All(["retrievalScore", "retrievalProbability", "readerProbability", "start", "end", "blockId"],
            name => Assert.True(evidence.TryGetProperty(name, out _), name));
        Assert.All(["answer", "confidence", "noAnswer", "timingsMs"], name => Assert.True(answered.TryGetProperty(name, out _), name));
        Assert.Single(corpora.GetProperty("corpora").EnumerateArray());
    }

    [Fact]
    public async Task IndexImport_AnswersFromPublishedVectors()
    {
        // given a published checkpoint with its passages, one of which is cut in two
        var published = Path.Combine(TestPaths.Repository, "tests", "golden", "openqa");
        var records = JsonSerializer.Deserialize<string[]>(
            await File.ReadAllTextAsync(Path.Combine(published, "block_records.json"), TestContext.Current.CancellationToken))!;
        var lines = Path.Combine(_folder, "records.jsonl");
        await File.WriteAllLinesAsync(
            lines, records.Select((text, i) => JsonSerializer.Serialize(new { id = $"{i:D8}", text })), TestContext.Current.CancellationToken);

        // The toy vocabulary has one word twice, which no published one has.
        var tokens = await File.ReadAllLinesAsync(Path.Combine(published, "vocab.txt"), TestContext.Current.CancellationToken);
        var vocabulary = Path.Combine(_folder, "vocab.txt");
        await File.WriteAllLinesAsync(
            vocabulary, tokens.Select((token, i) => tokens.AsSpan(i + 1).Contains(token) ? $"[unused row {i}]" : token), TestContext.Current.CancellationToken);

        var model = await ResultAsync("model", "import", published, "--name", "published", "--vocab", vocabulary);
        var imported = await ResultAsync("import", lines, "--corpus", "records", "--model", "published", "--block-pieces", "48");
        var taken = await ResultAsync("index", "import", published, "--corpus", "records", "--model", "published");
        var found = await ResultAsync("index", "search", "the north king", "--corpus", "records", "--model", "published", "--retriever", "dense");

        Assert.Equal("published", model.GetProperty("model").GetString());
        Assert.Equal(records.Length, imported.GetProperty("documents").GetInt32());
        Assert.True(taken.GetProperty("blocks").GetInt32() > records.Length, "No passage was cut.");
        Assert.InRange(taken.GetProperty("agreement").GetDouble(), -1, 1);
        Assert.Equal(taken.GetProperty("generation").GetString(), found.GetProperty("generation").GetString());
        // The parts of a passage have its vector, and so the same score.
        var hits = found.GetProperty("hits").EnumerateArray()
            .Select(hit => (Text: hit.GetProperty("text").GetString()!, Score: hit.GetProperty("dense").GetDouble())).ToList();
        Assert.All(hits, hit => Assert.All(hits.Where(other => Record(other.Text) == Record(hit.Text)), other => Assert.Equal(hit.Score, other.Score)));

        // What is exported with its passages comes in again as they answered.
        var exported = Path.Combine(_folder, "exported");
        await ResultAsync("model", "export", "published", exported, "--as", "openQa", "--corpus", "records");
        await ResultAsync("model", "import", exported, "--name", "again");
        var again = await ResultAsync("import", Path.Combine(exported, "block_records.npy"), "--corpus", "again", "--model", "again", "--block-pieces", "48");
        await ResultAsync("index", "import", exported, "--corpus", "again", "--model", "again");
        var foundAgain = await ResultAsync("index", "search", "the north king", "--corpus", "again", "--model", "again", "--retriever", "dense");
        Assert.Equal(taken.GetProperty("blocks").GetInt32(), again.GetProperty("documents").GetInt32());
        Assert.Equal(
            hits.Select(hit => Math.Round(hit.Score, 4)).Order(),
                foundAgain.GetProperty("hits").EnumerateArray().Select(hit => Math.Round(hit.GetProperty("dense").GetDouble(), 4)).Order());
        var (code, _, errors) = await RunAsync(["model", "export", "published", exported, "--as", "reader", "--corpus", "records"]);
        Assert.Equal(2, code);
        Assert.Contains("--as openQa", errors, StringComparison.Ordinal);

        int Record(string text) => Array.FindIndex(records, record => record.Contains(text, StringComparison.Ordinal));
    }

    private async Task<JsonElement> ResultAsync(params string[] arguments)
    {
        var (code, output, errors) = await RunAsync([.. arguments, "--json"]);
        Assert.True(code == 0, $"{string.Join(' ', arguments)} ended with {code}: {errors}");
        return JsonSerializer.Deserialize<JsonElement>(output);
    }

    private Task<(int Code, string Output, string Errors)> RunAsync(string[] arguments) => RealmProgram.RunAsync(["--data-dir", _folder, .. arguments]);
}
