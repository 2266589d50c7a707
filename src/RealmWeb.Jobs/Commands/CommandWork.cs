using System.Diagnostics;
using System.Globalization;
using RealmWeb.Data.Runs;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.Commands;

/// <summary>Index builds, trainings and evaluations: done by the `realm` program, resumed by it from what it left on disk.</summary>
internal sealed class CommandWork(RealmCommand command) : IRunWork
{
    public IReadOnlyList<RunKind> Kinds => [RunKind.IndexBuild, RunKind.PreTrain, RunKind.FineTune, RunKind.Evaluate];

    public async Task<RunOutcome> ExecuteAsync(RunContext run, CancellationToken cancellationToken)
    {
        var (done, total, unit, stage) = (run.Run.Done, run.Run.Total, run.Run.Unit, run.Run.Stage);
        var result = await command.RunAsync(ArgumentsOf(run.Run), Started, Message, cancellationToken);
        await run.SetChildAsync(null, CancellationToken.None);
        return result.ExitCode == 0
            ? new RunOutcome(ResultJson: result.Output.Trim() is { Length: > 0 } json ? json : null)
            : throw new RunFailedException(RealmCommand.Describe(result));

        Task Started(Process process) => run.SetChildAsync(ProcessIdentity.Of(process), CancellationToken.None);

        void Message(CommandMessage message)
        {
            if (message.Done is { } now)
            {
                (done, total) = (now, message.Total ?? total);
                (unit, stage) = (message.Unit ?? unit, message.Stage ?? stage);
                run.Report(done, total, unit, stage);
            }
            if (message.Metrics is { } metrics)
                run.Measure(done, metrics);
            if (message.Log is { } log)
                run.Log(message.Level ?? "info", log);
        }
    }

    /// <summary>The command line of a run, without --data-dir.</summary>
    internal static IReadOnlyList<string> ArgumentsOf(Run run)
    {
        IReadOnlyList<string> verb;
        switch (run.Kind)
        {
            case RunKind.IndexBuild:
                var build = RunContext.ParametersOf<IndexBuildParameters>(run);
                verb = ["index", "build", "--corpus", build.Corpus, .. Option("--model", build.Model)];
                break;
            case RunKind.Evaluate:
                var evaluation = RunContext.ParametersOf<EvaluationParameters>(run);
                verb = ["evaluate", "--corpus", evaluation.Corpus, "--data", evaluation.Data, .. Option("--model", evaluation.Model)];
                break;
            default:
                var training = RunContext.ParametersOf<TrainingParameters>(run);
                verb = [
                    run.Kind == RunKind.PreTrain ? "pretrain" : "finetune", "--corpus", training.Corpus,
                    "--steps", training.Steps.ToString(CultureInfo.InvariantCulture), "--seed", training.Seed.ToString(CultureInfo.InvariantCulture),
                    .. Option("--model", training.Model), "--new-model", training.NewModel, .. Option("--config", training.Config),
                    .. run.Kind == RunKind.FineTune ? Option("--data", training.Data) : [],
                    // With nothing to resume the command begins anew, so it can always be asked to resume.
                    "--resume"];
                break;
        }
        return [.. verb, "--progress", "json", "--json"];
    }

    private static string[] Option(string name, string value) => value.Length == 0 ? [] : [name, value];
}
