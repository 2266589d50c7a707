using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using RealmWeb.Data.Accounts;

namespace RealmWeb.Server.Accounts;

/// <summary>The session that a cookie or a connection belongs to.</summary>
internal sealed record SignedInSession(string UserId, string Id)
{
    private const string ClaimType = "realm:session";

    /// <summary>Null for somebody who is not signed in.</summary>
    public static SignedInSession? Of(ClaimsPrincipal? user) =>
        user?.FindFirstValue(ClaimTypes.NameIdentifier) is { } userId && user.FindFirstValue(ClaimType) is { } id ? new(userId, id) : null;

    public static Claim ClaimOf(string session) => new(ClaimType, session);

    /// <summary>Asks with every request whether the session still holds, and gives it the roles that its account has now.</summary>
    public static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var sessions = context.HttpContext.RequestServices.GetRequiredService<SessionStore>();
        var roles = Of(context.Principal) is { } session ? await sessions.FindRolesAsync(session.UserId, session.Id, context.HttpContext.RequestAborted) : null;
        if (roles is null)
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(IdentityConstants.ApplicationScheme);
        }
        else if (!SameRoles(context.Principal!, roles))
        {
            context.ReplacePrincipal(WithRoles(context.Principal!, roles));
        }
    }

    public static bool SameRoles(ClaimsPrincipal user, IReadOnlyCollection<string> roles) =>
        user.FindAll(ClaimTypes.Role).Select(role => role.Value).ToHashSet().SetEquals(roles);

    private static ClaimsPrincipal WithRoles(ClaimsPrincipal user, IReadOnlyCollection<string> roles)
    {
        var claims = user.Claims.Where(claim => claim.Type != ClaimTypes.Role).Concat(roles.Select(role => new Claim(ClaimTypes.Role, role)));
        var identity = (ClaimsIdentity)user.Identity!;
        return new ClaimsPrincipal(new ClaimsIdentity(claims, identity.AuthenticationType, identity.NameClaimType, identity.RoleClaimType));
    }
}
