using System.Security.Claims;
using RealmWeb.Contracts.Access;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Data.Access;
using RealmWeb.Data.Corpora;
using RealmWeb.Jobs.Answering;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Server.Corpora;

/// <summary>Corpora as they are shown.</summary>
internal sealed class CorpusSummaries(CorpusLibrary library, AskableCorpora askable, CorpusGrantStore grants, RunReader runs)
{
    public async Task<List<CorpusSummary>> ListAsync(CorpusRights rights, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var summaries = new List<CorpusSummary>();
        var restricted = await grants.RestrictedAsync(cancellationToken);
        foreach (var condition in library.Conditions())
        {
            if (rights.In(condition.Name) is { } role)
                summaries.Add(await OfAsync(condition, role, user, cancellationToken) with { Role = role, Restricted = restricted.Contains(condition.Name) });
        }
        return summaries;
    }

    public async Task<CorpusSummary?> FindAsync(string name, CorpusRights rights, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        rights.In(name) is { } role && library.FindCondition(name) is { } condition
            ? await OfAsync(condition, role, user, cancellationToken) with
            {
                Role = role, Restricted = (await grants.RestrictedAsync(cancellationToken)).Contains(name),
            }
            : null;

    /// <summary>What was fitted to a corpus.</summary>
    public static CorpusFitSummary Of(CorpusFit fit) => new(fit.Model, fit.Questions, fit.NullBias is not null, fit.FittedAt);

    private async Task<CorpusSummary> OfAsync(
        CorpusCondition condition, CorpusRole role, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (condition.Info is not { } info)
        {
            return new CorpusSummary(
                condition.Name, condition.Name, 0, 0, null, 0, false, null, null, DateTimeOffset.UnixEpoch,
                user.IsInRole(Roles.Admin) ? condition.Damage : "This corpus is damaged and cannot be read. An administrator can repair it.");
        }
        var index = askable.IndexOf(info.Name);
        // Only who may look after the run gets its number.
        var run = role >= CorpusRole.Curator ? await runs.FindActiveAsync(info.Name, cancellationToken) : null;
        return new CorpusSummary(
            info.Name, info.Title, info.Documents, info.Blocks, index.Generation, index.Blocks, index.Stale, index.Model, run?.Id, info.ChangedAt,
            IndexDamage: index.Damage is null || user.IsInRole(Roles.Admin) ? index.Damage : "The index is damaged. Its curators can build it again.")
        {
            Fit = CorpusFit.Find(library.Open(info.Name)) is { } fit ? Of(fit) : null,
        };
    }
}
