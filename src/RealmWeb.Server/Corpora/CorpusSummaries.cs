using System.Security.Claims;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Data.Corpora;
using RealmWeb.Jobs.Answering;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Server.Corpora;

/// <summary>Corpora as they are shown.</summary>
internal sealed class CorpusSummaries(CorpusLibrary library, AnswerService answers, RunReader runs)
{
    public async Task<List<CorpusSummary>> ListAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var summaries = new List<CorpusSummary>();
        foreach (var info in library.List())
            summaries.Add(await OfAsync(info, user, cancellationToken));
        return summaries;
    }

    public async Task<CorpusSummary?> FindAsync(string name, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        library.Find(name) is { } corpus ? await OfAsync(corpus.Info(), user, cancellationToken) : null;

    private async Task<CorpusSummary> OfAsync(CorpusInfo info, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var index = answers.StateOf(info.Name);
        // Runs are for admins, so is their number.
        var run = user.IsInRole(Roles.Admin) ? await runs.FindActiveAsync(info.Name, cancellationToken) : null;
        return new CorpusSummary(
            info.Name, info.Title, info.Documents, info.Blocks, index.Generation, index.Blocks, index.Stale, index.Model, run?.Id, info.ChangedAt);
    }
}
