using System.Globalization;
using System.Text.Json;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts.Schedules;
using RealmWeb.Data.Schedules;
using RealmWeb.Jobs.Corpora;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.Schedules;

/// <summary>From what a schedule holds to what is started: the one place that knows what can be scheduled.</summary>
internal static class ScheduledRuns
{
    public static RunOrder Of(Schedule schedule) => JsonSerializer.Deserialize<RunOrder>(schedule.RunJson)!;

    public static string Json(RunOrder run) => JsonSerializer.Serialize(run);

    /// <param name="due">The time that it is started for.</param>
    /// <exception cref="ArgumentException">The kind cannot be scheduled, or its request is missing.</exception>
    public static IRunParameters ParametersOf(RunOrder run, DateTimeOffset due)
    {
        var kind = RunKinds.Of(run.Kind);
        return kind.Produces switch
        {
            RunProduct.Index => new IndexBuildParameters(Required(run.IndexOf, kind, "indexOf")),
            RunProduct.Figures => RunRequests.ParametersOf(Required(run.Evaluation, kind, "evaluation")),
            RunProduct.Model => TrainingOf(Required(run.Training, kind, "training") with { Kind = run.Kind }, due),
            _ => throw new ArgumentException(
                $"{kind.Name} cannot be scheduled. Use one of {string.Join(", ", RunKinds.Where(other => other.StartsAlone))}.", nameof(run)),
        };
    }

    // Each run makes a model of its own. In universal time, so that the hour that clocks show twice gives two names.
    private static IRunParameters TrainingOf(StartTrainingRequest training, DateTimeOffset due) => RunRequests.ParametersOf(
        training with { NewModel = $"{training.NewModel}-{due.UtcDateTime.ToString("yyyyMMdd-HHmm", CultureInfo.InvariantCulture)}" });

    private static T Required<T>(T? part, RunKindInfo kind, string name)
        where T : class =>
        part ?? throw new ArgumentException($"{kind.Name} needs the part \"{name}\" of what is run. Fill it in.", nameof(part));
}
