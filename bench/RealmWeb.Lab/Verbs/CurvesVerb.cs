using System.CommandLine;
using RealmWeb.Cli;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.Training;
using RealmWeb.Lab.Curves;

namespace RealmWeb.Lab.Verbs;

/// <summary><c>realm-lab curves</c></summary>
internal static class CurvesVerb
{
    public static Command Create()
    {
        var runs = new Argument<string[]>("RUN")
        {
            Description = "Trainings: NAME for all stages of a new model, or NAME/STAGE, as in the folder \"training\".",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var metrics = new Option<string[]>(
            "--metrics") { Description = "Metrics to write; all that a training logged by default.", AllowMultipleArgumentsPerToken = true };
        var recall = new Option<string[]>("--recall")
        {
            Description = "Reports of `realm evaluate --per-question`, as NAME=FILE, or SET:NAME=FILE for several sets: recall@k over k.",
            AllowMultipleArgumentsPerToken = true,
        };
        var output = new Option<string>("--out") { Description = "CSV file with the columns measure, curve, at and value.", Required = true };
        var command = new Command("curves", "Write the curves of trainings over their steps, and recall@k of evaluations, as CSV.")
        {
            runs, metrics, recall, output
        };
        command.SetAction(VerbContext.Run(context =>
        {
            List<CurvePoint> points =
            [
                .. Trainings(context.Paths.Training, context.Parsed.GetValue(runs)!, context.Parsed.GetValue(metrics) ?? []),
                .. (context.Parsed.GetValue(recall) ?? []).SelectMany(Recall),
            ];
            if (points.Count == 0)
                throw new InvalidOperationException("There is nothing to write. Name trainings, or reports with --recall.");
            var path = Path.GetFullPath(context.Parsed.GetValue(output)!);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            CurveFile.Write(path, points);
            var measures = points.Select(point => point.Measure).Distinct().ToList();
            context.Print(new { file = path, measures, points = points.Count }, [$"Wrote {points.Count} points to {path}: {string.Join(", ", measures)}."]);
            return Task.CompletedTask;
        }));
        return command;
    }

    private static IEnumerable<CurvePoint> Trainings(string folder, string[] runs, string[] metrics) =>
        from run in runs
        from stage in Stages(folder, run)
        from entry in TrainingLog.Read(stage.Path)
        from metric in entry.Metrics
        where metrics.Length == 0 || metrics.Contains(metric.Key)
        select new CurvePoint(metric.Key, stage.Name, entry.Step, metric.Value);

    private static IEnumerable<(string Name, string Path)> Stages(string folder, string run)
    {
        if (File.Exists(TrainingLog.PathIn(Path.Combine(folder, run))))
            return [(run, TrainingLog.PathIn(Path.Combine(folder, run)))];
        var found = Directory.Exists(Path.Combine(folder, run))
            ? Directory.EnumerateDirectories(Path.Combine(folder, run)).Order(StringComparer.Ordinal)
                .Where(stage => File.Exists(TrainingLog.PathIn(stage))).Select(stage => ($"{run}/{Path.GetFileName(stage)}", TrainingLog.PathIn(stage)))
                    .ToList()
            : [];
        return found.Count > 0 ? found : throw new FileNotFoundException(
            $"There is no training \"{run}\" with {Path.GetFileName(TrainingLog.PathIn(""))} in {folder}. `realm ict`, `pretrain` and `finetune` write one.");
    }

    private static IEnumerable<CurvePoint> Recall(string report)
    {
        if (report.Split('=', 2) is not [{ Length: > 0 } name, { Length: > 0 } file])
            throw new ArgumentException($"\"{report}\" is no report. Write NAME=FILE.");
        var (set, curve) = name.Split(':', 2) is [var before, var rest] ? ($"recall {before}", rest) : ("recall", name);
        return EvaluationReport.Of(OutcomeFile.Read(file)).RecallAt.OrderBy(entry => entry.Key)
            .Select(entry => new CurvePoint(set, curve, entry.Key, entry.Value));
    }
}
