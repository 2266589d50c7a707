using RealmWeb.Engine.Checkpoints;
using RealmWeb.Engine.Models;
using static TorchSharp.torch;

namespace RealmWeb.Cli.Tests;

/// <summary>Trainings that start from an encoder of somebody else's: the real command with a tiny one.</summary>
public sealed class EncoderStartTests
{
    private const string Settings =
        """
        {
          "training": { "steps": 2, "batchSize": 4, "warmUpSteps": 1 }, "maxQueryLength": 32, "maxBlockLength": 48
        }
        """;

    private const string PreTraining = """{ "maskedLanguageModel": { "steps": 2, "batchSize": 4, "warmUpSteps": 1 }, "maxLength": 32 }""";

    private const string FineTuning =
        """
        {
          "retriever": { "steps": 2, "batchSize": 4, "warmUpSteps": 1, "frozen": ["word_embeddings"] }, "retrieverBlockPieces": 48,
          "reader": { "steps": 2, "batchSize": 4, "warmUpSteps": 1, "frozen": ["word_embeddings"] }, "passages": { "windowPieces": 48, "maxLength": 96 }
        }
        """;

    [Fact]
    public async Task Bert_IsTheStartOfThePaper_ForEveryTraining()
    {
        using var command = await TrainingCommand.CreateAsync();
        var folder = WriteBert(command, "bert-tiny", "bert.");
        await command.RunAsync("model", "import", folder, "--name", "bert");

        await command.RunAsync(
            "ict", "--corpus", TrainingCommand.Corpus, "--model", "bert", "--new-model", "warm", "--config", command.Configuration(Settings));
        await command.RunAsync(
            "pretrain", "--objective", "mlm", "--corpus", TrainingCommand.Corpus, "--model", "warm", "--new-model", "masked", "--config",
            command.Configuration(PreTraining));
        await command.RunAsync(
            "finetune", "--model", "masked", "--new-model", "tuned", "--config", command.Configuration(FineTuning), "--data", TrainingCommand.Questions);

        using var scope = NewDisposeScope();
        using var bert = SafetensorsFile.Open(ModelFiles.Weights(folder));
        using var start = RealmModel.Load(command.At("models/bert"), CPU);
        using var tuned = RealmModel.Load(command.At("models/tuned"), CPU);
        Assert.True(bert.Load("bert.embeddings.word_embeddings.weight").equal(start.Embedder.Bert.WordEmbeddings).all().item<bool>());
        Assert.NotEqual(start.ModelVersion, tuned.ModelVersion);
        Assert.NotNull(tuned.Head);
    }

    [Fact]
    public async Task Embedder_TrainsOnFromWhatIsStoredOfIt_AndGoesOutWholeOrAsItsChanges()
    {
        using var command = await TrainingCommand.CreateAsync();
        var start = WriteBert(
            command, "models/bases/tiny-base", "", """{"embedder_head":"none","embedder_normalize":true,"score_scale":20,"block_layout":"joined"}""");
        await command.RunAsync("model", "import", start, "--name", "embedder");
        await command.RunAsync("model", "export", "embedder", command.At("small"), "--base", start);
        await command.RunAsync("model", "import", command.At("small"), "--name", "small");

        await command.RunAsync(
            "finetune", "--model", "small", "--new-model", "tuned", "--config", command.Configuration(FineTuning), "--data", TrainingCommand.Questions);
        await command.RunAsync("model", "export", "tuned", command.At("changed"), "--base", start);
        await command.RunAsync("model", "export", "small", command.At("whole"));

        using (var changed = SafetensorsFile.Open(command.At("changed/model.safetensors")))
        {
            Assert.DoesNotContain(changed.Names, name => name.Contains("word_embeddings", StringComparison.Ordinal));
            Assert.Contains("embedder.realm.encoder.layer.0.output.dense.weight", changed.Names);
        }
        using var whole = RealmModel.Load(command.At("whole"), CPU);
        using var embedder = RealmModel.Load(command.At("models/embedder"), CPU);
        Assert.Equal(embedder.ModelVersion, whole.ModelVersion);
        // The whole one needs no base any more; the other says what it lacks.
        Directory.Delete(start, recursive: true);
        await command.RunAsync("model", "import", command.At("whole"), "--name", "again");
        Assert.Contains("tiny-base", await command.FailAsync("model", "import", command.At("changed"), "--name", "lost"), StringComparison.Ordinal);
    }

    // The encoder of the tiny model as a folder that somebody else wrote.
    private static string WriteBert(TrainingCommand command, string name, string prefix, string? properties = null)
    {
        var folder = Directory.CreateDirectory(command.At(name)).FullName;
        using var tiny = RealmModel.Load(command.At($"models/{TrainingCommand.Model}"), CPU);
        var options = new ModelOptions { Encoder = tiny.Options.Encoder with { FeatureSizes = [] } }.With("model_type", "bert");
        (properties is null ? options : options.Override(System.Text.Json.Nodes.JsonNode.Parse(properties)!.AsObject())).Save(ModelFiles.Config(folder));
        tiny.Vocabulary.Save(ModelFiles.Vocabulary(folder));
        SafetensorsFile.Save(
            ModelFiles.Weights(folder),
            StateDict.Export(tiny.Reader.Bert, prefix).Where(entry => !entry.Name.Contains("feature_embeddings", StringComparison.Ordinal)));
        return folder;
    }
}
