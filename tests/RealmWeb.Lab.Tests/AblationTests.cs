using System.Text.Json;
using RealmWeb.Cli.Tests;
using RealmWeb.Engine.PreTraining;
using RealmWeb.Engine.Training.Refresh;
using RealmWeb.Lab.Ablation;

namespace RealmWeb.Lab.Tests;

/// <summary><c>realm-lab ablate</c> with a tiny model, a few steps and a few questions: every verb that it calls is the real one.</summary>
public sealed class AblationTests
{
    [Fact]
    public async Task Ablate_MeasuresEachRow_AndDoesNothingTwice()
    {
        // given three rows: both parts from REALM, the encoder alone, neither
        using var command = await TrainingCommand.CreateAsync("realm-lab");
        var questions = JsonSerializer.Serialize(TrainingCommand.Questions);
        var tuning = command.Configuration($$"""{ "data": [ { "file": {{questions}} } ], "reader": { "steps": 2, "batchSize": 2, "warmUpSteps": 1 } }""");
        var config = command.Configuration($$"""
            {
              "corpus": "{{TrainingCommand.Corpus}}", "start": "{{TrainingCommand.Model}}", "rows": ["frozen"], "k": 2,
              "inverseCloze": { "training": { "steps": 2, "batchSize": 4, "warmUpSteps": 1, "learningRate": 1e-2 } },
              "encoder": { "maskedLanguageModel": { "steps": 2, "batchSize": 4, "warmUpSteps": 1 }, "maxLength": 48 },
              "realm": { "training": { "steps": 3, "batchSize": 2, "warmUpSteps": 1, "learningRate": 1e-2 }, "candidates": 3, "queryLength": 48, "candidateLength": 64, "masking": "span", "refresh": { "mode": "frozen" } },
              "fineTuning": {{JsonSerializer.Serialize(tuning)}},
              "questions": [ { "name": "sample", "file": {{questions}}, "limit": 6 } ]
            }
            """);
        string[] ablate = ["--json", "ablate", "--config", config, "--out", command.At("ablation"), "--seed", "5", "--rows", "realm", "realm-encoder",
            "baseline"];

        // when they are run, and run again
        var first = JsonDocument.Parse(await command.RunAsync(ablate)).RootElement;
        var results = Directory.GetFiles(command.At("ablation"), "*.result.json").ToDictionary(file => file, File.GetLastWriteTimeUtc);
        var again = JsonDocument.Parse(await command.RunAsync(ablate)).RootElement;

        // then nothing in the corpus answers otherwise than before, and the same retriever embedded the corpus once
        var corpus = command.At($"corpora/{TrainingCommand.Corpus}");
        Assert.False(Directory.Exists(Path.Combine(corpus, "index")));
        string[] manifests =
            [.. Directory.GetFiles(Path.Combine(corpus, "evaluation-index"), "manifest.json", SearchOption.AllDirectories).Select(File.ReadAllText)];
        Assert.Equal((6, 2), (manifests.Length, manifests.Distinct().Count()));
        // each has its line, and rows with the same retriever find the same
        Assert.Equal(["REALM", "baseline retriever + REALM encoder", "baseline"],
            first.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("row").GetString()));
        var zeroShot = first.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("zeroShot")).ToArray();
        Assert.Equal(zeroShot[2].GetProperty("mrr").GetDouble(), zeroShot[1].GetProperty("mrr").GetDouble());
        Assert.All(first.GetProperty("rows").EnumerateArray(), row => Assert.Equal(6, row.GetProperty("fineTuned").GetProperty("n").GetInt32()));
        var table = await File.ReadAllTextAsync(first.GetProperty("table").GetString()!);
        Assert.Contains("| baseline retriever + REALM encoder |", table, StringComparison.Ordinal);
        Assert.Contains("realm pretrain --corpus articles --model ablation-baseline --new-model ablation-realm", table, StringComparison.Ordinal);
        Assert.Equal(first.GetProperty("rows").GetRawText(), again.GetProperty("rows").GetRawText());
        Assert.All(results, result => Assert.Equal(result.Value, File.GetLastWriteTimeUtc(result.Key)));
        // and another seed is not answered with the models of this one
        Assert.Contains("another \"prefix\"", await command.FailAsync([.. ablate[..^6], "--seed", "6", "--rows", "baseline"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_DifferFromRealmInOneSetting()
    {
        var options = new AblationOptions { StaleFactor = 3, Realm = new() { Training = new() { Steps = 100 }, Refresh = new() { EverySteps = 10 } } };

        foreach (var pretraining in AblationRow.All.SelectMany(row => new[] { row.Retriever, row.Encoder }).OfType<string>().Distinct())
        {
            var settings = AblationRow.Settings(pretraining, options);
            var expected = pretraining switch
            {
                "realm" => options.Realm,
                "uniform-masks" => options.Realm with { Masking = MaskingKind.Uniform },
                "span-masks" => options.Realm with { Masking = MaskingKind.Span },
                "stale" => options.Realm with { Refresh = options.Realm.Refresh with { EverySteps = 30 } },
                "no-null" => options.Realm with { NullDocument = false },
                "trivial" => options.Realm with { TrivialRetrieval = true },
                _ => options.Realm with { Refresh = options.Realm.Refresh with { Mode = RefreshMode.Frozen } },
            };
            Assert.Equal(expected, settings);
        }
        // An index that is never built again would make the stale row the frozen one.
        Assert.Contains("staleFactor", Assert.Throws<InvalidOperationException>(() => AblationRow.Settings("stale", options with { StaleFactor = 10 })).Message,
            StringComparison.Ordinal);
    }
}
