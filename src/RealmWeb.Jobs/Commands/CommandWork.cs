using System.Diagnostics;
using System.Globalization;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Runs;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.Commands;

/// <summary>Work that the `realm` program does as a child process, and resumes from what it left on disk.</summary>
internal abstract class CommandWork(ChildCommand command) : IRunWork
{
    public abstract RunKind Kind { get; }

    /// <summary>Whether answering goes first where both want the processor.</summary>
    protected virtual bool GivesWay => true;

    public abstract Task<RunPlan> PlanAsync(IRunParameters parameters, CancellationToken cancellationToken);

    /// <summary>Verb and options of a run.</summary>
    /// <exception cref="RunFailedException">Something that the run needs is gone.</exception>
    public abstract IReadOnlyList<string> ArgumentsOf(Run run);

    public virtual IReadOnlyList<string> QuestionSetsOf(Run run) => [];

    public async Task<RunOutcome> ExecuteAsync(RunContext run, CancellationToken cancellationToken)
    {
        await BeginAsync(run, cancellationToken);
        var listener = new ChildListener(run);
        var result = await command.RunAsync(
            [.. ArgumentsOf(run.Run), "--run", run.Run.Id.ToString(), "--progress", "json", "--json"], GivesWay, Started, listener.Hear, cancellationToken);
        await run.SetChildAsync(null, CancellationToken.None);
        if (result.ExitCode != 0)
            throw new RunFailedException(ChildCommand.Describe(result));
        var json = result.Output.Trim() is { Length: > 0 } printed ? printed : null;
        return new RunOutcome(ResultJson: json, Figures: json is null ? null : FiguresOf(json));

        // Null where it has ended already: there is nothing to watch any more, and what it printed tells how it went.
        Task Started(Process process) => run.SetChildAsync(ProcessIdentity.Of(process), CancellationToken.None);
    }

    /// <summary>What has to be done before the child starts.</summary>
    protected virtual Task BeginAsync(RunContext run, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>What was measured in the end; null for none.</summary>
    protected virtual IReadOnlyDictionary<string, double>? FiguresOf(string resultJson) => null;

    /// <summary>An option with a name that may be empty, for the command's default.</summary>
    protected static IReadOnlyList<string> Option(string name, string value) => value.Length == 0 ? [] : [name, value];

    /// <summary>An option with a number that may be 0, for the command's default.</summary>
    protected static IReadOnlyList<string> Option(string name, int value) => value == 0 ? [] : [name, value.ToString(CultureInfo.InvariantCulture)];
}
