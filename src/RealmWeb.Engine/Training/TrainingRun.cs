using RealmWeb.Engine.Models;
using RealmWeb.Engine.Progress;

namespace RealmWeb.Engine.Training;

/// <summary>A run that trains a model, in one stage or several: where its checkpoints stand, whether it goes on from them, who hears of it and what stops it.
/// Every kind of training runs in one.</summary>
public sealed class TrainingRun
{
    private readonly string _workFolder;
    private readonly List<TrainingOutcome> _outcomes = [];

    /// <param name="model">Its modules are trained, and stay the caller's. What was fitted to its weights is dropped, since they change: the temperature, and
    /// the mixture when a stage changes the retriever.</param>
    /// <param name="name">Name of the model that comes out.</param>
    /// <param name="workFolder">Each stage has its checkpoints and its log in a folder of this one.</param>
    /// <param name="resume">Go on from the checkpoints; else they are removed.</param>
    public TrainingRun(
        RealmModel model, string name, string workFolder, bool resume, TimeProvider time, IProgress<OperationProgress>? progress, CancellationToken cancelled)
    {
        ArgumentNullException.ThrowIfNull(model);
        (Model, Name, _workFolder, Resume, Time, Progress, Cancelled) = (model.WithoutTemperature(), name, workFolder, resume, time, progress, cancelled);
    }

    /// <summary>The model as it is now: another one after each stage and each <see cref="Change"/>. Whoever holds it for longer than a stage holds an old
    /// one.</summary>
    public RealmModel Model { get; private set; }

    public string Name { get; }

    public bool Resume { get; }

    /// <summary>Folder that relative paths of the settings count from.</summary>
    public string BaseFolder { get; init; } = "";

    public TimeProvider Time { get; }

    public IProgress<OperationProgress>? Progress { get; }

    public CancellationToken Cancelled { get; }

    /// <summary>Folder of a stage.</summary>
    public string FolderOf(string stage) => Path.Combine(_workFolder, stage);

    /// <summary>Puts another model over the same modules in the place of the present one.</summary>
    public void Change(Func<RealmModel, RealmModel> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        Model = change(Model);
    }

    /// <summary>Trains a stage to its end.</summary>
    /// <param name="stage">Name of its folder.</param>
    /// <param name="settings">All that decides the stage's steps: a run that goes on with others is refused.</param>
    /// <param name="measure">See <see cref="TrainingLoop.Run"/>.</param>
    public TrainingOutcome Train(
        string stage, IObjective objective, TrainingOptions options, object settings, Func<long, IReadOnlyDictionary<string, double>>? measure)
    {
        var before = Model.RetrieverHash();
        var outcome = new TrainingLoop(objective, options, FolderOf(stage), Time, settings).Run(Resume, Progress, measure, Cancelled);
        Change(model => model.WithTrainedWeights());
        if (Model.RetrieverHash() != before)
            Change(model => model.WithoutMixture());
        _outcomes.Add(outcome);
        return outcome;
    }

    /// <summary>Measures over what was held out, at each checkpoint.</summary>
    /// <param name="heldOut">Draws from what is held out.</param>
    /// <param name="metrics">Metrics of the objective to measure beside its loss.</param>
    public Func<long, IReadOnlyDictionary<string, double>> Measuring(IObjective heldOut, params IReadOnlyList<string> metrics) =>
        _ => HeldOut.Measure(heldOut, Cancelled, metrics);

    /// <summary>Tells whoever watches what they should know.</summary>
    public void Warn(string warning) => Progress?.Report(new OperationProgress("Training", 0, null, "steps", 0) { Warning = warning });

    /// <summary>Saves the model and gives what its stages amount to.</summary>
    public TrainingSummary Save(string folder)
    {
        Model.Save(folder);
        return TrainingSummary.Of(_outcomes);
    }
}

/// <summary>What the stages of a run amount to.</summary>
/// <param name="Steps">Of all stages.</param>
/// <param name="Seconds">Seconds of this process, of all stages.</param>
/// <param name="TokensPerSecond">Mean over the stages.</param>
/// <param name="Metrics">Of the last stage; null where there was none.</param>
public sealed record TrainingSummary(long Steps, double Seconds, double TokensPerSecond, IReadOnlyDictionary<string, double>? Metrics)
{
    internal static TrainingSummary Of(IReadOnlyList<TrainingOutcome> stages) => stages.Count == 0
        ? new(0, 0, 0, null)
        : new(stages.Sum(stage => stage.Steps), stages.Sum(stage => stage.Seconds), stages.Average(stage => stage.TokensPerSecond), stages[^1].Metrics);
}
