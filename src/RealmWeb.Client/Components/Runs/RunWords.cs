using MudBlazor;
using RealmWeb.Client.Components.Shared;
using RealmWeb.Contracts.Questions;
using RealmWeb.Contracts.Runs;

namespace RealmWeb.Client.Components.Runs;

/// <summary>Figures and states of runs in words and looks.</summary>
public static class RunWords
{
    private static readonly string[] FirstCurves =
        ["loss", "accuracy", "devExactMatch", "devF1", "retrievalUtility", "heldOutRecallAt5", "heldOutLikelihood", "likelihood"];
    private static readonly string[] LastCurves =
        ["learningRate", "gradientNorm", "examplesPerSecond", "tokensPerSecond", "examplesSeen", "tokensSeen", "paddingShare", "memoryMiB"];

    /// <summary>Place of a curve among the others: what tells whether it learns first, how fast the machine is last.</summary>
    public static int CurvePlace(string name) => (Array.IndexOf(FirstCurves, name), Array.IndexOf(LastCurves, name)) switch
    {
        (>= 0 and var first, _) => first,
        (_, >= 0 and var last) => 200 + last,
        _ => 100,
    };

    /// <summary>What a measured value is called. Unknown ones keep the name the command gave them.</summary>
    public static string Metric(string name) => name switch
    {
        "n" => "Questions",
        "answerable" => "Answerable",
        "blocks" => "Passages",
        "em" => "Exact match",
        "f1" => "F1",
        "forcedEm" => "Exact match, always answering",
        "forcedF1" => "F1, always answering",
        "unanswerableRecognised" => "Unanswerable recognised",
        "ndcg@10" => "nDCG@10",
        "p50Milliseconds" => "Median latency",
        "falseRefusals" => "Refused though answerable",
        "calibrationError" => "Expected calibration error",
        "emOrqa" => "Exact match as ORQA counts",
        "mrr" => "Mean reciprocal rank",
        "readerOracle" => "Exact match of a perfect reader",
        "seconds" => "Seconds",
        "memoryMiB" => "Memory (MiB)",
        "devExactMatch" => "Exact match on development questions",
        "devF1" => "F1 on development questions",
        "retrievalUtility" => "Retrieval utility",
        "likelihood" => "Probability of what is hidden",
        "heldOutLikelihood" => "Probability of what is hidden, held out",
        "heldOutRecallAt5" => "Recall@5, held out",
        "heldOutRecallAt5Before" => "Recall@5, held out, before",
        "answeredShare" => "Sentences that other documents answer",
        "stalenessSteps" => "Age of the index (steps)",
        "stalenessSeconds" => "Age of the index (seconds)",
        "keptShare" => "Kept of what was learned",
        "labelledRecallAt5" => "Recall@5 on labelled questions",
        "labelledRecallAt5Before" => "Recall@5 before",
        "labelledGain" => "Gain on labelled questions",
        "labelledGainLow" => "Gain, lower end of 95 %",
        "labelledGainHigh" => "Gain, upper end of 95 %",
        _ when name.StartsWith("recall@", StringComparison.Ordinal) => $"R{name[1..]}",
        _ => Words(name),
    };

    /// <summary>What a curve means, in a sentence; null where its name says it.</summary>
    public static string? Help(string name) => name switch
    {
        "retrievalUtility" => "What passages add to the logarithm of the probability of what is hidden, in nats. Above 0 they help.",
        "likelihood" => "How much probability the passages that are found give what a sentence hides.",
        "heldOutLikelihood" => "The same over sentences that no step trains on.",
        "heldOutRecallAt5" => "How often one of the first five passages gives what a sentence hides, over sentences that no step trains on.",
        "answeredShare" => "How many of the sentences that were read so far hide something that a passage of another document gives.",
        "stalenessSteps" => "Steps since the weights that the vectors of the passages were computed with. It falls when the index is built anew.",
        "stalenessSeconds" => "Time since those weights.",
        _ => null,
    };

    /// <summary>A measured value with its unit, where the metric has one.</summary>
    public static string Value(string name, double value) =>
        name == "p50Milliseconds" ? $"{value:0} ms"
        : IsShare(name) ? $"{100 * value:0.0} %"
        : IsPercent(name) ? $"{value:0.0} %"
        : Wording.Figure(value);

