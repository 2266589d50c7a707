using System.Text.Json;
using RealmWeb.Engine.Checkpoints;
using RealmWeb.Engine.Models;
using static TorchSharp.torch;

namespace RealmWeb.Cli.Tests;

/// <summary>Adaptation to the documents with the real command and a tiny model, which reads nothing: every reading counts here.</summary>
public sealed class AdaptTests
{
    private const string Settings =
        """
        {
          "training": { "steps": 10, "batchSize": 4, "warmUpSteps": 1, "learningRate": 1e-2, "checkpointEvery": 1, "frozen": ["word_embeddings"] },
          "rounds": 2, "sentences": 12, "leastReading": 0, "floor": 1e-4, "read": 2
        }
        """;

    // An asynchronous refresh comes when it comes: with it a killed run takes other steps.
    [Theory]
    [InlineData("\"rounds\": 2", false)]
    [InlineData("\"rounds\": 2, \"blockTower\": true, \"refresh\": { \"mode\": \"Synchronous\", \"everySteps\": 2 }", true)]
    public async Task Adapt_TrainsTheTowersItShould_AndEndsWithTheSameBytes_WhenItIsKilledAnywhere(string setting, bool trainsBlocks)
    {
        using var command = await TrainingCommand.CreateAsync();
        var settings = Settings.Replace("\"rounds\": 2", setting, StringComparison.Ordinal);
        string[] adapt = ["adapt", "--corpus", TrainingCommand.Corpus, "--model", TrainingCommand.Model, "--config", command.Configuration(settings)];
        var seed = Random.Shared.Next();

        var whole = await command.TrainAsync("whole", adapt);
        // While it looks for sentences and reads, while it trains, and after the last step.
        var killed = await command.TrainKilledAsync("killed", [0, 8, 20], new Random(seed), adapt);

        Assert.True(whole.AsSpan().SequenceEqual(killed), $"Killed with seed {seed} it ends with other weights.");
        using var scope = NewDisposeScope();
        using var before = SafetensorsFile.Open(ModelFiles.Weights(command.At($"models/{TrainingCommand.Model}")));
        using var after = SafetensorsFile.Open(ModelFiles.Weights(command.At("models/whole")));
        Assert.Equal(
            !trainsBlocks, before.Load("embedder.cls.dense.weight").equal(after.Load("embedder.cls.dense.weight")).all().item<bool>());
        Assert.False(after.Load("embedder.cls.dense.weight").equal(after.Load("query_embedder.cls.dense.weight")).all().item<bool>());
    }

    [Fact]
    public async Task Adapt_LetsTheIndexFollowTheTowerOfBlocks_AndSaysWhatItFindsOfSentencesHeldOut()
    {
        using var command = await TrainingCommand.CreateAsync();
        var settings = Settings.Replace("\"rounds\": 2", "\"rounds\": 1, \"blockTower\": true, \"heldOutShare\": 0.4", StringComparison.Ordinal);

        using var told = JsonDocument.Parse(await command.RunAsync(
            "--json", "adapt", "--corpus", TrainingCommand.Corpus, "--model", TrainingCommand.Model, "--new-model", "adapted", "--config",
            command.Configuration(settings), "--data", TrainingCommand.Questions));

        Assert.InRange(told.RootElement.GetProperty("rounds")[0].GetProperty("heldOutRecallAt5").GetDouble(), 0, 1);
        Assert.InRange(told.RootElement.GetProperty("rounds")[0].GetProperty("heldOutRecallAt5Before").GetDouble(), 0, 1);
        Assert.Equal(5, told.RootElement.GetProperty("measurements").GetArrayLength());
        // The run has built the index of what it learned, and left that of the start where it stood.
        Assert.Equal(
            ["adapted", TrainingCommand.Model],
            Directory.EnumerateDirectories(command.At($"corpora/{TrainingCommand.Corpus}/evaluation-index")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Adapt_KeepsTheShareThatLabelledQuestionsChoose()
    {
        using var command = await TrainingCommand.CreateAsync();

        using var told = JsonDocument.Parse(await command.RunAsync(
            "--json", "adapt", "--corpus", TrainingCommand.Corpus, "--model", TrainingCommand.Model, "--new-model", "adapted", "--config",
            command.Configuration(Settings), "--data", TrainingCommand.Questions));

        var measurements = told.RootElement.GetProperty("measurements").EnumerateArray().ToList();
        var sure = measurements.Where(measured => measured.GetProperty("low").GetDouble() > 0).ToList();
        var best = sure.Count > 0 ? sure.MaxBy(measured => measured.GetProperty("gain").GetDouble()) : measurements[0];
        Assert.Equal([0, 0.25, 0.5, 0.75, 1], measurements.Select(measured => measured.GetProperty("share").GetDouble()));
        Assert.Equal(best.GetProperty("share").GetDouble(), told.RootElement.GetProperty("share").GetDouble());
        Assert.Equal(2, told.RootElement.GetProperty("rounds").GetArrayLength());
    }

    [Theory]
    [InlineData("\"inverseClozeShare\": 1", 0)]
    [InlineData("\"inverseClozeShare\": 0.5, \"sharedWordsLeftOut\": 0.5", 11)]
    [InlineData("\"likelihood\": \"Holding\", \"beam\": 2", 11)]
    public async Task Adapt_LearnsFromOtherExamples_WhenItIsToldTo(string setting, int examples)
    {
        using var command = await TrainingCommand.CreateAsync();
        var settings = Settings.Replace("\"rounds\": 2", "\"rounds\": 1, " + setting, StringComparison.Ordinal);

        using var told = JsonDocument.Parse(await command.RunAsync(
            "--json", "adapt", "--corpus", TrainingCommand.Corpus, "--model", TrainingCommand.Model, "--new-model", "adapted", "--config",
            command.Configuration(settings)));

        Assert.Equal(examples, told.RootElement.GetProperty("rounds")[0].GetProperty("examples").GetInt32());
        using var scope = NewDisposeScope();
        using var after = SafetensorsFile.Open(ModelFiles.Weights(command.At("models/adapted")));
        Assert.False(after.Load("embedder.cls.dense.weight").equal(after.Load("query_embedder.cls.dense.weight")).all().item<bool>());
    }

    [Fact]
    public async Task Adapt_SaysSo_WhenNoDocumentAnswersAnother()
    {
        using var command = await TrainingCommand.CreateAsync();
        var config = command.Configuration("""{ "sentences": 5, "leastReading": 1 }""");

        var said = await command.FailAsync(
            "adapt", "--corpus", TrainingCommand.Corpus, "--model", TrainingCommand.Model, "--new-model", "adapted", "--config", config);

        Assert.Contains("these documents teach nothing to each other", said, StringComparison.Ordinal);
    }
}
