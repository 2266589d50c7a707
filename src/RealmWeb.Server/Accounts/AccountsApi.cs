using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Data.Accounts;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Accounts;

/// <summary>Signing in and out, and the first admin.</summary>
internal static class AccountsApi
{
    // Hash of no one's password: an unknown name must take as long as a known one.
    private static readonly string NobodysHash = new PasswordHasher<RealmUser>().HashPassword(new RealmUser(), Guid.NewGuid().ToString());

    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        var accounts = routes.MapGroup("").WithTags("Accounts");
        accounts.MapGet(ApiRoutes.Me, MeAsync).AllowAnonymous().WithSummary("Who is signed in");
        accounts.MapPost(ApiRoutes.Setup, SetUpAsync).AllowAnonymous().LimitSignIns()
            .WithSummary("Make the first admin with the code from the server's log");
        accounts.MapPost(ApiRoutes.SignIn, SignInAsync).AllowAnonymous().LimitSignIns().WithSummary("Sign in; sets the cookie");
        accounts.MapPost(ApiRoutes.SignOut, SignOutAsync).AllowAnonymous().WithSummary("Sign out; clears the cookie");
    }

    private static async Task<Ok<Me>> MeAsync(
        ClaimsPrincipal user, UserManager<RealmUser> users, IAuthorizationService authorization, HttpResponse response)
    {
        response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(await MeOfAsync(user, users, authorization));
    }

    private static async Task<Me> MeOfAsync(ClaimsPrincipal user, UserManager<RealmUser> users, IAuthorizationService authorization) => new(
        user.Identity?.Name ?? "",
        [.. user.FindAll(ClaimTypes.Role).Select(role => role.Value)],
        await SetupCode.IsNeededAsync(users),
        (await authorization.AuthorizeAsync(user, Policies.Asking)).Succeeded);

    private static Task<Results<Ok<Me>, ProblemHttpResult>> SetUpAsync(
        SetupRequest request, SetupCode code, UserManager<RealmUser> users, SignInManager<RealmUser> signIn, IAuthorizationService authorization,
        TimeProvider time, CancellationToken cancellationToken) =>
        code.ExclusiveAsync<Results<Ok<Me>, ProblemHttpResult>>(async () =>
        {
            if (!await SetupCode.IsNeededAsync(users))
                return Problems.Conflict("set-up-done", "Already set up", "An admin exists already. Sign in, or ask that admin for an account.");
            if (!code.Matches(request.Code))
                return Problems.Create(StatusCodes.Status403Forbidden, "wrong-setup-code", "Wrong set-up code",
                    "This is not the code of this start. Copy it from the server's log; each start writes a new one.");

            var (user, problem) = await UsersApi.CreateAsync(users, request.UserName, request.Password, [Roles.Admin], time);
            if (user is null)
                return problem!;
            await signIn.SignInAsync(user, isPersistent: true);
            return TypedResults.Ok(await MeOfAsync(await signIn.CreateUserPrincipalAsync(user), users, authorization));
        }, cancellationToken);

    private static async Task<Results<Ok<Me>, ProblemHttpResult>> SignInAsync(
        SignInRequest request, UserManager<RealmUser> users, SignInManager<RealmUser> signIn, IAuthorizationService authorization)
    {
        var user = await users.FindByNameAsync(request.UserName);
        if (user is null)
            users.PasswordHasher.VerifyHashedPassword(new RealmUser(), NobodysHash, request.Password);
        else if ((await signIn.PasswordSignInAsync(user, request.Password, isPersistent: true, lockoutOnFailure: true)).Succeeded)
            return TypedResults.Ok(await MeOfAsync(await signIn.CreateUserPrincipalAsync(user), users, authorization));

        // One sentence for all three cases: it must not tell which names exist.
        return Problems.Create(StatusCodes.Status401Unauthorized, "sign-in-failed", "Not signed in",
            "Name or password is wrong, or the account is locked after five wrong tries. Check both; a locked account opens again after five minutes.");
    }

    private static async Task<NoContent> SignOutAsync(SignInManager<RealmUser> signIn)
    {
        await signIn.SignOutAsync();
        return TypedResults.NoContent();
    }
}
