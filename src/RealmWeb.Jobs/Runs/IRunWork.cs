using System.Text.Json;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Runs;

namespace RealmWeb.Jobs.Runs;

/// <summary>What a run is started with. It is stored with the run as JSON, but for the kind, which the run has.</summary>
public interface IRunParameters
{
    RunKind Kind { get; }
}

/// <summary>Reads what runs were started with.</summary>
public static class RunParameters
{
    /// <exception cref="RunFailedException">The run has none.</exception>
    public static T Of<T>(Run run)
        where T : class, IRunParameters
    {
        ArgumentNullException.ThrowIfNull(run);
        return JsonSerializer.Deserialize<T>(run.ParametersJson) ?? throw new RunFailedException($"Run {run.Id} has no parameters. Start it again.");
    }

    /// <exception cref="ArgumentException">They are of another kind.</exception>
    internal static T As<T>(this IRunParameters given)
        where T : class, IRunParameters =>
        given as T ?? throw new ArgumentException(
            $"{RunKinds.Of(given.Kind).Name} cannot be started with {given.GetType().Name}. Use {typeof(T).Name}.", nameof(given));
}

/// <summary>A run that was found fit to be queued.</summary>
/// <param name="Parameters">As given, with what must not change while the run waits filled in.</param>
/// <param name="Target">What the run works on, for people: corpus or model name.</param>
/// <param name="ExclusiveKey">Runs with the same key never work at once, see <see cref="ExclusiveKeys"/>.</param>
/// <param name="JoinsWaiting">A waiting run with the same parameters is taken instead of a second.</param>
internal sealed record RunPlan(IRunParameters Parameters, string Target, string ExclusiveKey, bool JoinsWaiting = false);

/// <summary>How work ended that was neither broken off nor failed.</summary>
/// <param name="LeftOut">What could not be done, in one sentence; null when everything was.</param>
/// <param name="ResultJson">What came out.</param>
/// <param name="Figures">What was measured in the end, to be shown with the run; null for none.</param>
/// <param name="Then">A run to be queued after this one, in the name of whoever started this one; null for none.</param>
internal sealed record RunOutcome(
    string? LeftOut = null, string? ResultJson = null, IReadOnlyDictionary<string, double>? Figures = null, IRunParameters? Then = null);

/// <summary>How one kind of run is done, from its arguments to what it leaves. Every class that implements this is registered. The work is written
/// to be broken off anywhere and begun again.</summary>
internal interface IRunWork
{
    RunKind Kind { get; }

    /// <summary>Checks what is asked for, before a run is queued.</summary>
    /// <exception cref="ArgumentException">It cannot be done; the message says why.</exception>
    Task<RunPlan> PlanAsync(IRunParameters parameters, CancellationToken cancellationToken);

    /// <exception cref="OperationCanceledException">The work was broken off through the token.</exception>
    /// <exception cref="RunFailedException">It cannot be done.</exception>
    Task<RunOutcome> ExecuteAsync(RunContext run, CancellationToken cancellationToken);

    /// <summary>Removes what only a run needs that is not over. Called once the run is final; may be called twice.</summary>
    void CleanUp(Run run)
    {
    }

    /// <summary>Names of the question sets that a run reads.</summary>
    IReadOnlyList<string> QuestionSetsOf(Run run) => [];
}

/// <summary>The run cannot be done; the message is shown as it is.</summary>
public sealed class RunFailedException(string message) : Exception(message);
