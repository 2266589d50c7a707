namespace RealmWeb.Engine.Progress;

/// <summary>How far a long operation is.</summary>
/// <param name="Stage">What is being done, in words.</param>
/// <param name="Done">Units done.</param>
/// <param name="Total">Units in all; null while unknown.</param>
/// <param name="Unit">What is counted: blocks, steps, pieces.</param>
/// <param name="RatePerSecond">Units a second.</param>
public sealed record OperationProgress(string Stage, long Done, long? Total, string Unit, double RatePerSecond)
{
    /// <summary>Named values at this point: loss, tokensPerSecond.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>Something that whoever watches should know, in a sentence; null mostly.</summary>
    public string? Warning { get; init; }

    /// <summary>Time left at the present rate; null while unknown.</summary>
    public TimeSpan? TimeLeft => Total is { } total && RatePerSecond > 0 ? TimeSpan.FromSeconds((total - Done) / RatePerSecond) : null;
}
