using RealmWeb.Contracts.Runs;
using RealmWeb.Data.QuestionSets;
using RealmWeb.Data.Runs;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.QuestionSets;

/// <summary>Which runs that are not over need a question set.</summary>
public sealed class QuestionSetUses
{
    private static readonly RunFilter Open = new(RunTransitions.Open, RunKinds.Where(kind => kind.QuestionSets != QuestionSetUse.None), Take: 1000);

    private readonly RunStore _runs;
    private readonly RunWorks _works;

    internal QuestionSetUses(RunStore runs, RunWorks works) => (_runs, _works) = (runs, works);

    /// <summary>One of them; null when there is none.</summary>
    public async Task<Run?> FindOpenAsync(string questionSet, CancellationToken cancellationToken) =>
        (await _runs.ListAsync(Open, cancellationToken)).FirstOrDefault(run => _works.Of(run.Kind).QuestionSetsOf(run).Contains(questionSet));
}

internal static class QuestionSetFiles
{
    /// <summary>The file of a set that a run needs.</summary>
    /// <exception cref="RunFailedException">The set is gone.</exception>
    public static string RequireFile(this QuestionSetLibrary questionSets, string name)
    {
        try
        {
            return questionSets.FileOf(name);
        }
        catch (QuestionSetNotFoundException gone)
        {
            throw new RunFailedException(gone.Message);
        }
    }
}
