using System.Diagnostics;
using RealmWeb.Engine.Optimization;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Training;

/// <summary>What a finished or cancelled stage of training amounts to.</summary>
public sealed record TrainingOutcome(long Steps, double Seconds, double TokensPerSecond, IReadOnlyDictionary<string, double> Metrics);

/// <summary>Minimises an objective: draws, gradients, clipping, BERT's optimiser, warm-up and decay, checkpoints.</summary>
/// <remarks>Weights, moments and step number are all there is: draws and dropout depend on seed and step alone, so that a run killed at any
/// moment and resumed from its checkpoint ends with the same bits on the CPU.</remarks>
public sealed class TrainingLoop(IObjective objective, TrainingOptions options, string checkpointFolder, TimeProvider time)
{
    private const double ReportEverySeconds = 1;

    /// <summary>Runs to the last step, from the newest checkpoint in the folder if <paramref name="resume"/>.</summary>
    /// <param name="evaluate">Called at each checkpoint and at the end, in inference mode; its values join the metrics.</param>
    public TrainingOutcome Run(
        bool resume, IProgress<TrainingProgress>? progress, Func<IReadOnlyDictionary<string, double>>? evaluate, CancellationToken cancellationToken)
    {
        var module = objective.Module;
        var trained = module.named_parameters().Where(entry => !objective.IsFrozen(entry.name, entry.parameter)).ToList();
        var schedule = new LinearSchedule(options.LearningRate, options.WarmUpSteps, options.Steps);
        using var optimizer = new BertAdamW(
            trained, schedule, new BertAdamWOptions(Beta2: options.Beta2, WeightDecay: options.WeightDecay, MaxGradientNorm: options.ClipNorm, BiasCorrection: options.BiasCorrection));
        var checkpoint = new TrainingCheckpoint(checkpointFolder);
        long step = 0;
        if (resume && checkpoint.TryLoad(module, optimizer))
            step = optimizer.StepCount;

        var started = time.GetTimestamp();
        var reported = started;
        var first = step;
        long tokens = 0, padded = 0, examples = 0;
        var smooth = new Dictionary<string, double>();
        IReadOnlyDictionary<string, double> measured = new Dictionary<string, double>();
        module.train();
        for (; step < options.Steps; step++)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                checkpoint.Save(module, optimizer);
                cancellationToken.ThrowIfCancellationRequested();
            }
            using (NewDisposeScope())
            {
                manual_seed(options.Seed * 1_000_003L + step);
                optimizer.ZeroGradients();
                var loss = objective.Backward(step);
                var taken = optimizer.Step();
                if (!taken.Applied)
                    throw new InvalidOperationException(
                        $"The gradients became NaN or infinite at step {step} of {objective.Stage}. Lower the learning rate ({options.LearningRate}) and resume from the last checkpoint.");
                tokens += loss.Tokens;
                padded += loss.PaddedTokens;
                examples += loss.Examples;
                Average(smooth, "loss", loss.Loss.item<float>());
                Average(smooth, "gradientNorm", taken.GradientNorm);
                foreach (var (name, value) in loss.Metrics)
                    Average(smooth, name, value);
            }
            if ((step + 1) % options.CheckpointEvery == 0 || step + 1 == options.Steps)
            {
                checkpoint.Save(module, optimizer);
                if (evaluate is not null)
                {
                    module.eval();
                    measured = evaluate();
                    module.train();
                }
            }
            if (progress is not null && (time.GetElapsedTime(reported).TotalSeconds >= ReportEverySeconds || step + 1 == options.Steps))
            {
                reported = time.GetTimestamp();
                progress.Report(new TrainingProgress(objective.Stage, step + 1, options.Steps, "steps", (step + 1 - first) / time.GetElapsedTime(started).TotalSeconds)
                {
                    Metrics = Metrics(step),
                });
            }
        }
        module.eval();
        var seconds = time.GetElapsedTime(started).TotalSeconds;
        return new TrainingOutcome(options.Steps, seconds, tokens / Math.Max(1e-3, seconds), Metrics(options.Steps - 1));

        Dictionary<string, double> Metrics(long at)
        {
            var elapsed = Math.Max(1e-3, time.GetElapsedTime(started).TotalSeconds);
            var metrics = new Dictionary<string, double>(smooth)
            {
                ["learningRate"] = schedule.At(at),
                ["tokensPerSecond"] = tokens / elapsed,
                ["examplesPerSecond"] = examples / elapsed,
                ["paddingShare"] = padded == 0 ? 0 : 1 - (double)tokens / padded,
                ["memoryMiB"] = Process.GetCurrentProcess().WorkingSet64 / 1048576.0,
            };
            foreach (var (name, value) in measured)
                metrics[name] = value;
            return metrics;
        }
    }

    private static void Average(Dictionary<string, double> smooth, string name, double value) =>
        smooth[name] = smooth.TryGetValue(name, out var old) ? 0.98 * old + 0.02 * value : value;
}
