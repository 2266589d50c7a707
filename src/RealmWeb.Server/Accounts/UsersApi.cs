using Microsoft.AspNetCore.Http.HttpResults;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Data.Accounts;
using RealmWeb.Server.Hosting;
using RealmWeb.Server.Questions;

namespace RealmWeb.Server.Accounts;

/// <summary>Accounts, for admins. The last admin can neither be deleted nor lose the role.</summary>
internal static class UsersApi
{
    public static void MapUsers(this IEndpointRouteBuilder routes)
    {
        var users = routes.MapGroup(ApiRoutes.Users).WithTags("Accounts").RequireAuthorization(Policies.Administering).AddEndpointFilter<AccountProblems>();
        users.MapGet("", ListAsync).WithSummary("All accounts by name");
        users.MapPost("", PostAsync).WithSummary("Make an account");
        users.MapPut("{id}/roles", SetRolesAsync).WithSummary("Replace the roles of an account, in its open sessions too");
        users.MapPut("{id}/password", SetPasswordAsync).WithSummary("Give an account another password; it is unlocked and signed out everywhere");
        users.MapDelete("{id}", DeleteAsync).WithSummary("Delete an account with its sessions and the questions kept of it");
    }

    private static async Task<Ok<List<UserSummary>>> ListAsync(AccountStore accounts, TimeProvider time, CancellationToken cancellationToken) =>
        TypedResults.Ok((await accounts.ListAsync(cancellationToken)).Select(account => SummaryOf(account.User, account.Roles, time)).ToList());

    private static async Task<Results<Created<UserSummary>, ProblemHttpResult>> PostAsync(
        CreateUserRequest request, AccountStore accounts, TimeProvider time, CancellationToken cancellationToken)
    {
        if (UnknownRole(request.Roles) is { } unknown)
            return unknown;
        var user = await accounts.CreateAsync(request.UserName, request.Password, request.Roles, cancellationToken);
        return TypedResults.Created(ApiRoutes.User(user.Id), SummaryOf(user, request.Roles, time));
    }

    private static async Task<Results<Ok<UserSummary>, ProblemHttpResult>> SetRolesAsync(
        string id, SetRolesRequest request, AccountStore accounts, HubSessions hubs, TimeProvider time, CancellationToken cancellationToken)
    {
        if (UnknownRole(request.Roles) is { } unknown)
            return unknown;
        var user = await accounts.SetRolesAsync(id, request.Roles, cancellationToken);
        await hubs.CheckAllAsync(cancellationToken);
        return TypedResults.Ok(SummaryOf(user, request.Roles, time));
    }

    private static async Task<NoContent> SetPasswordAsync(
        string id, SetPasswordRequest request, AccountStore accounts, HubSessions hubs, HttpContext context, CancellationToken cancellationToken)
    {
        // Who does it for themselves stays signed in here.
        var own = SignedInSession.Of(context.User) is { } session && session.UserId == id ? session.Id : null;
        await accounts.SetPasswordAsync(id, request.Password, own, cancellationToken);
        await hubs.CheckAllAsync(cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> DeleteAsync(
        string id, AccountStore accounts, HubSessions hubs, QuestionJournal journal, CancellationToken cancellationToken)
    {
        // What waits to be kept goes too.
        await journal.SettleAsync(cancellationToken);
        await accounts.DeleteAsync(id, cancellationToken);
        await hubs.CheckAllAsync(cancellationToken);
        return TypedResults.NoContent();
    }

    private static UserSummary SummaryOf(RealmUser user, IReadOnlyList<string> roles, TimeProvider time) =>
        new(user.Id, user.UserName!, roles, user.LockoutEnd > time.GetUtcNow());

    private static ProblemHttpResult? UnknownRole(IReadOnlyList<string> roles) =>
        roles.Except(Policies.AllRoles).FirstOrDefault() is { } unknown
            ? Problems.BadRequest("unknown-role", "Unknown role", $"There is no role \"{unknown}\". Use {string.Join(", ", Policies.AllRoles)}.")
            : null;
}
