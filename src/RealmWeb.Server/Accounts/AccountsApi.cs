using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Access;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Data.Accounts;
using RealmWeb.Server.Access;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Accounts;

/// <summary>Signing in and out, one's own password, and the first admin.</summary>
internal static class AccountsApi
{
    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        var accounts = routes.MapGroup("").WithTags("Accounts").AddEndpointFilter<AccountProblems>();
        accounts.MapGet(ApiRoutes.Me, MeAsync).AllowAnonymous().WithSummary("Who is signed in");
        accounts.MapPost(ApiRoutes.Setup, SetUpAsync).AllowAnonymous().LimitSignIns()
            .WithSummary("Make the first admin with the code from the server's log");
        accounts.MapPost(ApiRoutes.SignIn, SignInAsync).AllowAnonymous().LimitSignIns().WithSummary("Sign in; sets the cookie");
        accounts.MapPost(ApiRoutes.SignOut, SignOutAsync).AllowAnonymous().WithSummary("Sign this browser out; its cookie is worth nothing from then on");
        accounts.MapPut(ApiRoutes.OwnPassword, ChangePasswordAsync).RequireAuthorization(Policies.SignedIn).LimitSignIns()
            .WithSummary("Change your password; other browsers are signed out");
    }

    /// <summary>In place of accounts, inside an application that has users of its own.</summary>
    public static void MapHostsUser(this IEndpointRouteBuilder routes) =>
        routes.MapGet(ApiRoutes.Me, HostsUserAsync).AllowAnonymous().WithTags("Accounts").WithSummary("Who is signed in at the application around");

    private static async Task<Ok<Me>> HostsUserAsync(ClaimsPrincipal user, CorpusAccess access, HttpResponse response, CancellationToken cancellationToken)
    {
        response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(await MeOfAsync(user, false, access, cancellationToken) with { HostAccounts = true });
    }

    private static async Task<Ok<Me>> MeAsync(
        ClaimsPrincipal user, AccountStore accounts, CorpusAccess access, HttpResponse response, CancellationToken cancellationToken)
    {
        response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(await MeOfAsync(user, accounts, access, cancellationToken));
    }

    private static async Task<Me> MeOfAsync(ClaimsPrincipal user, AccountStore accounts, CorpusAccess access, CancellationToken cancellationToken) =>
        await MeOfAsync(user, !await accounts.HasAdminAsync(cancellationToken), access, cancellationToken);

    private static async Task<Me> MeOfAsync(ClaimsPrincipal user, bool setupNeeded, CorpusAccess access, CancellationToken cancellationToken)
    {
        var rights = await access.OfAsync(user, cancellationToken);
        return new Me(
            user.Identity?.Name ?? "", [.. user.FindAll(ClaimTypes.Role).Select(role => role.Value)], setupNeeded, rights.MaySomewhere(CorpusRole.Asker))
        {
            MayAnnotate = rights.MaySomewhere(CorpusRole.Annotator),
            MayCurate = rights.MaySomewhere(CorpusRole.Curator),
        };
    }

    private static async Task<Results<Ok<Me>, ProblemHttpResult>> SetUpAsync(
        SetupRequest request, SetupCode code, AccountStore accounts, SignedIn browser, CorpusAccess access, CancellationToken cancellationToken)
    {
        if (await accounts.HasAdminAsync(cancellationToken))
            throw new AlreadySetUpException();
        if (!code.Matches(request.Code))
            return Problems.Create(StatusCodes.Status403Forbidden, "wrong-setup-code", "Wrong set-up code",
                "This is not the code of this start. Copy it from the server's log; each start writes a new one.");

        var user = await accounts.CreateFirstAdminAsync(request.UserName, request.Password, cancellationToken);
        code.Use();
        return TypedResults.Ok(await MeOfAsync(await browser.BeginAsync(user, cancellationToken), accounts, access, cancellationToken));
    }

    private static async Task<Results<Ok<Me>, ProblemHttpResult>> SignInAsync(
        SignInRequest request, Credentials credentials, AccountStore accounts, SignedIn browser, CorpusAccess access, HttpContext context,
        CancellationToken cancellationToken)
    {
        if (await credentials.FindAsync(request.UserName, request.Password, RateLimits.Address(context), cancellationToken) is { } user)
            return TypedResults.Ok(await MeOfAsync(await browser.BeginAsync(user, cancellationToken), accounts, access, cancellationToken));

        // One sentence for all three cases: it must not tell which names exist.
        return Problems.Create(StatusCodes.Status401Unauthorized, "sign-in-failed", "Not signed in",
            "Name or password is wrong, or the account is locked after five wrong tries. Check both; a locked account opens again after five minutes.");
    }

    private static async Task<NoContent> SignOutAsync(SignedIn browser, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        await browser.EndAsync(user, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> ChangePasswordAsync(
        ChangePasswordRequest request, Credentials credentials, AccountStore accounts, HubSessions hubs, HttpContext context,
        CancellationToken cancellationToken)
    {
        var session = SignedInSession.Of(context.User)!;
        if (await credentials.FindAsync(context.User.Identity!.Name!, request.CurrentPassword, RateLimits.Address(context), cancellationToken) is null)
            return Problems.BadRequest("wrong-password", "Wrong password",
                "The present password is wrong, or the account is locked after five wrong tries. Type it again; a lock ends after five minutes.");
        await accounts.SetPasswordAsync(session.UserId, request.NewPassword, session.Id, cancellationToken);
        await hubs.CheckAllAsync(cancellationToken);
        return TypedResults.NoContent();
    }
}
