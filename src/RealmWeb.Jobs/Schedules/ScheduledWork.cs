using System.Globalization;
using System.Text.Json;
using RealmWeb.Contracts.Chains;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Schedules;
using RealmWeb.Jobs.Runs;
using RealmWeb.Jobs.Training;

namespace RealmWeb.Jobs.Schedules;

/// <summary>From what a schedule holds to what is started: the one place that knows what can be scheduled.</summary>
internal static class ScheduledWork
{
    /// <summary>Of a schedule that starts runs.</summary>
    public static RunOrder RunOf(Schedule schedule) => JsonSerializer.Deserialize<RunOrder>(schedule.RunJson)!;

    /// <returns>Null for a schedule that starts runs.</returns>
    public static ChainOrder? ChainOf(Schedule schedule) =>
        schedule.ChainJson is { } json ? JsonSerializer.Deserialize<ChainOrder>(json) : null;

    /// <param name="due">The time that it is started for.</param>
    /// <exception cref="ArgumentException">The kind cannot be scheduled, or its request is missing.</exception>
    public static IRunParameters ParametersOf(RunOrder run, DateTimeOffset due)
    {
        var parameters = RunRequests.ParametersOf(run);
        return parameters is TrainingParameters training ? training with { NewModel = NameOf(training.NewModel, due) } : parameters;
    }

    /// <param name="due">The time that it is started for.</param>
    public static StartChainRequest RequestOf(ChainOrder order, DateTimeOffset due) =>
        string.IsNullOrEmpty(order.Chain.Candidate) ? order.Chain : order.Chain with { Candidate = NameOf(order.Chain.Candidate, due) };

    public static string TooFew(int labels, int wanted) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(labels == 0 ? "No label is" : labels == 1 ? "1 label is" : $"{labels} labels are")} new since the last chain; it starts from {wanted} on.");

    // Each one makes a model of its own. In universal time, so that the hour that clocks show twice gives two names.
    private static string NameOf(string model, DateTimeOffset due) =>
        $"{model}-{due.UtcDateTime.ToString("yyyyMMdd-HHmm", CultureInfo.InvariantCulture)}";
}
