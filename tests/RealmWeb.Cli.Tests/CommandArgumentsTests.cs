using System.Text.Json;
using RealmWeb.Contracts.Questions;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Runs;
using RealmWeb.Jobs.Commands;
using RealmWeb.Jobs.Corpora;
using RealmWeb.Jobs.Evaluation;
using RealmWeb.Jobs.Runs;
using RealmWeb.Jobs.Training;
using RealmWeb.Jobs;
using RealmWeb.TestKit;

namespace RealmWeb.Cli.Tests;

/// <summary>What runs say to the realm command, the command must understand.</summary>
public sealed class CommandArgumentsTests : IDisposable
{
    private readonly TempData _data = new(services => services.AddRealmJobs());

    public CommandArgumentsTests()
    {
        const string Line = """{"question":"When?","answers":["open"],"context":"The garden is open.","answer_starts":[14]}""";
        _data.AddQuestions("qa", Line);
        _data.AddQuestions("more", Line);
    }

    public static TheoryData<RunKind, object> Runs => new()
    {
        { RunKind.IndexBuild, new IndexBuildParameters("handbook") },
        { RunKind.IndexBuild, new IndexBuildParameters("handbook", "small") },
        { RunKind.Mlm, new TrainingParameters("handbook", 100, "small", "new") },
        { RunKind.Ict, new TrainingParameters("handbook", 100, "", "new") },
        { RunKind.Ict, new TrainingParameters("handbook", 100, "small", "new", null, "settings.json", 7) },
        { RunKind.PreTrain, new TrainingParameters("handbook", 100, "", "new") },
        { RunKind.PreTrain, new TrainingParameters("handbook", 100, "small", "new", null, "settings.json", 7) },
        { RunKind.Adapt, new TrainingParameters("handbook", 100, "", "new") },
        { RunKind.Adapt, new TrainingParameters("handbook", 0, "small", "new", ["qa", "more"], Settings: "{}") },
        { RunKind.FineTune, new TrainingParameters("handbook", 100, "", "new", ["qa"]) },
        { RunKind.FineTune, new TrainingParameters("handbook", 100, "small", "new", ["qa", "more"], "", 7) },
        { RunKind.FineTune, new TrainingParameters("handbook", 100, "small", "new", null, "settings.json", 7) },
        { RunKind.FineTune, new TrainingParameters("handbook", 100, "small", "new", ["qa", "more"], Weights: new Dictionary<string, double> { ["qa"] = 2.5 }) },
        { RunKind.Evaluate, new EvaluationParameters("handbook", "qa") },
        { RunKind.Evaluate, new EvaluationParameters("handbook", "qa", "small", Retriever.Dense, 50) },
    };

    public void Dispose() => _data.Dispose();

    [Theory]
    [MemberData(nameof(Runs))]
    public void ArgumentsOf_AreUnderstoodByTheCommand(RunKind kind, object parameters)
    {
        var run = new Run { Kind = kind, Target = "handbook", ParametersJson = JsonSerializer.Serialize(parameters, parameters.GetType()) };

        var parsed = RealmWeb.Cli.RealmCommand.Create().Parse(["--data-dir", "data", .. ArgumentsOf(run), "--progress", "json", "--json"]);

        Assert.Empty(parsed.Errors);
        Assert.NotNull(parsed.CommandResult.Command.Action);
    }

    [Fact]
    public void ArgumentsOf_LeaveStepsToTheSettings_WhereTheyAreZero()
    {
        var run = new Run
        {
            Kind = RunKind.Ict,
            Target = "new",
            ParametersJson = JsonSerializer.Serialize(new TrainingParameters("handbook", 0, "small", "new", Settings: "{}")),
        };

        var arguments = ArgumentsOf(run);

        Assert.DoesNotContain("--steps", arguments);
        Assert.Equal(Path.Combine(_data.Folder, "training", "new", "settings.json"), arguments[arguments.ToList().IndexOf("--config") + 1]);
    }

    [Fact]
    public void ArgumentsOf_GiveEachSetItsWeight()
    {
        var training = new TrainingParameters("handbook", 10, "small", "new", ["qa", "more"], Weights: new Dictionary<string, double> { ["more"] = 2.5 });
        var run = new Run { Kind = RunKind.FineTune, Target = "new", ParametersJson = JsonSerializer.Serialize(training) };

        var arguments = ArgumentsOf(run).ToList();
        var parsed = RealmWeb.Cli.RealmCommand.Create().Parse(["--data-dir", "data", .. arguments]);

        Assert.Equal(["1", "2.5"], arguments[(arguments.IndexOf("--weights") + 1)..(arguments.IndexOf("--weights") + 3)]);
        Assert.Empty(parsed.Errors);
    }

    [Theory]
    [InlineData("--weights 1", "--weights has 1 numbers and --data 2 files. Give a number for each file.")]
    [InlineData("--weights 1 0", "--weights has 1 0; each should be above 0.")]
    public void Weights_AreRefused_WhereTheyDoNotFitTheFiles(string weights, string why)
    {
        var parsed = RealmWeb.Cli.RealmCommand.Create().Parse(["finetune", "--new-model", "new", "--data", "a.jsonl", "b.jsonl", .. weights.Split(' ')]);

        Assert.Contains(why, parsed.Errors.Select(error => error.Message));
    }

    private IReadOnlyList<string> ArgumentsOf(Run run) => ((CommandWork)_data.Get<RunWorks>().Of(run.Kind)).ArgumentsOf(run);
}
