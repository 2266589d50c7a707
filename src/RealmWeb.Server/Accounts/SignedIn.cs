using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using RealmWeb.Data.Accounts;

namespace RealmWeb.Server.Accounts;

/// <summary>Signs the browser of a request in and out.</summary>
internal sealed class SignedIn(SignInManager<RealmUser> signIn, SessionStore sessions, HubSessions hubs)
{
    /// <summary>Begins a session and sets its cookie.</summary>
    public async Task<ClaimsPrincipal> BeginAsync(RealmUser user, CancellationToken cancellationToken)
    {
        // A browser has one session: what it sent until now would go on unseen.
        await EndRowAsync(signIn.Context.User, cancellationToken);
        var session = SignedInSession.ClaimOf(await sessions.BeginAsync(user.Id, cancellationToken));
        await signIn.SignInWithClaimsAsync(user, isPersistent: true, [session]);
        return await signIn.CreateUserPrincipalAsync(user);
    }

    /// <summary>Ends the session on the server, with its open connections, and takes the cookie away.</summary>
    public async Task EndAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        await EndRowAsync(user, cancellationToken);
        await signIn.SignOutAsync();
        await hubs.CheckAllAsync(cancellationToken);
    }

    private Task EndRowAsync(ClaimsPrincipal user, CancellationToken cancellationToken) =>
        SignedInSession.Of(user) is { } session ? sessions.EndAsync(session.UserId, session.Id, cancellationToken) : Task.CompletedTask;
}
