using System.Globalization;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.QuestionSets;
using RealmWeb.Data.Runs;
using RealmWeb.Engine.Training;
using RealmWeb.Jobs.Commands;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.Training;

/// <summary>What all trainings have in common: each makes a model with a verb of the `realm` command.</summary>
internal abstract class TrainingWork(ChildCommand command, TrainingDesk desk) : CommandWork(command)
{
    /// <summary>The beginning of the command line.</summary>
    protected abstract IReadOnlyList<string> Verb { get; }

    /// <summary>Settings of which nothing was said.</summary>
    internal abstract object Defaults { get; }

    /// <summary>Whether the training makes use of one of the outermost settings, where a file serves several trainings.</summary>
    internal virtual bool Uses(Setting setting) => true;

    /// <summary>Settings with what the command adds to them.</summary>
    internal virtual object Complete(object settings) => settings;

    /// <summary>What the command line says of the weights of question sets.</summary>
    protected virtual IReadOnlyList<string> WeightsOf(TrainingParameters training) => [];

    /// <summary>Throws unless there is something to learn from, beside the corpus.</summary>
    /// <exception cref="ArgumentException">The message says what is missing.</exception>
    protected virtual void RequireLessons(TrainingParameters training, IReadOnlyList<QuestionSet> sets)
    {
        if (sets.Count > 0)
            throw new ArgumentException($"{RunKinds.Of(Kind).Name} learns from the corpus alone. Leave the question sets out.", nameof(training));
    }

    public override async Task<RunPlan> PlanAsync(IRunParameters parameters, CancellationToken cancellationToken)
    {
        var training = parameters.As<TrainingParameters>();
        RequireSettings(training);
        await desk.RequireFreeNameAsync(training.NewModel, cancellationToken);
        RequireLessons(training, desk.Lessons(training));
        LessonWeights.Require(training.Weights, training.QuestionSets ?? []);
        return new RunPlan(desk.Pin(training), training.NewModel, ExclusiveKeys.Machine);
    }

    /// <summary>Throws unless steps and settings can be used.</summary>
    /// <exception cref="ArgumentException">The message says what is wrong.</exception>
    internal void RequireSettings(TrainingParameters training)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(training.Steps, training.Settings.Length > 0 ? 0 : 1, nameof(training));
        TrainingSettings.Require(this, training.Settings);
    }

    public override IReadOnlyList<string> QuestionSetsOf(Run run)
    {
        var training = RunParameters.Of<TrainingParameters>(run);
        return [.. training.QuestionSets ?? [], .. training.Exclude ?? []];
    }

    public override IReadOnlyList<string> ArgumentsOf(Run run)
    {
        var training = RunParameters.Of<TrainingParameters>(run);
        return
        [
            .. Verb, "--corpus", training.Corpus, .. Option("--steps", training.Steps), "--seed", training.Seed.ToString(CultureInfo.InvariantCulture),
            .. Option("--model", training.Model), "--new-model", training.NewModel, .. Option("--config", desk.ConfigurationOf(training)),
            .. desk.FilesOf(training.QuestionSets) is { Count: > 0 } files ? ["--data", .. files] : Array.Empty<string>(),
            .. WeightsOf(training),
            .. desk.FilesOf(training.Exclude) is { Count: > 0 } excluded ? ["--exclude", .. excluded] : Array.Empty<string>(),
            // With nothing to resume the command begins anew, so it can always be asked to resume.
            "--resume",
        ];
    }

    protected override async Task BeginAsync(RunContext run, CancellationToken cancellationToken)
    {
        var training = RunParameters.Of<TrainingParameters>(run.Run);
        if (!run.Run.Begun)
        {
            // What an earlier run of the same name left must not be taken for this run's own; what this run left must.
            if (!training.Continues)
                desk.MakeRoom(training.NewModel);
            await run.MarkBegunAsync(cancellationToken);
        }
        desk.WriteSettings(training);
    }
}
