using System.Globalization;
using System.Text.Json;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Schedules;
using RealmWeb.Jobs.Runs;
using RealmWeb.Jobs.Training;

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
        var parameters = RunRequests.ParametersOf(run);
        // Each run makes a model of its own. In universal time, so that the hour that clocks show twice gives two names.
        return parameters is TrainingParameters training
            ? training with { NewModel = $"{training.NewModel}-{due.UtcDateTime.ToString("yyyyMMdd-HHmm", CultureInfo.InvariantCulture)}" }
            : parameters;
    }
}
