using System.Text.Json;
using RealmWeb.Contracts.Questions;
using RealmWeb.Data.Runs;
using RealmWeb.Jobs.Commands;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Server.Tests.Jobs;

/// <summary>What runs say to the realm command, the command must understand.</summary>
public sealed class CommandArgumentsTests
{
    public static TheoryData<RunKind, object> Runs => new()
    {
        { RunKind.IndexBuild, new IndexBuildParameters("handbook") },
        { RunKind.IndexBuild, new IndexBuildParameters("handbook", "small") },
        { RunKind.Mlm, new TrainingParameters("handbook", 100, "small", "new") },
        { RunKind.Ict, new TrainingParameters("handbook", 100, "", "new") },
        { RunKind.Ict, new TrainingParameters("handbook", 100, "small", "new", null, "settings.json", 7) },
        { RunKind.PreTrain, new TrainingParameters("handbook", 100, "", "new") },
        { RunKind.PreTrain, new TrainingParameters("handbook", 100, "small", "new", null, "settings.json", 7) },
        { RunKind.FineTune, new TrainingParameters("handbook", 100, "", "new", ["qa"]) },
        { RunKind.FineTune, new TrainingParameters("handbook", 100, "small", "new", ["qa", "more"], "", 7) },
        { RunKind.FineTune, new TrainingParameters("handbook", 100, "small", "new", null, "settings.json", 7) },
        { RunKind.Evaluate, new EvaluationParameters("handbook", "qa") },
        { RunKind.Evaluate, new EvaluationParameters("handbook", "qa", "small", Retriever.Dense, 50) },
    };

    [Theory]
    [MemberData(nameof(Runs))]
    public void ArgumentsOf_AreUnderstoodByTheCommand(RunKind kind, object parameters)
    {
        var run = new Run { Kind = kind, Target = "handbook", ParametersJson = JsonSerializer.Serialize(parameters, parameters.GetType()) };

        var parsed = RealmWeb.Cli.RealmCommand.Create().Parse(["--data-dir", "data", .. CommandWork.ArgumentsOf(run, name => $"question-sets/{name}/questions.jsonl")]);

        Assert.Empty(parsed.Errors);
        Assert.NotNull(parsed.CommandResult.Command.Action);
    }

    [Fact]
    public void ArgumentsOf_LeaveStepsToTheSettings_WhereTheyAreZero()
    {
        var run = new Run { Kind = RunKind.Ict, Target = "new", ParametersJson = JsonSerializer.Serialize(new TrainingParameters("handbook", 0, "small", "new", Settings: "{}")) };

        var arguments = CommandWork.ArgumentsOf(run, name => name, "training/new/settings.json");

        Assert.DoesNotContain("--steps", arguments);
        Assert.Equal("training/new/settings.json", arguments[arguments.ToList().IndexOf("--config") + 1]);
    }
}