    /// <summary>Unit of a curve's points as they are drawn (<see cref="Drawn"/>), to stand behind a number; empty for none.</summary>
    public static string Unit(string name) => IsShare(name) || IsPercent(name) ? " %" : "";

    /// <summary>Points of a curve as they are drawn: shares in percent.</summary>
    public static IReadOnlyList<RunMetricPoint> Drawn(string name, IEnumerable<RunMetricPoint> points) =>
        [.. IsShare(name) ? points.Select(point => point with { Value = 100 * point.Value }) : points];

    /// <summary>A name from a program in words: "NewModel" is "New model".</summary>
    public static string Words(string name) => string.Concat(name.Select((sign, at) =>
        at == 0 ? char.ToUpperInvariant(sign).ToString() : char.IsUpper(sign) ? $" {char.ToLowerInvariant(sign)}" : sign.ToString()));

    public static string RetrieverName(Retriever retriever) => retriever switch
    {
        Retriever.Dense => "vectors alone",
        Retriever.Lexical => "terms alone",
        _ => "vectors and terms",
    };

    /// <summary>What an evaluation is first asked for; the rest stands below.</summary>
    public static IReadOnlyList<string> Headlines { get; } = ["em", "f1", "recall@5", "unanswerableRecognised"];

    // 0 to 1, where percentages are 0 to 100.
    private static bool IsShare(string name) => name is "likelihood" or "heldOutLikelihood" or "heldOutRecallAt5" or "heldOutRecallAt5Before"
        or "answeredShare" or "keptShare" or "labelledRecallAt5" or "labelledRecallAt5Before";

    private static bool IsPercent(string name) =>
        name is "ndcg@10" or "em" or "emOrqa" or "f1" or "forcedEm" or "forcedF1" or "mrr" or "readerOracle" or "unanswerableRecognised" or "falseRefusals"
            || name.StartsWith("recall@", StringComparison.Ordinal);

    public static (string Words, Color Color, string Icon) Look(RunSnapshot run) => run is { State: RunState.Running, Stalled: true }
        ? ("Stalled", Color.Warning, Icons.Material.Filled.ReportProblem)
        : Look(run.State);

    public static (string Words, Color Color, string Icon) Look(RunState state) => state switch
    {
        RunState.Queued => ("Queued", Color.Default, Icons.Material.Filled.Schedule),
        RunState.Running => ("Running", Color.Info, Icons.Material.Filled.PlayArrow),
        RunState.Stopping => ("Stopping", Color.Warning, Icons.Material.Filled.Pending),
        RunState.Pausing => ("Pausing", Color.Warning, Icons.Material.Filled.Pending),
        RunState.Paused => ("Paused", Color.Default, Icons.Material.Filled.Pause),
        RunState.Interrupted => ("Interrupted", Color.Warning, Icons.Material.Filled.PowerOff),
        RunState.Cancelled => ("Cancelled", Color.Default, Icons.Material.Filled.Block),
        RunState.Failed => ("Failed", Color.Error, Icons.Material.Filled.ErrorOutline),
        RunState.CompletedWithErrors => ("Done with errors", Color.Warning, Icons.Material.Filled.RuleFolder),
        RunState.Succeeded => ("Succeeded", Color.Success, Icons.Material.Filled.CheckCircleOutline),
        _ => (state.ToString(), Color.Default, Icons.Material.Filled.Help),
    };

    public static bool CanCancel(RunSnapshot run) => run.State is RunState.Queued or RunState.Running or RunState.Pausing or RunState.Paused
        or RunState.Interrupted;

    public static bool CanPause(RunSnapshot run) => run.State is RunState.Running && RunKinds.Of(run.Kind).GoesOn;

    public static bool CanResume(RunSnapshot run) => run.State is RunState.Interrupted or RunState.Paused;

    /// <summary>Time it took, or has taken so far; null before it began.</summary>
    public static TimeSpan? Took(RunSnapshot run, DateTimeOffset now) => run.StartedAt is { } began ? (run.EndedAt ?? now) - began : null;
}
