using MudBlazor;
using RealmWeb.Contracts.Runs;

namespace RealmWeb.Client.Components.Runs;

/// <summary>Kinds and states of runs in words and looks.</summary>
public static class RunWords
{
    public static string Kind(RunKind kind) => kind switch
    {
        RunKind.Import => "Import",
        RunKind.IndexBuild => "Index build",
        RunKind.PreTrain => "Pre-training",
        RunKind.FineTune => "Fine-tuning",
        RunKind.Evaluate => "Evaluation",
        _ => kind.ToString(),
    };

    public static (string Words, Color Color, string Icon) Look(RunSnapshot run) => run.State switch
    {
        RunState.Running when run.Stalled => ("Stalled", Color.Warning, Icons.Material.Filled.ReportProblem),
        RunState.Queued => ("Queued", Color.Default, Icons.Material.Filled.Schedule),
        RunState.Running => ("Running", Color.Info, Icons.Material.Filled.PlayArrow),
        RunState.Stopping => ("Stopping", Color.Warning, Icons.Material.Filled.Pending),
        RunState.Interrupted => ("Interrupted", Color.Warning, Icons.Material.Filled.PowerOff),
        RunState.Cancelled => ("Cancelled", Color.Default, Icons.Material.Filled.Block),
        RunState.Failed => ("Failed", Color.Error, Icons.Material.Filled.ErrorOutline),
        RunState.CompletedWithErrors => ("Done with errors", Color.Warning, Icons.Material.Filled.RuleFolder),
        RunState.Succeeded => ("Succeeded", Color.Success, Icons.Material.Filled.CheckCircleOutline),
        _ => (run.State.ToString(), Color.Default, Icons.Material.Filled.Help),
    };

    public static bool CanCancel(RunSnapshot run) => run.State is RunState.Queued or RunState.Running or RunState.Interrupted;

    public static bool CanResume(RunSnapshot run) => run.State is RunState.Interrupted;

    /// <summary>Time it took, or has taken so far; null before it began.</summary>
    public static TimeSpan? Took(RunSnapshot run, DateTimeOffset now) => run.StartedAt is { } began ? (run.EndedAt ?? now) - began : null;
}
