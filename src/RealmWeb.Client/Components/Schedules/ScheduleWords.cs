using System.Globalization;
using MudBlazor;
using RealmWeb.Client.Components.Shared;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts.Schedules;

namespace RealmWeb.Client.Components.Schedules;

/// <summary>Schedules in words and looks.</summary>
public static class ScheduleWords
{
    /// <summary>"Index build of handbook", "Retrain chain of handbook from 50 new labels on".</summary>
    public static string Of(ScheduleView schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        if (schedule.Chain is { } chain)
            return $"Retrain chain of {chain.Chain.Corpus}{(chain.MinNewLabels > 0 ? $" from {Wording.Count(chain.MinNewLabels, "new label")} on" : "")}";
        return schedule.Run is { } run ? Of(run) : "";
    }

    private static string Of(RunOrder order)
    {
        if (order.Sync is { } sync)
            return $"{RunKinds.Of(order.Kind).Name} of {sync.Corpus} with {sync.Folder}{(sync.DryRun ? ", as a dry run" : "")}";
        var target = order.IndexOf ?? order.Training?.NewModel ?? order.Evaluation?.QuestionSet;
        return $"{RunKinds.Of(order.Kind).Name} {(order.Evaluation is null ? "of" : "with")} {target}";
    }

    /// <summary>A time as the clocks of its zone show it.</summary>
    public static string Time(DateTimeOffset time) => time.ToString("ddd d MMM yyyy, HH:mm 'UTC'zzz", CultureInfo.InvariantCulture);

    public static string Of(OverlapPolicy policy) => policy switch
    {
        OverlapPolicy.Queue => "Start another one, whose runs wait their turn",
        OverlapPolicy.CancelOld => "Cancel the old one and start another",
        _ => "Start nothing this time",
    };

    public static string Of(MissedPolicy policy) => policy == MissedPolicy.RunOnce ? "Run once when it is back" : "Leave them out";

    /// <summary>How an outcome is shown: what became of the time, or of its run.</summary>
    public static (string Words, Color Color, string Icon) Look(ScheduleOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return outcome.Result switch
        {
            ScheduleResult.Skipped => ("Skipped", Color.Default, Icons.Material.Filled.SkipNext),
            ScheduleResult.TooFewLabels => ("Too few new labels", Color.Default, Icons.Material.Filled.HourglassEmpty),
            ScheduleResult.Missed => ("Missed", Color.Warning, Icons.Material.Filled.PowerOff),
            ScheduleResult.Refused => ("Refused", Color.Error, Icons.Material.Filled.Block),
            _ when outcome.Chain is { } chain => Chains.ChainWords.Look(chain.State, chain.Green),
            _ => outcome.RunState is { } state ? Runs.RunWords.Look(state) : ("Started", Color.Default, Icons.Material.Filled.PlayArrow),
        };
    }
}
