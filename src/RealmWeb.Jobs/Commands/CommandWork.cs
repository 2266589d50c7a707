using System.Diagnostics;
using System.Globalization;
using RealmWeb.Data;
using RealmWeb.Data.QuestionSets;
using RealmWeb.Data.Runs;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.Commands;

/// <summary>Index builds, trainings and evaluations: done by the `realm` program, resumed by it from what it left on disk.</summary>
internal sealed class CommandWork(RealmCommand command, QuestionSetLibrary questionSets, RealmPaths paths) : IRunWork
{
    public IReadOnlyList<RunKind> Kinds => [RunKind.IndexBuild, RunKind.Evaluate, .. RunKinds.Training];

    public async Task<RunOutcome> ExecuteAsync(RunContext run, CancellationToken cancellationToken)
    {
        if (RunKinds.Training.Contains(run.Run.Kind))
            await BeginTrainingAsync(run, cancellationToken);
        var (done, total, unit, stage) = (run.Run.Done, run.Run.Total, run.Run.Unit, run.Run.Stage);
        var result = await command.RunAsync(ArgumentsOf(run.Run, FileOf, await SettingsOfAsync(run, cancellationToken)), Started, Message, cancellationToken);
        await run.SetChildAsync(null, CancellationToken.None);
        if (result.ExitCode != 0)
            throw new RunFailedException(RealmCommand.Describe(result));
        var json = result.Output.Trim() is { Length: > 0 } printed ? printed : null;
        return new RunOutcome(ResultJson: json, Figures: json is not null && run.Run.Kind == RunKind.Evaluate ? EvaluationFigures.Of(json) : null);

        // Null where it has ended already: there is nothing to watch any more, and what it printed tells how it went.
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
                run.Measure(done, run.Run.Kind == RunKind.FineTune ? InStage(metrics) : metrics);
            if (message.Log is { } log)
                run.Log(message.Level ?? "info", log);
        }

        // Fine-tuning trains one part after the other, each from its first step and with a loss of its own: curves of their own, as "Reader/loss".
        IReadOnlyDictionary<string, double> InStage(IReadOnlyDictionary<string, double> metrics) =>
            metrics.ToDictionary(metric => $"{stage}/{metric.Key}", metric => metric.Value);
    }

    /// <summary>The command line of a run, without --data-dir.</summary>
    /// <param name="fileOf">The file of a question set, by the set's name.</param>
    /// <param name="settings">File with the run's settings; empty for none.</param>
    internal static IReadOnlyList<string> ArgumentsOf(Run run, Func<string, string> fileOf, string settings = "")
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
                verb = [
                    "evaluate", "--corpus", evaluation.Corpus, "--data", fileOf(evaluation.QuestionSet), .. Option("--model", evaluation.Model),
                    "--retriever", evaluation.Retriever.ToString(), .. evaluation.Limit > 0 ? Option("--limit", Number(evaluation.Limit)) : []];
                break;
            default:
                var training = RunContext.ParametersOf<TrainingParameters>(run);
                verb = [
                    .. VerbOf(run.Kind), "--corpus", training.Corpus, .. training.Steps > 0 ? Option("--steps", Number(training.Steps)) : [], "--seed", Number(training.Seed),
                    .. Option("--model", training.Model), "--new-model", training.NewModel, .. Option("--config", settings.Length > 0 ? settings : training.Config),
                    .. training.QuestionSets is { Count: > 0 } sets ? ["--data", .. sets.Select(fileOf)] : Array.Empty<string>(),
                    // With nothing to resume the command begins anew, so it can always be asked to resume.
                    "--resume"];
                break;
        }
        return [.. verb, "--progress", "json", "--json"];
    }

    private static string[] VerbOf(RunKind kind) => kind switch
    {
        RunKind.Mlm => ["pretrain", "--objective", "mlm"],
        RunKind.Ict => ["ict"],
        RunKind.PreTrain => ["pretrain", "--objective", "realm"],
        _ => ["finetune"],
    };

    // What an earlier run of the same name left must not be taken for this run's own; what this run left must.
    private async Task BeginTrainingAsync(RunContext run, CancellationToken cancellationToken)
    {
        if (run.Run.CheckpointJson is not null)
            return;
        var left = Path.Combine(paths.Training, RunContext.ParametersOf<TrainingParameters>(run.Run).NewModel);
        if (Directory.Exists(left))
            DurableFile.RemoveFolder(left);
        await run.SaveCheckpointAsync("""{"begun":true}""", cancellationToken);
    }

    // Beside the checkpoints, where whoever goes on from them by hand finds it.
    private async Task<string> SettingsOfAsync(RunContext run, CancellationToken cancellationToken)
    {
        if (!RunKinds.Training.Contains(run.Run.Kind) || RunContext.ParametersOf<TrainingParameters>(run.Run) is not { Settings.Length: > 0 } training)
            return "";
        var folder = Directory.CreateDirectory(Path.Combine(paths.Training, training.NewModel)).FullName;
        var file = Path.Combine(folder, "settings.json");
        await File.WriteAllTextAsync(file, training.Settings, cancellationToken);
        return file;
    }

    private string FileOf(string questionSet)
    {
        try
        {
            return questionSets.FileOf(questionSet);
        }
        catch (QuestionSetNotFoundException gone)
        {
            throw new RunFailedException(gone.Message);
        }
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string[] Option(string name, string value) => value.Length == 0 ? [] : [name, value];
}
