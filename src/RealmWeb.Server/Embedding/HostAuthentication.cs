using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using RealmWeb.Server.Accounts;

namespace RealmWeb.Server.Embedding;

/// <summary>Who the host application says is there, with the roles that they have in the site; null for a stranger.</summary>
internal sealed record HostUser(ClaimsPrincipal? Principal)
{
    public static readonly HostUser Nobody = new(Principal: null);

    /// <summary>A user of the host without a role of the site is a stranger to it.</summary>
    public static HostUser Of(ClaimsPrincipal host, Func<ClaimsPrincipal, IEnumerable<string>> rolesOf)
    {
        if (host.Identity is not { IsAuthenticated: true })
            return Nobody;
        string[] roles = [.. rolesOf(host).Intersect(Policies.AllRoles)];
        var name = host.Identity.Name ?? host.FindFirstValue(ClaimTypes.NameIdentifier);
        if (roles.Length == 0 || name is null)
            return Nobody;
        return new HostUser(new ClaimsPrincipal(new ClaimsIdentity(
            [new Claim(ClaimTypes.Name, name), .. roles.Select(role => new Claim(ClaimTypes.Role, role))], HostAuthentication.SchemeName)));
    }
}

/// <summary>Takes the user from the host application: the site has no accounts of its own then.</summary>
internal sealed class HostAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "RealmHost";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
        Context.Features.Get<HostUser>()?.Principal is { } user
            ? AuthenticateResult.Success(new AuthenticationTicket(user, SchemeName))
            : AuthenticateResult.NoResult());
}
