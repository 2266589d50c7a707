using System.CommandLine;
using RealmWeb.Cli.Plots;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.Training;

namespace RealmWeb.Cli.Verbs;

/// <summary><c>realm plot</c></summary>
internal static class PlotVerb
{
    private static readonly string[] DefaultMetrics = ["loss", "retrievalUtility", "nullMass", "retrievalEntropy", "sourceFound", "stalenessSteps"];

    public static Command Create()
    {
        var runs = new Argument<string[]>("RUN") { Description = "Trainings: NAME for all stages of a new model, or NAME/STAGE, as in the folder \"training\".", Arity = ArgumentArity.ZeroOrMore };
        var metrics = new Option<string[]>("--metrics") { Description = "What is drawn over the steps, a panel each; by default what REALM pre-training reports.", AllowMultipleArgumentsPerToken = true };
        var recall = new Option<string[]>("--recall") { Description = "Reports of `realm evaluate --per-question`, as NAME=FILE, or PANEL:NAME=FILE for several sets: recall@k over k.", AllowMultipleArgumentsPerToken = true };
        var output = new Option<string>("--out") { Description = "SVG file.", Required = true };
        var command = new Command("plot", "Curves of trainings over their steps, and recall@k of evaluations, as an SVG.") { runs, metrics, recall, output };
        command.SetAction(VerbContext.Run(context =>
        {
            var chosen = context.Parsed.GetValue(metrics) is { Length: > 0 } given ? given : DefaultMetrics;
            List<Panel> panels =
            [
                .. Trainings(Path.Combine(context.Paths.Root, "training"), context.Parsed.GetValue(runs)!, chosen),
                .. Recalls(context.Parsed.GetValue(recall) ?? []),
            ];
            if (panels.Count == 0)
                throw new InvalidOperationException("There is nothing to draw. Name trainings, or reports with --recall.");
            var path = Path.GetFullPath(context.Parsed.GetValue(output)!);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, SvgPlot.Draw(panels));
            context.Print(new { file = path, panels = panels.Select(panel => panel.Title) }, [$"Drew {string.Join(", ", panels.Select(panel => panel.Title))} into {path}."]);
            return Task.CompletedTask;
        }));
        return command;
    }

    private static IEnumerable<Panel> Trainings(string folder, string[] runs, string[] metrics)
    {
        var logs = runs.SelectMany(run => Stages(folder, run)).Select(stage => (stage.Name, Entries: TrainingLog.Read(stage.Path))).ToList();
        return metrics
            .Select(metric => new Panel(metric, "steps", false, [.. logs
                .Select(log => new Curve(log.Name, [.. log.Entries.Where(entry => entry.Metrics.ContainsKey(metric)).Select(entry => ((double)entry.Step, entry.Metrics[metric]))]))
                .Where(curve => curve.Points.Count > 0)]))
            .Where(panel => panel.Curves.Count > 0);
    }

    private static IEnumerable<(string Name, string Path)> Stages(string folder, string run)
    {
        if (File.Exists(TrainingLog.PathIn(Path.Combine(folder, run))))
            return [(run, TrainingLog.PathIn(Path.Combine(folder, run)))];
        var found = Directory.Exists(Path.Combine(folder, run))
            ? Directory.EnumerateDirectories(Path.Combine(folder, run)).Order(StringComparer.Ordinal)
                .Where(stage => File.Exists(TrainingLog.PathIn(stage))).Select(stage => ($"{run}/{Path.GetFileName(stage)}", TrainingLog.PathIn(stage))).ToList()
            : [];
        return found.Count > 0 ? found : throw new FileNotFoundException($"There is no training \"{run}\" with {Path.GetFileName(TrainingLog.PathIn(""))} in {folder}. `ict`, `pretrain` and `finetune` write one.");
    }

    private static IEnumerable<Panel> Recalls(string[] reports) => reports
        .Select(report =>
        {
            if (report.Split('=', 2) is not [{ Length: > 0 } name, { Length: > 0 } file])
                throw new ArgumentException($"\"{report}\" is no report. Write NAME=FILE.");
            var (panel, label) = name.Split(':', 2) is [var set, var rest] ? (set, rest) : ("", name);
            var recalls = EvaluationReport.Of(OutcomeFile.Read(file)).RecallAt;
            return (Panel: panel, Curve: new Curve(label, [.. recalls.OrderBy(entry => entry.Key).Select(entry => ((double)entry.Key, entry.Value))]));
        })
        .GroupBy(report => report.Panel)
        .Select(set => new Panel(set.Key.Length > 0 ? $"recall@k, %, {set.Key}" : "recall@k, %", "k", true, [.. set.Select(report => report.Curve)]));
}
