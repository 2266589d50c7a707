using RealmWeb.Engine.Optimization;
using RealmWeb.Engine.Progress;
using RealmWeb.Engine.Retrieval.Index;
using RealmWeb.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Training;

/// <summary>A <see cref="TrainingLoop"/> on its way: takes steps, and after each measures, logs and saves what is due.</summary>
internal sealed class TrainingPass(
    IObjective objective, TrainingOptions options, BertAdamW optimizer, string folder, TimeProvider time, IReadOnlyDictionary<string, string> settings,
    IProgress<OperationProgress>? progress, Func<long, IReadOnlyDictionary<string, double>>? evaluate)
{
    private readonly TrainingCheckpoints _checkpoints = new(folder, options.KeepCheckpoints);
    private TrainingReports _reports = null!;
    private EarlyStoppingState _stopping = EarlyStoppingState.Start;

    public bool IsOver => optimizer.StepCount >= options.Steps || (options.EarlyStopping is { } early && _stopping.IsOver(early));

    /// <summary>Goes on from the newest checkpoint, with the measurement that it was cancelled in where it was; or removes what an earlier run left.</summary>
    public void Begin(bool resume)
    {
        var warnings = new List<string>();
        var state = resume ? _checkpoints.LoadNewest(objective.Module, optimizer, RefuseOtherSettings, warnings.Add) : null;
        if (!resume)
            _checkpoints.Clear();
        _stopping = state?.Stopping ?? EarlyStoppingState.Start;
        _reports = new TrainingReports(objective, options, optimizer, folder, time, progress, state);
        warnings.ForEach(_reports.Warn);
        objective.Module.train();
        if (state is { Unmeasured: true })
            Conclude(saves: true);
    }

    /// <summary>Takes a step. One that is stopped in between was not taken: a resumed run takes it.</summary>
    /// <exception cref="OperationCanceledException"/>
    public void Step(CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            TakeStep();
        }
        catch (Exception ended) when (ended is IndexException or OperationCanceledException)
        {
            Save();
            throw;
        }
    }

    /// <summary>Measures, logs and saves as is due after a step.</summary>
    public void Conclude() => Conclude(saves: optimizer.StepCount % options.CheckpointEvery == 0 || optimizer.StepCount == options.Steps);

    public void ReportWhenDue() => _reports.ReportWhenDue(isLast: IsOver);

    /// <summary>Puts the best weights in place where they were to be kept.</summary>
    public TrainingOutcome End()
    {
        if (options.EarlyStopping is not null)
        {
            _checkpoints.LoadBest(objective.Module);
            _reports.Measured = _stopping.Best;
        }
        objective.Module.eval();
        return _reports.Outcome();
    }

    // In this order: a run killed in between goes on from the former checkpoint, measures again and drops the line of the log. The other way round, a step
    // that a checkpoint has might stay without a line.
    private void Conclude(bool saves)
    {
        if (saves)
            MeasureOrSaveUnmeasured();
        _reports.LogWhenDue();
        if (saves)
            Save();
    }

    private void MeasureOrSaveUnmeasured()
    {
        try
        {
            Measure();
        }
        catch (OperationCanceledException)
        {
            Save(unmeasured: true);
            throw;
        }
    }

    private void Measure()
    {
        if (evaluate is null)
            return;
        objective.Module.eval();
        _reports.Measured = evaluate(optimizer.StepCount);
        objective.Module.train();
        if (options.EarlyStopping is not { } early)
            return;
        _stopping = _stopping.After(early, optimizer.StepCount, _reports.Measured);
        if (_stopping.BestStep == optimizer.StepCount)
            _checkpoints.SaveBest(objective.Module);
    }

    private void Save(bool unmeasured = false) =>
        _checkpoints.Save(objective.Module, optimizer, new TrainingState(_reports.Meter.State, _reports.Measured, _stopping, settings, unmeasured));

    private void RefuseOtherSettings(TrainingState found)
    {
        if (found.Settings is { } former && RunSettings.Difference(former, settings) is { } difference)
            throw new InvalidOperationException(
                $"The checkpoints in {folder} are of a run with other settings: {difference}. Resume with those, begin anew without --resume, or give the new "
                    + $"model "
                + "another name.");
    }

    private void TakeStep()
    {
        var step = optimizer.StepCount;
        var device = objective.Module.parameters().First().device_type;
        optimizer.ZeroGradients();
        var loss = 0.0;
        for (var part = 0; part < options.Accumulate; part++)
            loss += AddGradients(step * options.Accumulate + part, device) / options.Accumulate;
        var taken = optimizer.Step();
        if (!taken.Applied)
            throw new InvalidOperationException(
                $"The gradients became NaN or infinite at step {step} of {objective.Stage}. Lower the learning rate ({options.LearningRate}) and resume from "
                    + $"the last checkpoint.");
        _reports.Meter.Average("loss", loss);
        _reports.Meter.Average("gradientNorm", taken.GradientNorm);
    }

    // The batch's loss.
    private double AddGradients(long batch, DeviceType device)
    {
        using var scope = NewDisposeScope();
        manual_seed(options.Seed * 1_000_003L + batch);
        StepLoss computed;
        using (options.Precision == ComputePrecision.Bf16 ? new Autocast(device) : null)
            computed = objective.Backward(batch, 1.0 / options.Accumulate);
        _reports.Meter.Count(computed);
        foreach (var (name, value) in computed.Metrics)
            _reports.Meter.Average(name, value);
        return computed.Loss.to(ScalarType.Float32).item<float>();
    }
}
