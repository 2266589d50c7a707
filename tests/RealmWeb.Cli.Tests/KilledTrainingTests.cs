using System.Text.Json;

namespace RealmWeb.Cli.Tests;

/// <summary>Training that the system kills at any moment and that is resumed ends with the bits of training that was left alone.</summary>
public sealed class KilledTrainingTests(ITestOutputHelper output)
{
    private const int Kills = 3;

    // Of all stages together.
    private const int Steps = 400;

    [Fact]
    public async Task MaskedPreTraining_EndsWithTheSameBits_WhenItIsKilledThreeTimes()
    {
        using var command = await TrainingCommand.CreateAsync();
        var configuration = command.Configuration(
            $$"""
            {
              "maskedLanguageModel": { "steps": {{Steps}}, "batchSize": 2, "learningRate": 1e-3, "checkpointEvery": 5, "seed": 3 },
              "maxLength": 24
            }
            """);

        await AssertSameAsync(
            command, "pretrain", "--objective", "mlm", "--corpus", TrainingCommand.Corpus, "--model", TrainingCommand.Model, "--config", configuration);
    }

    [Fact]
    public async Task InverseCloze_EndsWithTheSameBits_WhenItIsKilledThreeTimes()
    {
        using var command = await TrainingCommand.CreateAsync();
        var configuration = command.Configuration(
            $$"""
            {
              "training": { "steps": {{Steps}}, "batchSize": 2, "learningRate": 1e-3, "checkpointEvery": 5, "seed": 3 },
              "maxQueryLength": 16, "maxBlockLength": 24
            }
            """);

        await AssertSameAsync(command, "ict", "--corpus", TrainingCommand.Corpus, "--model", TrainingCommand.Model, "--config", configuration);
    }

    [Fact]
    public async Task RealmPreTraining_EndsWithTheSameBits_WhenItIsKilledThreeTimes()
    {
        using var command = await TrainingCommand.CreateAsync();
        // Refreshes fall between checkpoints, so that a kill may come in either.
        var configuration = command.Configuration(
            $$"""
            {
              "realm": {
                "training": { "steps": {{Steps}}, "batchSize": 2, "learningRate": 1e-3, "checkpointEvery": 5, "seed": 3 },
                "candidates": 3, "queryLength": 16, "candidateLength": 24,
                "refresh": { "mode": "synchronous", "everySteps": 32 }
              }
            }
            """);

        await AssertSameAsync(command, "pretrain", "--corpus", TrainingCommand.Corpus, "--model", TrainingCommand.Model, "--config", configuration);
    }

    [Fact]
    public async Task RealmPreTraining_GoesOnAndEnds_WhenItIsKilledBesideARefresh()
    {
        using var command = await TrainingCommand.CreateAsync();
        // One refresh follows the other, so that every kill meets one: which step it serves first depends on the clock, the end does not.
        var configuration = command.Configuration(
            $$"""
            {
              "realm": {
                "training": { "steps": 240, "batchSize": 2, "learningRate": 1e-3, "checkpointEvery": 5, "seed": 3 },
                "candidates": 3, "queryLength": 16, "candidateLength": 24,
                "refresh": { "mode": "asynchronous", "everySteps": 0 }
              }
            }
            """);

        var weights = await command.TrainKilledAsync(
            "killed", [10, 40, 70], new Random(5), "pretrain", "--corpus", TrainingCommand.Corpus, "--model", TrainingCommand.Model, "--config", configuration);

        Assert.NotEmpty(weights);
        var log = await File.ReadAllLinesAsync(command.At("training/killed/realm/metrics.jsonl"));
        Assert.StartsWith("{\"step\":240,", log[^1], StringComparison.Ordinal);
        Assert.Equal(240, log.Length);
    }

    [Fact]
    public async Task FineTuning_EndsWithTheSameBits_WhenItIsKilledThreeTimes()
    {
        using var command = await TrainingCommand.CreateAsync();
        var questions = JsonSerializer.Serialize(TrainingCommand.Questions);
        var configuration = command.Configuration(
            $$"""
            {
              "data": [ { "file": {{questions}} } ],
              "development": { "file": {{questions}} },
              "developmentQuestions": 2,
              "passages": { "windowPieces": 24, "maxLength": 48 },
              "retrieverBlockPieces": 24,
              "retriever": { "steps": {{Steps * 3 / 8}}, "batchSize": 2, "learningRate": 1e-3, "checkpointEvery": 5, "seed": 3, "accumulate": 2, "optimizer": "torch" },
              "reader": {
                "steps": {{Steps * 3 / 8}}, "batchSize": 2, "learningRate": 1e-3, "checkpointEvery": 5, "seed": 4,
                "earlyStopping": { "metric": "devF1", "patience": 0 }
              },
              "openQa": {
                "training": {
                  "steps": {{Steps / 4}}, "batchSize": 2, "learningRate": 1e-3, "checkpointEvery": 5, "seed": 5,
                  "earlyStopping": { "metric": "devRecallAt5", "patience": 0 }
                },
                "retrieverBeamSize": 6, "readerBeamSize": 2
              }
            }
            """);

        await AssertSameAsync(command, "finetune", "--corpus", TrainingCommand.Corpus, "--model", TrainingCommand.Model, "--config", configuration);
    }

    private async Task AssertSameAsync(TrainingCommand command, params string[] arguments)
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var steps = Enumerable.Range(0, Kills).Select(_ => random.Next(Steps / 2)).Order().ToList();
        output.WriteLine($"seed {seed}: killed after the checkpoints of steps {string.Join(", ", steps)}");

        var whole = command.TrainAsync("whole", arguments);
        var killed = await command.TrainKilledAsync("killed", steps, random, arguments);

        Assert.True((await whole).AsSpan().SequenceEqual(killed), "The weights differ.");
    }
}
