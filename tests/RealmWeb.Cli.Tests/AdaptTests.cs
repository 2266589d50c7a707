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
          "training": { "steps": 6, "batchSize": 4, "warmUpSteps": 1, "learningRate": 1e-2, "checkpointEvery": 1, "frozen": ["word_embeddings"] },
          "rounds": 2, "sentences": 12, "leastReading": 0, "floor": 1e-4, "read": 2
        }
        """;

    [Fact]
    public async Task Adapt_TrainsTheTowerOfQuestionsAlone_AndEndsWithTheSameBytes_WhenItIsKilledAnywhere()
    {
        using var command = await TrainingCommand.CreateAsync();
        string[] adapt = ["adapt", "--corpus", TrainingCommand.Corpus, "--model", TrainingCommand.Model, "--config", command.Configuration(Settings)];
        var seed = Random.Shared.Next();

        var whole = await command.TrainAsync("whole", adapt);
        var killed = await command.TrainKilledAsync("killed", [0, 8], new Random(seed), adapt);

        Assert.True(whole.AsSpan().SequenceEqual(killed), $"Killed with seed {seed} it ends with other weights.");
        using var scope = NewDisposeScope();
        using var before = SafetensorsFile.Open(ModelFiles.Weights(command.At($"models/{TrainingCommand.Model}")));
        using var after = SafetensorsFile.Open(ModelFiles.Weights(command.At("models/whole")));
        Assert.True(before.Load("embedder.cls.dense.weight").equal(after.Load("embedder.cls.dense.weight")).all().item<bool>());
        Assert.False(after.Load("embedder.cls.dense.weight").equal(after.Load("query_embedder.cls.dense.weight")).all().item<bool>());
    }

    [Fact]
    public async Task Adapt_KeepsTheShareThatLabelledQuestionsChoose()
    {
        using var command = await TrainingCommand.CreateAsync();

        using var told = JsonDocument.Parse(await command.RunAsync(
            "--json", "adapt", "--corpus", TrainingCommand.Corpus, "--model", TrainingCommand.Model, "--new-model", "adapted", "--config",
            command.Configuration(Settings), "--data", TrainingCommand.Questions));

        var measurements = told.RootElement.GetProperty("measurements").EnumerateArray().ToList();
        var best = measurements.MaxBy(measured => measured.GetProperty("gain").GetDouble());
        Assert.Equal([0, 0.25, 0.5, 0.75, 1], measurements.Select(measured => measured.GetProperty("share").GetDouble()));
        Assert.Equal(best.GetProperty("share").GetDouble(), told.RootElement.GetProperty("share").GetDouble());
        Assert.Equal(2, told.RootElement.GetProperty("rounds").GetArrayLength());
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
