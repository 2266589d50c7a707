using System.Security.Claims;
using Microsoft.Extensions.Options;
using RealmWeb.Contracts.Access;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Data.Access;
using RealmWeb.Data.Widgets;
using RealmWeb.Server.Hosting;
using RealmWeb.Server.Widgets;

namespace RealmWeb.Server.Access;

/// <summary>Decides who may do what in which corpus: an administrator everything in all of them; others what their role says in corpora that are open
/// to everybody, and in any corpus what they, or a group of theirs, were given there; a widget asks its corpora. Nothing is remembered between
/// decisions.</summary>
internal sealed class CorpusAccess(CorpusGrantStore grants, WidgetStore widgets, IOptions<RealmWebOptions> options)
{
    public async Task<CorpusRights> OfAsync(ClaimsPrincipal? user, CancellationToken cancellationToken)
    {
        if (WidgetCaller.Of(user) is { } caller)
            return CorpusRights.AskingIn((await widgets.FindUsableAsync(caller.WidgetId, cancellationToken))?.Corpora ?? []);
        if (user?.IsInRole(Roles.Admin) == true)
            return CorpusRights.All;
        var (restricted, granted) = await grants.OfAsync(user?.Identity?.Name ?? "", cancellationToken);
        return new CorpusRights(RoleOf(user), restricted, granted);
    }

    // Accounts without a role may do what strangers may.
    private CorpusRole? RoleOf(ClaimsPrincipal? user) =>
        user?.IsInRole(Roles.Curator) == true ? CorpusRole.Curator
        : user?.IsInRole(Roles.Annotator) == true ? CorpusRole.Annotator
        : user?.IsInRole(Roles.Asker) == true || options.Value.OpenAsking ? CorpusRole.Asker
        : null;
}
