using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.Training;

namespace RealmWeb.Lab.Tests;

public sealed class CurvesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("realmweb-curves-");

    [Fact]
    public async Task Curves_HoldEachPointOfTrainingsAndRecall()
    {
        // given two trainings, one of which measures less, and two reports
        Train("first", "realm", steps: 3, "loss", "nullMass");
        Train("second", "ict", steps: 2, "loss");
        Report("before.jsonl", 3, null);
        Report("after.jsonl", 1, 12);

        var code = await CurvesAsync(
            "first", "second/ict", "--metrics", "loss", "nullMass", "unknown", "--recall", $"dev:before={At("before.jsonl")}",
                $"dev:after, \"x\"={At("after.jsonl")}");

        Assert.Equal(0, code);
        Assert.Equal(
            [
                "measure,curve,at,value",
                "loss,first/realm,1,0.5", "nullMass,first/realm,1,0.5", "loss,first/realm,2,1", "nullMass,first/realm,2,1", "loss,first/realm,3,1.5",
                    "nullMass,first/realm,3,1.5",
                "loss,second/ict,1,0.5", "loss,second/ict,2,1",
                "recall dev,before,1,0", "recall dev,before,5,50", "recall dev,before,20,50", "recall dev,before,100,50",
                "recall dev,\"after, \"\"x\"\"\",1,50", "recall dev,\"after, \"\"x\"\"\",5,50", "recall dev,\"after, \"\"x\"\"\",20,100",
                    "recall dev,\"after, \"\"x\"\"\",100,100",
            ],
            await File.ReadAllLinesAsync(At("curves", "out.csv"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Curves_HoldEveryMetric_WhereNoneIsNamed()
    {
        Train("first", "realm", steps: 1, "loss", "nullMass");

        Assert.Equal(0, await CurvesAsync("first"));

        Assert.Equal(
            ["measure,curve,at,value", "loss,first/realm,1,0.5", "nullMass,first/realm,1,0.5"],
            await File.ReadAllLinesAsync(At("curves", "out.csv"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Curves_SayWhatIsMissing()
    {
        Assert.Equal(1, await CurvesAsync("nobody"));
        Assert.Equal(1, await CurvesAsync());
        Assert.Equal(1, await CurvesAsync("--recall", "no-file"));
        Assert.False(File.Exists(At("curves", "out.csv")));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private Task<int> CurvesAsync(params string[] arguments) =>
        LabCommand.RunAsync(["--data-dir", _folder.FullName, "--progress", "none", "curves", .. arguments, "--out", At("curves", "out.csv")]);

    private void Train(string run, string stage, int steps, params string[] metrics)
    {
        var log = new TrainingLog(At("training", run, stage), 400, 0);
        for (var step = 1; step <= steps; step++)
            log.Add(new TrainingLogEntry(step, metrics.ToDictionary(name => name, _ => step / 2.0)));
    }

    private void Report(string name, params int?[] ranks) => OutcomeFile.Write(
        At(name), ranks.Select((rank, i) => new QuestionOutcome($"{i}", "Who?", ["she"], null, false, 0, 0, 0, 0, rank)));

    private string At(params string[] names) => Path.Combine([_folder.FullName, .. names]);
}
