using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Data;
using RealmWeb.Data.Accounts;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Accounts;

/// <summary>Accounts, for admins. The last admin can neither be deleted nor lose the role.</summary>
internal static class UsersApi
{
    public static void MapUsers(this IEndpointRouteBuilder routes)
    {
        var users = routes.MapGroup(ApiRoutes.Users).WithTags("Accounts").RequireAuthorization(Policies.Administering);
        users.MapGet("", ListAsync).WithSummary("All accounts by name");
        users.MapPost("", PostAsync).WithSummary("Make an account");
        users.MapPut("{id}/roles", SetRolesAsync).WithSummary("Replace the roles of an account");
        users.MapDelete("{id}", DeleteAsync).WithSummary("Delete an account");
    }

    /// <summary>Makes an account; where that fails the account is null and the problem says why.</summary>
    public static async Task<(RealmUser? User, ProblemHttpResult? Problem)> CreateAsync(
        UserManager<RealmUser> users, string name, string password, IReadOnlyList<string> roles, TimeProvider time)
    {
        if (UnknownRole(roles) is { } unknown)
            return (null, unknown);
        var user = new RealmUser { UserName = name, CreatedAt = time.GetUtcNow() };
        if (Refused(await users.CreateAsync(user, password)) is { } refused)
            return (null, refused);
        if (Refused(await users.AddToRolesAsync(user, roles.Distinct())) is { } withoutRoles)
        {
            await users.DeleteAsync(user);
            return (null, withoutRoles);
        }
        return (user, null);
    }

    private static async Task<Ok<List<UserSummary>>> ListAsync(RealmDbContext db, TimeProvider time, CancellationToken cancellationToken)
    {
        var roles = (await (
                from link in db.UserRoles
                join role in db.Roles on link.RoleId equals role.Id
                select new { link.UserId, role.Name }).ToListAsync(cancellationToken))
            .ToLookup(row => row.UserId, row => row.Name!);
        var users = await db.Users.AsNoTracking().OrderBy(user => user.NormalizedUserName).ToListAsync(cancellationToken);
        var now = time.GetUtcNow();
        return TypedResults.Ok(users.ConvertAll(user =>
            new UserSummary(user.Id, user.UserName!, [.. roles[user.Id].Order(StringComparer.Ordinal)], user.LockoutEnd > now)));
    }

    private static async Task<Results<Created<UserSummary>, ProblemHttpResult>> PostAsync(
        CreateUserRequest request, UserManager<RealmUser> users, TimeProvider time)
    {
        var (user, problem) = await CreateAsync(users, request.UserName, request.Password, request.Roles, time);
        return user is null
            ? problem!
            : TypedResults.Created(ApiRoutes.User(user.Id), new UserSummary(user.Id, user.UserName!, request.Roles, LockedOut: false));
    }

    private static async Task<Results<Ok<UserSummary>, ProblemHttpResult>> SetRolesAsync(
        string id, SetRolesRequest request, UserManager<RealmUser> users, TimeProvider time)
    {
        if (await users.FindByIdAsync(id) is not { } user)
            return Unknown(id);
        if (UnknownRole(request.Roles) is { } unknown)
            return unknown;
        if (!request.Roles.Contains(Roles.Admin) && await IsLastAdminAsync(users, user))
            return LastAdmin(user);

        var before = await users.GetRolesAsync(user);
        await users.AddToRolesAsync(user, request.Roles.Distinct().Except(before));
        await users.RemoveFromRolesAsync(user, before.Except(request.Roles));
        await users.UpdateSecurityStampAsync(user);
        return TypedResults.Ok(new UserSummary(user.Id, user.UserName!, request.Roles, user.LockoutEnd > time.GetUtcNow()));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(string id, UserManager<RealmUser> users)
    {
        if (await users.FindByIdAsync(id) is not { } user)
            return Unknown(id);
        if (await IsLastAdminAsync(users, user))
            return LastAdmin(user);
        return Refused(await users.DeleteAsync(user)) is { } refused ? refused : TypedResults.NoContent();
    }

    private static async Task<bool> IsLastAdminAsync(UserManager<RealmUser> users, RealmUser user) =>
        await users.GetUsersInRoleAsync(Roles.Admin) is [var only] && only.Id == user.Id;

    private static ProblemHttpResult? UnknownRole(IReadOnlyList<string> roles) =>
        roles.Except(Policies.AllRoles).FirstOrDefault() is { } unknown
            ? Problems.BadRequest("unknown-role", "Unknown role", $"There is no role \"{unknown}\". Use {string.Join(", ", Policies.AllRoles)}.")
            : null;

    private static ProblemHttpResult? Refused(IdentityResult result) =>
        result.Succeeded ? null
        : Problems.BadRequest("account-refused", "Account refused", string.Join(" ", result.Errors.Select(error => error.Description)));

    private static ProblemHttpResult Unknown(string id) =>
        Problems.NotFound("unknown-user", "Unknown account", $"There is no account {id}. Reload the list of accounts.");

    private static ProblemHttpResult LastAdmin(RealmUser user) =>
        Problems.Conflict("last-admin", "Last admin", $"\"{user.UserName}\" is the last admin. Give another account the role admin first.");
}
