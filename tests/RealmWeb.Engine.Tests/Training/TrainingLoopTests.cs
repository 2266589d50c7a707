using RealmWeb.Engine.Checkpoints;
using RealmWeb.Engine.FineTuning;
using RealmWeb.Engine.Optimization;
using RealmWeb.Engine.PreTraining;
using RealmWeb.Engine.Progress;
using RealmWeb.Engine.Retrieval.Index;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.Engine.Tests.Models;
using RealmWeb.Engine.Tests.Tensors;
using RealmWeb.Engine.Training;
using RealmWeb.Engine.Training.Refresh;

namespace RealmWeb.Engine.Tests.Training;

[Collection(SeededTests.Name)]
public sealed class TrainingLoopTests : IDisposable
{
    private static readonly TrainingOptions Options = new() { Steps = 20, LearningRate = 0.05, WarmUpSteps = 2, CheckpointEvery = 5, ClipNorm = 100 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_MovesAsWithOneLargeBatch_WhenFourAreAccumulated()
    {
        using var large = new LineObjective(batchSize: 32);
        using var small = new LineObjective(batchSize: 8);

        var atOnce = Run(large, Options);
        var inParts = Run(small, Options with { Accumulate = 4 });

        Assert.Equal(large.Weights.Select(weight => (double)weight), small.Weights.Select(weight => (double)weight), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.NotEqual(0, large.Weights[0]);
        Assert.Equal(20, inParts.Steps);
        Assert.Equal(atOnce.Metrics["loss"], inParts.Metrics["loss"], 1e-5);
        Assert.Equal(20 * 32, inParts.Metrics["examplesSeen"]);
        Assert.Equal(0.5, inParts.Metrics["paddingShare"]);
    }

    [Fact]
    public void Run_StopsAndRestoresTheBest_WhenTheMeasureNoLongerRises()
    {
        // given a measure that is best at the second of its measurements, at step 10
        double[] scores = [1, 5, 4, 5, 3, 9];
        var options = Options with { Steps = 30, EarlyStopping = new() { Metric = "score", Patience = 3 } };
        var (at, seen) = (0, new List<float[]>());
        using var objective = new LineObjective(8);

        // when it trains
        var outcome = Run(objective, options, () =>
        {
            seen.Add(objective.Weights);
            return new Dictionary<string, double> { ["score"] = scores[at++] };
        });

        // then it ends three measurements later, with the weights and the measure of that place
        Assert.Equal(25, outcome.Steps);
        Assert.Equal(5, at);
        Assert.Equal(seen[1], objective.Weights);
        Assert.NotEqual(seen[4], objective.Weights);
        Assert.Equal(5, outcome.Metrics["score"]);
    }

    [Theory]
    [InlineData(true, 15)]
    [InlineData(false, 5)]
    public void Run_KeepsTheBestOfTheWholeRun_WhenPatienceIsEndless(bool higherIsBetter, int best)
    {
        double[] scores = [1, 4, 8, 2];
        var at = 0;
        var options = Options with { EarlyStopping = new() { Metric = "score", HigherIsBetter = higherIsBetter, Patience = 0 } };
        using var objective = new LineObjective(8);
        using var shorter = new LineObjective(8);

        var outcome = Run(objective, options, () => new Dictionary<string, double> { ["score"] = scores[at++] });

        // The same schedule, stopped by an exception where the best weights were.
        Stop(shorter, Options, best, "shorter");
        Assert.Equal(20, outcome.Steps);
        Assert.Equal(scores[best / 5 - 1], outcome.Metrics["score"]);
        Assert.Equal(shorter.Weights, objective.Weights);
    }

    [Fact]
    public void Run_EndsAtOnceWithTheBest_WhenAStoppedRunIsResumed()
    {
        double[] scores = [5, 4, 3, 2];
        var at = 0;
        var options = Options with { Steps = 1000, EarlyStopping = new() { Metric = "score", Patience = 2 } };
        using var first = new LineObjective(8);
        using var second = new LineObjective(8);
        var whole = Run(first, options, Measure);

        var again = Run(second, options, Measure, resume: true);

        Assert.Equal(3, at);
        Assert.Equal(15, again.Steps);
        Assert.Equal(whole.Metrics["score"], again.Metrics["score"]);
        Assert.Equal(first.Weights, second.Weights);

        IReadOnlyDictionary<string, double> Measure() => new Dictionary<string, double> { ["score"] = scores[at++] };
    }

    [Fact]
    public void Run_NamesWhatWasMeasured_WhenEarlyStoppingWaitsForSomethingElse()
    {
        var options = Options with { EarlyStopping = new() { Metric = "devF2" } };
        using var objective = new LineObjective(8);

        var unknown = Assert.Throws<InvalidOperationException>(() => Run(objective, options, () => new Dictionary<string, double> { ["devF1"] = 1 }));
        var none = Assert.Throws<InvalidOperationException>(() => Run(objective, options));

        Assert.Contains("devF1", unknown.Message, StringComparison.Ordinal);
        Assert.Contains("Line", none.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ReportsTheSameAverages_WhenItWasInterrupted()
    {
        using var whole = new LineObjective(8);
        using var parts = new LineObjective(8);
        var expected = Run(whole, Options, name: "whole").Metrics;

        Stop(parts, Options, 13, "parts");
        using var resumed = new LineObjective(8);
        var actual = Run(resumed, Options, resume: true, name: "parts").Metrics;

        foreach (var metric in new[] { "loss", "gradientNorm", "tokensSeen", "examplesSeen", "paddingShare", "learningRate" })
            Assert.Equal(expected[metric], actual[metric]);
        Assert.Equal(whole.Weights, resumed.Weights);
    }

    [Fact]
    public void Run_KeepsTheNewestCheckpoints()
    {
        using var objective = new LineObjective(8);

        Run(objective, Options with { KeepCheckpoints = 3 });

        Assert.Equal(["checkpoint-000000010.safetensors", "checkpoint-000000015.safetensors", "checkpoint-000000020.safetensors"], Files());
    }

    [Fact]
    public void Run_RemovesWhatAnEarlierRunLeft_WhenItStartsAnew()
    {
        using var first = new LineObjective(8);
        using var second = new LineObjective(8);
        Run(first, Options);
        File.WriteAllText(_folder.At("checkpoint-000000099.safetensors.17.writing"), "half");

        Stop(second, Options with { Seed = 2 }, 7, "");

        Assert.Equal(["checkpoint-000000005.safetensors"], Files());
    }

    // Bytes at the header's length, in a name, in the checksum, in the numbers and at the very end.
    [Theory]
    [InlineData(0.0)]
    [InlineData(0.15)]
    [InlineData(0.25)]
    [InlineData(0.9)]
    [InlineData(1.0)]
    public void Run_GoesOnFromTheOneBefore_WhenTheNewestCheckpointIsDamaged(double place)
    {
        // given a run with checkpoints at 5 and 10 of which the second has one wrong bit
        using var whole = new LineObjective(8);
        Run(whole, Options, name: "whole");
        using var stopped = new LineObjective(8);
        Stop(stopped, Options, 12, "");
        var newest = _folder.At("checkpoint-000000010.safetensors");
        var bytes = File.ReadAllBytes(newest);
        bytes[(int)(place * (bytes.Length - 1))] ^= 4;
        File.WriteAllBytes(newest, bytes);

        // when it is resumed
        var warnings = new Reports();
        using var resumed = new LineObjective(8);
        var outcome = new TrainingLoop(resumed, Options, _folder.At(""), TimeProvider.System).Run(true, warnings, null, CancellationToken.None);

        // then it says so, goes on from 5 and loses nothing
        var warning = Assert.Single(warnings.Warnings);
        Assert.Contains(newest, warning, StringComparison.Ordinal);
        Assert.Contains("at step 5", warning, StringComparison.Ordinal);
        Assert.Equal(15 * 8, outcome.TokensPerSecond * outcome.Seconds, 1.0);
        Assert.Equal(whole.Weights, resumed.Weights);
        Assert.Equal(["checkpoint-000000015.safetensors", "checkpoint-000000020.safetensors"], Files());
    }

    [Fact]
    public void Run_Refuses_WhenEveryCheckpointIsDamaged()
    {
        using var objective = new LineObjective(8);
        Run(objective, Options);
        foreach (var file in Files())
            File.WriteAllText(_folder.At(file), "{}");

        var failure = Assert.Throws<CheckpointException>(() => Run(objective, Options, resume: true));

        Assert.Contains("all 2 checkpoints", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Refuses_WhenTheBestWeightsAreDamaged()
    {
        var options = Options with { EarlyStopping = new() { Metric = "score" } };
        using var objective = new LineObjective(8);
        Run(objective, options, () => new Dictionary<string, double> { ["score"] = 1 });
        var best = _folder.At("best.safetensors");
        var bytes = File.ReadAllBytes(best);
        bytes[^1] ^= 1;
        File.WriteAllBytes(best, bytes);

        var failure = Assert.Throws<CheckpointException>(() => Run(objective, options, () => new Dictionary<string, double> { ["score"] = 1 }, resume: true));

        Assert.Equal(best, failure.Path);
    }

    [Fact]
    public void Run_LogsEachStepOnce_WhenItIsResumed()
    {
        // given a run that was killed three steps after its last checkpoint
        Stop(new LineObjective(8), Options, 13, "log");
        Assert.Equal(13, TrainingLog.Read(TrainingLog.PathIn(_folder.At("log")))[^1].Step);

        using var objective = new LineObjective(8);
        Run(objective, Options, resume: true, name: "log");

        Assert.Equal(Enumerable.Range(1, 20).Select(step => (long)step), StepsOfLog("log"));
        Assert.All(TrainingLog.Read(TrainingLog.PathIn(_folder.At("log"))), entry => Assert.True(double.IsFinite(entry.Metrics["loss"])));
        using var again = new LineObjective(8);
        Run(again, Options with { Steps = 2 }, name: "log");
        Assert.Equal(2, StepsOfLog("log").Count());
    }

    [Fact]
    public void Run_Refuses_WhenItIsResumedWithOtherSettings()
    {
        Stop(new LineObjective(8), Options, 12, "other");
        using var objective = new LineObjective(8);

        var refused = Assert.Throws<InvalidOperationException>(() => Run(objective, Options with { Seed = 99 }, resume: true, name: "other"));

        Assert.Contains($"\"seed\" was {Options.Seed} and is 99", refused.Message, StringComparison.Ordinal);
        Assert.Contains("without --resume", refused.Message, StringComparison.Ordinal);
        // How often it is kept decides nothing.
        Assert.Equal(Options.Steps, Run(objective, Options with { CheckpointEvery = 3, KeepCheckpoints = 5 }, resume: true, name: "other").Steps);
    }

    [Fact]
    public void Settings_DifferWithinSettings_AndWhatAVersionDidNotKnowCountsAsEqual()
    {
        var former = RunSettings.Of(new RealmPreTrainingOptions());

        Assert.Null(RunSettings.Difference(
            former, RunSettings.Of(new RealmPreTrainingOptions { Training = new RealmPreTrainingOptions().Training with { KeepCheckpoints = 7 } })));
        Assert.Equal("\"refresh.mode\" was \"asynchronous\" and is \"frozen\"",
            RunSettings.Difference(former, RunSettings.Of(new RealmPreTrainingOptions { Refresh = new() { Mode = RefreshMode.Frozen } })));
        Assert.Null(RunSettings.Difference(new Dictionary<string, string> { ["gone"] = "1" }, former));
    }

    [Fact]
    public void Settings_DifferWhereSomethingIsSetOrNot_AndOfFilesTheNameCounts()
    {
        var plain = RunSettings.Of(Options);
        var stopping = Options with { EarlyStopping = new() { Metric = "score" } };

        Assert.Equal("\"earlyStopping\" was not set and is", RunSettings.Difference(plain, RunSettings.Of(stopping)));
        Assert.Equal("\"earlyStopping\" was set and is not", RunSettings.Difference(RunSettings.Of(stopping), plain));
        // Measured at each checkpoint, it decides which weights are the best.
        Assert.Contains("checkpointEvery", RunSettings.Difference(RunSettings.Of(stopping), RunSettings.Of(stopping with { CheckpointEvery = 77 })),
            StringComparison.Ordinal);
        var data = new FineTuningOptions { Data = [new() { File = "a/questions.jsonl", Weight = 2 }] };
        Assert.Null(RunSettings.Difference(RunSettings.Of(data), RunSettings.Of(data with { Data = [new() { File = "/b/questions.jsonl", Weight = 2 }] })));
        Assert.Equal("\"data[0].weight\" was 2 and is 3",
            RunSettings.Difference(RunSettings.Of(data), RunSettings.Of(data with { Data = [new() { File = "a/questions.jsonl", Weight = 3 }] })));
    }

    [Fact]
    public void Run_MeasuresFirst_WhenItWasCancelledWhileItMeasured()
    {
        // given a run whose second measurement, at step 10, is cancelled, and one that was left alone
        var options = Options with { EarlyStopping = new() { Metric = "score", Patience = 0 } };
        using var whole = new LineObjective(8);
        var measured = new List<int>();
        Run(whole, options, () => Score(measured), name: "whole");
        using var cancelled = new LineObjective(8);
        var resumed = new List<int>();
        Assert.Throws<OperationCanceledException>(
            () => Run(cancelled, options, () => resumed.Count == 1 ? throw new OperationCanceledException() : Score(resumed), name: "cancelled"));

        using var again = new LineObjective(8);
        var outcome = Run(again, options, () => Score(resumed), resume: true, name: "cancelled");

        Assert.Equal(measured, resumed);
        Assert.Equal(whole.Weights, again.Weights);
        Assert.Equal(options.Steps, outcome.Steps);
        Assert.Equal(StepsOfLog("whole"), StepsOfLog("cancelled"));

        static IReadOnlyDictionary<string, double> Score(List<int> scores)
        {
            scores.Add(scores.Count);
            return new Dictionary<string, double> { ["score"] = scores.Count == 2 ? 9 : 1 };
        }
    }

    [Fact]
    public void Run_MeasuresFirst_WhenCheckpointsFallElsewhereNow()
    {
        using var cancelled = new LineObjective(8);
        Assert.Throws<OperationCanceledException>(() => Run(cancelled, Options, () => throw new OperationCanceledException(), name: "elsewhere"));
        var measured = new List<long>();
        using var again = new LineObjective(8);

        new TrainingLoop(again, Options with { CheckpointEvery = 7 }, _folder.At("elsewhere"), TimeProvider.System)
            .Run(true, null, Measure, CancellationToken.None);

        Assert.Equal([Options.CheckpointEvery, .. Enumerable.Range(1, 20).Where(step => step > Options.CheckpointEvery && (step % 7 == 0 || step == 20))],
            measured);
        Assert.Equal(Enumerable.Range(1, 20).Select(step => (long)step), StepsOfLog("elsewhere"));

        IReadOnlyDictionary<string, double> Measure(long step)
        {
            measured.Add(step);
            return new Dictionary<string, double> { ["score"] = step };
        }
    }

    [Fact]
    public void Run_SaysWhichSettingsDiffer_BeforeItLoadsWeightsThatMayNotFit()
    {
        using var line = new LineObjective(8);
        Run(line, Options, name: "fit");
        using var other = new TinyObjective("reader", TinyModel.Create());

        var refused = Assert.Throws<InvalidOperationException>(
            () => new TrainingLoop(other.Objective, Options with { Seed = 99 }, _folder.At("fit"), TimeProvider.System)
                .Run(true, null, null, CancellationToken.None));

        Assert.Contains("\"seed\" was", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_KeepsWhatWasTrained_WhenTheIndexFails()
    {
        var stopped = new StoppedObjective(new LineObjective(8), 12, () => throw new IndexException("index", "The disk is full."));

        Assert.Throws<IndexException>(
            () => new TrainingLoop(stopped, Options, _folder.At("index"), TimeProvider.System).Run(false, null, null, CancellationToken.None));

        Assert.True(File.Exists(_folder.At("index/checkpoint-000000012.safetensors")));
    }

    [Fact]
    public void Run_WritesAStepsLineBeforeItsCheckpoint()
    {
        // given something in the place of the first checkpoint, so that the run ends where a kill may end it: before the checkpoint is there
        var checkpoint = Options.CheckpointEvery;
        Directory.CreateDirectory(_folder.At($"line/checkpoint-{checkpoint:D9}.safetensors/in-the-way"));
        using var objective = new LineObjective(8);

        Assert.ThrowsAny<Exception>(() => Run(objective, Options, name: "line"));

        Assert.Equal(Enumerable.Range(1, checkpoint).Select(step => (long)step), StepsOfLog("line"));
    }

    [Fact]
    public void Run_PassesAWarningOnOnce()
    {
        using var objective = new LineObjective(4) { Says = "The line is crooked." };
        var heard = new Reports();

        new TrainingLoop(objective, new TrainingOptions { Steps = 20, WarmUpSteps = 1 }, _folder.At("run"), TimeProvider.System)
            .Run(false, heard, null, CancellationToken.None);

        Assert.Equal("The line is crooked.", Assert.Single(heard.Warnings));
    }

    [Fact]
    public void Log_TakesAFewHundredStepsOfALongRun_AndLeavesOutALineThatWasCutOff()
    {
        var log = new TrainingLog(_folder.At("long"), steps: 100_000, step: 0);
        Assert.InRange(Enumerable.Range(1, 100_000).Count(step => log.Takes(step)), 200, 400);
        log.Add(new TrainingLogEntry(250, new Dictionary<string, double> { ["loss"] = 2 }));
        File.AppendAllText(TrainingLog.PathIn(_folder.At("long")), "{\"step\":500,\"met");

        Assert.Equal(250, Assert.Single(TrainingLog.Read(TrainingLog.PathIn(_folder.At("long")))).Step);
    }

    [Fact]
    public void Schedule_WarmsUpAsTheReleasedTrainer_UnlessStepsAreGiven()
    {
        Assert.Equal(LinearSchedule.PublishedWarmup(30_000), new TrainingOptions { Steps = 30_000 }.Schedule().WarmupSteps);
        Assert.Equal(7, new TrainingOptions { WarmUpSteps = 7 }.Schedule().WarmupSteps);
        Assert.Equal(2, new TrainingOptions { Steps = 5000 }.ForSteps(20).Schedule().WarmupSteps);
        Assert.Equal(3000, new TrainingOptions { Steps = 50 }.ForSteps(30_000).Schedule().WarmupSteps);
        Assert.Equal(100, new TrainingOptions { WarmUpSteps = 100 }.ForSteps(30_000).Schedule().WarmupSteps);
    }

    private TrainingOutcome Run(
        LineObjective objective, TrainingOptions options, Func<IReadOnlyDictionary<string, double>>? evaluate = null, bool resume = false, string name = "") =>
        new TrainingLoop(objective, options, _folder.At(name), TimeProvider.System)
            .Run(resume, null, evaluate is null ? null : _ => evaluate(), CancellationToken.None);

    private IEnumerable<long> StepsOfLog(string name) => TrainingLog.Read(TrainingLog.PathIn(_folder.At(name))).Select(entry => entry.Step);

    private void Stop(LineObjective objective, TrainingOptions options, int step, string name)
    {
        var stopped = new StoppedObjective(objective, step, () => throw new IOException("killed"));
        Assert.Throws<IOException>(
            () => new TrainingLoop(stopped, options, _folder.At(name), TimeProvider.System).Run(false, null, null, CancellationToken.None));
    }

    private string[] Files() => [.. Directory.GetFiles(_folder.At(""), "*.safetensors").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    private sealed class Reports : IProgress<OperationProgress>
    {
        public List<string> Warnings { get; } = [];

        public void Report(OperationProgress value)
        {
            if (value.Warning is not null)
                Warnings.Add(value.Warning);
        }
    }
}
