using System.Text.Json;
using RealmWeb.Engine.Checkpoints;
using RealmWeb.Engine.Models;
using static TorchSharp.torch;

namespace RealmWeb.Cli.Tests;

/// <summary>Training on text alone, and what is fitted and exported afterwards: the real command with a tiny model.</summary>
public sealed class TextTrainingTests
{
    [Fact]
    public async Task Ict_TrainsBothTowers_KeepsTheBestOnWhatItHeldOut_AndForgetsTheTemperature()
    {
        // given a model with two towers and a fitted temperature
        using var command = await TrainingCommand.CreateAsync();
        using (var start = RealmModel.Load(command.At($"models/{TrainingCommand.Model}"), CPU))
            start.WithSeparateTowers().WithAnswering(start.Answering with { Temperature = 2 }).Save(command.At("models/two"));
        var config = command.Configuration(
            """
            {
              "training": { "steps": 4, "batchSize": 4, "warmUpSteps": 1, "learningRate": 1e-2, "checkpointEvery": 2, "earlyStopping": { "metric": "heldOutLoss" } },
              "maxQueryLength": 32, "maxBlockLength": 48, "heldOutShare": 0.4
            }
            """);

        var metrics = Metrics(
            await command.RunAsync("--json", "ict", "--corpus", TrainingCommand.Corpus, "--model", "two", "--new-model", "warm", "--config", config));

        Assert.InRange(metrics.GetProperty("heldOutAccuracy").GetDouble(), 0, 1);
        Assert.True(metrics.GetProperty("heldOutLoss").GetDouble() > 0);
        using var scope = NewDisposeScope();
        using var before = SafetensorsFile.Open(ModelFiles.Weights(command.At("models/two")));
        using var after = SafetensorsFile.Open(ModelFiles.Weights(command.At("models/warm")));
        foreach (var name in new[] { "embedder.cls.dense.weight", "query_embedder.cls.dense.weight" })
            Assert.False(before.Load(name).equal(after.Load(name)).all().item<bool>(), name);
        using var warm = RealmModel.Load(command.At("models/warm"), CPU);
        Assert.Null(warm.Answering.Temperature);
    }

