namespace RealmWeb.Engine.Training;

/// <summary>What <see cref="EarlyStoppingOptions"/> has seen so far; part of a checkpoint.</summary>
/// <param name="BestStep">Optimiser steps that the best weights had taken; 0 before the first measurement.</param>
/// <param name="Best">Everything measured there.</param>
/// <param name="Waited">Measurements since.</param>
public sealed record EarlyStoppingState(long BestStep, IReadOnlyDictionary<string, double> Best, int Waited)
{
    public static EarlyStoppingState Start { get; } = new(0, new Dictionary<string, double>(), 0);

    /// <summary>The state after one more measurement; its <see cref="BestStep"/> is <paramref name="step"/> where that was the best so far.</summary>
    /// <exception cref="InvalidOperationException">The metric is not among what was measured, or not a number.</exception>
    public EarlyStoppingState After(EarlyStoppingOptions options, long step, IReadOnlyDictionary<string, double> measured)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(measured);
        if (!measured.TryGetValue(options.Metric, out var value) || double.IsNaN(value))
            throw new InvalidOperationException(
                $"Early stopping waits for the metric \"{options.Metric}\", but measured were "
                    + $"{(measured.Count == 0 ? "none" : string.Join(", ", measured.Keys))}. Name one of these in \"earlyStopping\".");
        var better = BestStep == 0
            || (options.HigherIsBetter ?? !options.Metric.EndsWith("loss", StringComparison.OrdinalIgnoreCase) ? value > Best[options.Metric]
            : value < Best[options.Metric]);
        return better ? new(step, new Dictionary<string, double>(measured), 0) : this with { Waited = Waited + 1 };
    }

    /// <summary>Whether the run ends here.</summary>
    public bool IsOver(EarlyStoppingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Patience > 0 && Waited >= options.Patience;
    }
}
