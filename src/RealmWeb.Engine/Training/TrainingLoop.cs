using RealmWeb.Engine.Optimization;
using RealmWeb.Engine.Progress;
using RealmWeb.Engine.Tensors;

namespace RealmWeb.Engine.Training;

/// <summary>What a finished stage of training amounts to.</summary>
/// <param name="Steps">Optimiser steps taken, those before a resume included.</param>
/// <param name="Seconds">Seconds of this process.</param>
/// <param name="TokensPerSecond">Tokens a second of this process.</param>
public sealed record TrainingOutcome(long Steps, double Seconds, double TokensPerSecond, IReadOnlyDictionary<string, double> Metrics);

/// <summary>Minimises an objective: draws, gradients, accumulation, clipping, optimiser, warm-up and decay, evaluation, checkpoints.</summary>
/// <remarks>Weights, moments and step number are all that decides a step: draws and dropout depend on seed and step alone, so that a run killed
/// at any moment and resumed from its checkpoint ends with the same bits on the CPU.</remarks>
/// <param name="settings">All that was set for the run, where that is more than <paramref name="options"/>: what it is resumed with must be the same.</param>
public sealed class TrainingLoop(IObjective objective, TrainingOptions options, string checkpointFolder, TimeProvider time, object? settings = null)
{
    /// <summary>Runs to the last step, from the newest checkpoint in the folder if <paramref name="resume"/>; else the folder's are removed.</summary>
    /// <param name="evaluate">Called with the steps taken at each checkpoint and at the end, in inference mode; its values join the metrics.</param>
    /// <exception cref="InvalidOperationException">The gradients became NaN or infinite, the options ask for what cannot be had here, or the run was begun with
    /// other settings.</exception>
    public TrainingOutcome Run(
        bool resume, IProgress<OperationProgress>? progress, Func<long, IReadOnlyDictionary<string, double>>? evaluate, CancellationToken cancellationToken)
    {
        RequireMeasurement(evaluate is not null);
        RequirePrecision();
        Allocator.KeepFreedMemory();
        using var frozen = new FrozenParameters(objective.Module, options.Frozen);
        using var optimizer = new BertAdamW(Trained(frozen), options.Schedule(), options.Rule(), objective.RateFactor);
        var pass = new TrainingPass(objective, options, optimizer, checkpointFolder, time, RunSettings.Of(settings ?? options), progress, evaluate);
        pass.Begin(resume);
        while (!pass.IsOver)
        {
            pass.Step(cancellationToken);
            pass.Conclude();
            pass.ReportWhenDue();
        }
        return pass.End();
    }

    private List<(string Name, TorchSharp.Modules.Parameter Parameter)> Trained(FrozenParameters frozen) =>
        [.. objective.Module.named_parameters().Where(entry => !frozen.Has(entry.name) && !objective.IsFrozen(entry.name, entry.parameter))];

    private void RequireMeasurement(bool measures)
    {
        if (options.EarlyStopping is not null && !measures)
            throw new InvalidOperationException(
                $"Early stopping needs a measurement, and {objective.Stage} has none. Give \"development\" questions (fine-tuning) or a \"heldOutShare\" "
                + "(training on text), or leave \"earlyStopping\" out.");
    }

    private void RequirePrecision()
    {
        var device = objective.Module.parameters().First().device_type;
        if (options.Precision == ComputePrecision.Bf16 && !Bfloat16.IsFastOn(device))
            throw new InvalidOperationException(
                $"\"precision\": \"bf16\" is for CUDA devices and processors with bfloat16 instructions, but {objective.Stage} trains on {device} without "
                    + $"them. "
                + "Leave it out, or train with --device cuda.");
    }
}