    [Fact]
    public async Task Pretrain_MeasuresWhatItHeldOut_AndTakesSentencesFromAnotherCorpus()
    {
        using var command = await TrainingCommand.CreateAsync();
        await command.RunAsync("import", "--from-questions", TrainingCommand.Questions, "--corpus", "texts", "--model", TrainingCommand.Model);
        var config = command.Configuration(
            """
            {
              "maskedLanguageModel": { "steps": 2, "batchSize": 4, "warmUpSteps": 1 }, "maxLength": 32, "maskingKind": "span", "span": { "probability": 0.3 }, "heldOutShare": 0.3,
              "realm": {
                "training": { "steps": 2, "batchSize": 2, "warmUpSteps": 1 }, "candidates": 3, "queryLength": 48, "candidateLength": 48, "masking": "uniform",
                "uniform": { "wholeWords": true }, "heldOutShare": 0.3, "refresh": { "mode": "frozen" }
              }
            }
            """);

        var masked = Metrics(await command.RunAsync(
            "--json", "pretrain", "--objective", "mlm", "--corpus", TrainingCommand.Corpus, "--model", TrainingCommand.Model, "--new-model", "masked",
                "--config", config));
        var realm = Metrics(await command.RunAsync(
            "--json", "pretrain", "--corpus", TrainingCommand.Corpus, "--text-corpus", "texts", "--model", "masked", "--new-model", "realm", "--config",
                config));

        Assert.InRange(masked.GetProperty("heldOutAccuracy").GetDouble(), 0, 1);
        Assert.True(realm.GetProperty("heldOutLoss").GetDouble() > 0);
        Assert.True(double.IsFinite(realm.GetProperty("heldOutRetrievalUtility").GetDouble()));
        // And a run that is taken up with other settings says so.
        Assert.Contains("\"training.seed\" was 1 and is 77", await command.FailAsync(
            "pretrain", "--corpus", TrainingCommand.Corpus, "--text-corpus", "texts", "--model", "masked", "--new-model", "realm", "--config", config, "--seed",
                "77", "--resume"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pretrain_LetsTheEncoderReadWhatTermSearchBrings_AndLeavesTheRetrieverAtRateZero()
    {
        using var command = await TrainingCommand.CreateAsync();
        var config = command.Configuration(
            """
            {
              "realm": {
                "training": { "steps": 8, "batchSize": 2, "warmUpSteps": 1, "learningRate": 1e-2 }, "candidates": 3, "lexicalCandidates": 1, "trivialRetrieval": true,
                "retrieverRate": 0, "queryLength": 48, "candidateLength": 48, "refresh": { "mode": "synchronous", "everySteps": 2 }
              }
            }
            """);

        var metrics = Metrics(await command.RunAsync(
            "--json", "pretrain", "--corpus", TrainingCommand.Corpus, "--model", TrainingCommand.Model, "--new-model", "reads", "--config", config));

        // The first index serves to the end: another would be the same.
        Assert.Equal(3.5, metrics.GetProperty("stalenessSteps").GetDouble(), 1e-6);
        using var scope = NewDisposeScope();
        using var before = SafetensorsFile.Open(ModelFiles.Weights(command.At($"models/{TrainingCommand.Model}")));
        using var after = SafetensorsFile.Open(ModelFiles.Weights(command.At("models/reads")));
        foreach (var name in before.Names.Where(name => name.StartsWith("embedder.", StringComparison.Ordinal)))
            Assert.True(before.Load(name).equal(after.Load(name)).all().item<bool>(), name);
        Assert.Contains(before.Names.Where(name => name.StartsWith("reader.realm.", StringComparison.Ordinal)),
            name => !before.Load(name).equal(after.Load(name)).all().item<bool>());
    }

    [Fact]
    public async Task Pretrain_GoesOnWithTheMeasurement_ThatItWasCancelledIn()
    {
        // given a run of which a measurement was cancelled: its checkpoint says so
        using var command = await TrainingCommand.CreateAsync();
        var config = command.Configuration(
            """
            {
              "realm": {
                "training": { "steps": 6, "batchSize": 2, "warmUpSteps": 1, "checkpointEvery": 3 }, "candidates": 3, "queryLength": 48, "candidateLength": 48,
                "heldOutShare": 0.3, "refresh": { "mode": "synchronous", "everySteps": 2 }
              }
            }
            """);
        string[] arguments =
            ["--json", "pretrain", "--corpus", TrainingCommand.Corpus, "--model", TrainingCommand.Model, "--new-model", "measured", "--config", config];
        await command.RunAsync(arguments);
        MarkUnmeasured(command.At("training/measured/realm/checkpoint-000000003.safetensors"));
        File.Delete(command.At("training/measured/realm/checkpoint-000000006.safetensors"));
        Directory.Delete(command.At("models/measured"), recursive: true);

        var metrics = Metrics(await command.RunAsync([.. arguments, "--resume"]));

        Assert.True(metrics.GetProperty("heldOutLoss").GetDouble() > 0);
        var log = await File.ReadAllLinesAsync(command.At("training/measured/realm/metrics.jsonl"), TestContext.Current.CancellationToken);
        Assert.Equal([1, 2, 3, 4, 5, 6], log.Select(line => Result(line).GetProperty("step").GetInt32()));
    }

    [Fact]
    public async Task FittingComparingAndExporting_TakeWhatEvaluationWrote()
    {
        using var command = await TrainingCommand.CreateAsync();
        string[] measured = ["--corpus", TrainingCommand.Corpus, "--data", TrainingCommand.Questions, "--limit", "12"];

        foreach (var retriever in new[] { "dense", "lexical" })
            await command.RunAsync(
                ["--json", "evaluate", "--model", TrainingCommand.Model, "--retriever", retriever, "-k", "2", "--per-question",
                command.At($"{retriever}.jsonl"), .. measured]);
        var compared = Result(await command.RunAsync("--json", "compare", command.At("dense.jsonl"), command.At("lexical.jsonl")));
        // Random weights answer nothing, so there is nothing to fit confidence to; this model gets a temperature otherwise.
        var also = $"{TrainingCommand.Corpus}={TrainingCommand.Questions}";
        Assert.Contains("0 of 24 answers are right; a temperature needs right and wrong ones",
            await command.FailAsync(["calibrate", "--model", TrainingCommand.Model, "--new-model", "calibrated", "--also", also, .. measured]),
            StringComparison.Ordinal);
        using (var start = RealmModel.Load(command.At($"models/{TrainingCommand.Model}"), CPU))
            start.WithAnswering(start.Answering with { Temperature = 2 }).Save(command.At("models/calibrated"));
        var mixture = Result(await command.RunAsync(["--json", "mixture", "--model", "calibrated", "--new-model", "mixed", "--also", also, .. measured]));
        await command.RunAsync("--json", "model", "combine", "--retriever", TrainingCommand.Model, "--reader", "mixed", "--name", "combined");
        var averaged = Result(await command.RunAsync(
            "--json", "model", "average", "--model", "mixed", "--with", "combined", "--share", "0.25", "--name", "averaged"));
        var exported = Result(await command.RunAsync("--json", "model", "export", "mixed", command.At("exported"), "--half"));

        Assert.Equal(12, compared.GetProperty("n").GetInt32());
        Assert.Contains(compared.GetProperty("measures").EnumerateArray(), measure => measure.GetProperty("measure").GetString() == "recallByAnswer@5");
        Assert.Equal("mixed", exported.GetProperty("model").GetString());
        using var mixed = RealmModel.Load(command.At("exported"), CPU);
        // Nine of the twelve questions have an answer, and the file was given twice.
        Assert.Equal(18, mixture.GetProperty("n").GetInt32());
        Assert.Equal(mixture.GetProperty("mixture").GetProperty("lexical").GetDouble(), mixed.Answering.Mixture!.Lexical);
        Assert.Equal(2, mixed.Answering.Temperature);
        using var combined = RealmModel.Load(command.At("models/combined"), CPU);
        Assert.Equal((null, null), (combined.Answering.Temperature, combined.Answering.Mixture));
        Assert.Equal(0.25, averaged.GetProperty("share").GetDouble());
        using var average = RealmModel.Load(command.At("models/averaged"), CPU);
        Assert.Equal((null, mixed.Answering.Mixture), (average.Answering.Temperature, average.Answering.Mixture));
    }

    // As the trainer leaves it where its measurement is cancelled.
    private static void MarkUnmeasured(string checkpoint)
    {
        using var scope = NewDisposeScope();
        using var file = SafetensorsFile.Open(checkpoint);
        var metadata = file.Metadata.ToDictionary(
            entry => entry.Key, entry => entry.Value.Replace("\"Unmeasured\":false", "\"Unmeasured\":true", StringComparison.Ordinal));
        Assert.Contains(metadata.Values, value => value.Contains("\"Unmeasured\":true", StringComparison.Ordinal));
        SafetensorsFile.Save(checkpoint, file.Names.Select(name => (name, file.Load(name))).ToList(), metadata: metadata, checksum: true);
    }

    private static JsonElement Result(string printed) => JsonSerializer.Deserialize<JsonElement>(printed);

    private static JsonElement Metrics(string printed) => Result(printed).GetProperty("metrics");
}
