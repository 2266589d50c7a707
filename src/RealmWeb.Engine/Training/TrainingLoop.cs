using RealmWeb.Engine.Optimization;
using RealmWeb.Engine.Progress;
using RealmWeb.Engine.Retrieval.Index;
using RealmWeb.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

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
    private const double ReportEverySeconds = 1;

    /// <summary>Runs to the last step, from the newest checkpoint in the folder if <paramref name="resume"/>; else the folder's are removed.</summary>
    /// <param name="evaluate">Called with the steps taken at each checkpoint and at the end, in inference mode; its values join the metrics.</param>
    /// <exception cref="InvalidOperationException">The gradients became NaN or infinite, the options ask for what cannot be had here, or the run was begun with
    /// other settings.</exception>
    public TrainingOutcome Run(
        bool resume, IProgress<OperationProgress>? progress, Func<long, IReadOnlyDictionary<string, double>>? evaluate, CancellationToken cancellationToken)
    {
        if (options.EarlyStopping is not null && evaluate is null)
            throw new InvalidOperationException($"Early stopping needs a measurement, and {objective.Stage} has none. Give \"development\" questions (fine-tuning) or a \"heldOutShare\" (training on text), or leave \"earlyStopping\" out.");
        Allocator.KeepFreedMemory();
        var module = objective.Module;
        var device = module.parameters().First().device_type;
        if (options.Precision == ComputePrecision.Bf16 && !Bfloat16.IsFastOn(device))
            throw new InvalidOperationException($"\"precision\": \"bf16\" is for CUDA devices and processors with bfloat16 instructions, but {objective.Stage} trains on {device} without them. Leave it out, or train with --device cuda.");
        using var frozen = new FrozenParameters(module, options.Frozen);
        var trained = module.named_parameters().Where(entry => !frozen.Has(entry.name) && !objective.IsFrozen(entry.name, entry.parameter)).ToList();
        using var optimizer = new BertAdamW(trained, options.Schedule(), options.Rule(), objective.RateFactor);
        var checkpoints = new TrainingCheckpoints(checkpointFolder, options.KeepCheckpoints);
        var given = RunSettings.Of(settings ?? options);
        TrainingState? state = null;
        if (resume)
            state = checkpoints.LoadNewest(module, optimizer, RefuseOtherSettings, Warn);
        else
            checkpoints.Clear();

        var meter = new TrainingMeter(time, state?.Meter);
        var measured = state?.Measured ?? new Dictionary<string, double>();
        var stopping = state?.Stopping ?? EarlyStoppingState.Start;
        var (first, reported) = (optimizer.StepCount, time.GetTimestamp());
        var unmeasured = state is { Unmeasured: true };
        var log = new TrainingLog(checkpointFolder, options.Steps, unmeasured ? first - 1 : first);
        var warned = new HashSet<string>();
        module.train();
        if (unmeasured)
            Conclude(first, saves: true);
        while (optimizer.StepCount < options.Steps && !IsOver())
        {
            if (cancellationToken.IsCancellationRequested)
            {
                Save();
                cancellationToken.ThrowIfCancellationRequested();
            }
            try
            {
                Step(optimizer, meter, device);
            }
            catch (Exception ended) when (ended is IndexException or OperationCanceledException)
            {
                // The step was not taken: a resumed run takes it.
                Save();
                throw;
            }
            var step = optimizer.StepCount;
            Conclude(step, saves: step % options.CheckpointEvery == 0 || step == options.Steps);
            if (time.GetElapsedTime(reported).TotalSeconds >= ReportEverySeconds || step == options.Steps || IsOver())
            {
                reported = time.GetTimestamp();
                progress?.Report(Progress());
            }
        }
        if (options.EarlyStopping is not null)
        {
            checkpoints.LoadBest(module);
            measured = stopping.Best;
        }
        module.eval();
        return new TrainingOutcome(optimizer.StepCount, meter.Seconds, meter.TokensPerSecond, Metrics());

        bool IsOver() => options.EarlyStopping is { } early && stopping.IsOver(early);

        void Save(bool unmeasured = false) => checkpoints.Save(module, optimizer, new TrainingState(meter.State, measured, stopping, given, unmeasured));

        void RefuseOtherSettings(TrainingState found)
        {
            if (found.Settings is { } former && RunSettings.Difference(former, given) is { } difference)
                throw new InvalidOperationException($"The checkpoints in {checkpointFolder} are of a run with other settings: {difference}. Resume with those, begin anew without --resume, or give the new model another name.");
        }

        // Measures, logs, saves, in this order: a run killed in between goes on from the former checkpoint, measures again and drops the line. The other
        // way round, a step that a checkpoint has might stay without a line.
        void Conclude(long step, bool saves)
        {
            if (saves)
                EvaluateOrSaveUnmeasured();
            if (log.Takes(step))
                Log(step);
            if (saves)
                Save();
        }

        void EvaluateOrSaveUnmeasured()
        {
            try
            {
                Evaluate();
            }
            catch (OperationCanceledException)
            {
                Save(unmeasured: true);
                throw;
            }
        }

        void Log(long step)
        {
            var metrics = Metrics();
            log.Add(new TrainingLogEntry(step, metrics));
            if (objective.Warning(metrics) is { } warning && warned.Add(warning))
                Warn(warning);
        }

        void Evaluate()
        {
            if (evaluate is null)
                return;
            module.eval();
            measured = evaluate(optimizer.StepCount);
            module.train();
            if (options.EarlyStopping is not { } early)
                return;
            stopping = stopping.After(early, optimizer.StepCount, measured);
            if (stopping.BestStep == optimizer.StepCount)
                checkpoints.SaveBest(module);
        }

        OperationProgress Progress() => new(objective.Stage, optimizer.StepCount, options.Steps, "steps", (optimizer.StepCount - first) / meter.Seconds)
        {
            Metrics = Metrics(),
        };

        void Warn(string warning) => progress?.Report(
            new OperationProgress(objective.Stage, optimizer.StepCount, options.Steps, "steps", 0) { Warning = warning });

        Dictionary<string, double> Metrics()
        {
            var metrics = meter.Metrics();
            metrics["learningRate"] = optimizer.Schedule.At(Math.Max(0, optimizer.StepCount - 1));
            foreach (var (name, value) in measured)
                metrics[name] = value;
            return metrics;
        }
    }

    private void Step(BertAdamW optimizer, TrainingMeter meter, DeviceType device)
    {
        var step = optimizer.StepCount;
        optimizer.ZeroGradients();
        var loss = 0.0;
        for (var part = 0; part < options.Accumulate; part++)
        {
            using var scope = NewDisposeScope();
            var batch = step * options.Accumulate + part;
            manual_seed(options.Seed * 1_000_003L + batch);
            StepLoss computed;
            using (options.Precision == ComputePrecision.Bf16 ? new Autocast(device) : null)
                computed = objective.Backward(batch, 1.0 / options.Accumulate);
            loss += computed.Loss.to(ScalarType.Float32).item<float>() / options.Accumulate;
            meter.Count(computed);
            foreach (var (name, value) in computed.Metrics)
                meter.Average(name, value);
        }
        var taken = optimizer.Step();
        if (!taken.Applied)
            throw new InvalidOperationException(
                $"The gradients became NaN or infinite at step {step} of {objective.Stage}. Lower the learning rate ({options.LearningRate}) and resume from the last checkpoint.");
        meter.Average("loss", loss);
        meter.Average("gradientNorm", taken.GradientNorm);
    }
}
