using RealmWeb.Data.Runs;

namespace RealmWeb.Jobs.Runs;

/// <summary>How work ended that was neither broken off nor failed.</summary>
/// <param name="LeftOut">What could not be done, in one sentence; null when everything was.</param>
/// <param name="ResultJson">What came out.</param>
/// <param name="Figures">What was measured in the end, to be shown with the run; null for none.</param>
internal sealed record RunOutcome(string? LeftOut = null, string? ResultJson = null, IReadOnlyDictionary<string, double>? Figures = null);

/// <summary>One kind of long work. Written to be broken off anywhere and begun again.</summary>
internal interface IRunWork
{
    IReadOnlyList<RunKind> Kinds { get; }

    /// <exception cref="OperationCanceledException">The work was broken off through the token.</exception>
    Task<RunOutcome> ExecuteAsync(RunContext run, CancellationToken cancellationToken);
}

/// <summary>The run cannot be done; the message is shown as it is.</summary>
public sealed class RunFailedException(string message) : Exception(message);
