using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Access;
using RealmWeb.Data;
using RealmWeb.Data.Access;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Widgets;
using RealmWeb.Server.Accounts;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Access;

/// <summary>Who may do what in which corpus, for admins.</summary>
internal static class AccessApi
{
    public static void MapAccess(this IEndpointRouteBuilder routes)
    {
        var access = routes.MapGroup($"{ApiRoutes.Corpora}/{{name}}/access").WithTags("Access").RequireAuthorization(Policies.Administering)
            .WithMetadata(new HiddenWhenForbidden());
        access.MapGet("", GetAsync).WithSummary("Who may do what in a corpus");
        access.MapPut("", PutAsync).WithSummary("Say who may do what in a corpus, in place of what was said before; it holds at once");
        var groups = routes.MapGroup(ApiRoutes.Groups).WithTags("Access").RequireAuthorization(Policies.Administering);
        groups.MapGet("", ListGroupsAsync).WithSummary("All groups by name");
        groups.MapPut("{name}", PutGroupAsync).WithSummary("Make a group, or put other members in the place of those that it has");
        groups.MapDelete("{name}", DeleteGroupAsync).WithSummary("Delete a group with its rights; its members stay");
    }

    private static async Task<Results<Ok<CorpusAccessView>, ProblemHttpResult>> GetAsync(
        string name, CorpusLibrary corpora, CorpusGrantStore grants, WidgetStore widgets, CancellationToken cancellationToken) =>
        corpora.Exists(name) ? TypedResults.Ok(await ViewOfAsync(name, grants, widgets, cancellationToken)) : Problems.UnknownCorpus(name);

    private static async Task<Results<Ok<CorpusAccessView>, ProblemHttpResult>> PutAsync(
        string name, SetCorpusAccessRequest request, CorpusLibrary corpora, CorpusGrantStore grants, WidgetStore widgets,
        IOptions<RealmWebOptions> options, CancellationToken cancellationToken)
    {
        if (!corpora.Exists(name))
            return Problems.UnknownCorpus(name);
        if (request.Grants.Any(grant => !Enum.IsDefined(grant.Kind) || !Enum.IsDefined(grant.Role)))
        {
            return Refused($"A right is of a kind or a role that is not there. Kinds are {string.Join(", ", Enum.GetNames<GrantKind>())}, roles "
                + $"{string.Join(", ", Enum.GetNames<CorpusRole>())}.");
        }
        if (request.Grants.Count > CorpusGrantStore.MostNamed)
            return Refused($"{request.Grants.Count} rights are given. Give {CorpusGrantStore.MostNamed} at most, and put people into groups.");
        try
        {
            await grants.SetAsync(name, request.Restricted, request.Grants, HasAccounts(options), cancellationToken);
        }
        catch (GrantRefusedException refused)
        {
            return Refused(refused.Message);
        }
        return TypedResults.Ok(await ViewOfAsync(name, grants, widgets, cancellationToken));
    }

    private static async Task<Ok<IReadOnlyList<UserGroup>>> ListGroupsAsync(CorpusGrantStore grants, CancellationToken cancellationToken) =>
        TypedResults.Ok(await grants.GroupsAsync(cancellationToken));

    private static async Task<Results<Ok<UserGroup>, ProblemHttpResult>> PutGroupAsync(
        string name, SetGroupRequest request, CorpusGrantStore grants, IOptions<RealmWebOptions> options, CancellationToken cancellationToken)
    {
        if (!EntryName.IsValid(name))
            return Problems.BadRequest("bad-group", "Group refused", EntryName.Refusal(name, "a group"));
        if (request.Members.Count > CorpusGrantStore.MostNamed)
        {
            return Problems.BadRequest("bad-group", "Group refused",
                $"The group has {request.Members.Count} members. Give {CorpusGrantStore.MostNamed} at most, and make several groups.");
        }
        try
        {
            await grants.SetGroupAsync(name, request.Members, HasAccounts(options), cancellationToken);
        }
        catch (GrantRefusedException refused)
        {
            return Problems.BadRequest("bad-group", "Group refused", refused.Message);
        }
        return TypedResults.Ok((await grants.GroupsAsync(cancellationToken)).FirstOrDefault(group => group.Name == name) ?? new UserGroup(name, []));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteGroupAsync(
        string name, CorpusGrantStore grants, CancellationToken cancellationToken) =>
        await grants.DeleteGroupAsync(name, cancellationToken)
            ? TypedResults.NoContent()
            : Problems.NotFound("unknown-group", "Unknown group", $"There is no group \"{name}\". Pick one from the list of groups.");

    private static async Task<CorpusAccessView> ViewOfAsync(
        string corpus, CorpusGrantStore grants, WidgetStore widgets, CancellationToken cancellationToken)
    {
        var (restricted, given) = await grants.FindAsync(corpus, cancellationToken);
        return new CorpusAccessView(corpus, restricted, given, await widgets.AskingAsync(corpus, restricted, cancellationToken));
    }

    // Users of an application around are known by their names alone.
    private static bool HasAccounts(IOptions<RealmWebOptions> options) => options.Value.HostRoles is null;

    private static ProblemHttpResult Refused(string detail) => Problems.BadRequest("bad-access", "Rights refused", detail);
}
