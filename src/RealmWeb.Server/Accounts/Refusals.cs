using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.Extensions.Options;
using RealmWeb.Server.Access;
using RealmWeb.Server.Hosting;
using RealmWeb.Server.Widgets;

namespace RealmWeb.Server.Accounts;

/// <summary>On an endpoint below a corpus: who lacks the role gets the answer that an unknown corpus gets, so that names cannot be probed.</summary>
internal sealed class HiddenWhenForbidden : OfCorpus;

/// <summary>Turns a refusal into a status and a problem instead of a redirect to a page.</summary>
internal sealed class Refusals(IOptions<RealmWebOptions> options) : IAuthorizationMiddlewareResultHandler
{
    // Who is signed in at the application around is told so too: here both are strangers.
    private const string NoRoleFromHost =
        "You have no role here. Sign in to the application that carries this site, or ask its administrator for a role.";

    public Task HandleAsync(
        RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        // Where there is no endpoint of ours nothing is protected: what follows answers 404, 405 or 415. Below /_framework lies the program
        // that browsers run, and some of those endpoints come from the framework without a way to mark them.
        if (authorizeResult.Succeeded || context.GetEndpoint() is not RouteEndpoint || context.Request.Path.StartsWithSegments("/_framework"))
            return next(context);
        if (policy.AuthenticationSchemes.Contains(WidgetAuthentication.SchemeName))
        {
            return Problems.Create(StatusCodes.Status401Unauthorized, "widget-token", "No widget's token",
                "The token of the widget is missing or over. Get another from /api/embed/{id}/token and repeat the request.").ExecuteAsync(context);
        }
        // Also to who is not signed in: signing in is no cure for a corpus that is not there.
        if (authorizeResult.AuthorizationFailure?.FailureReasons.Any(reason => reason is HiddenCorpus) == true)
            return Problems.UnknownCorpus(context.GetRouteValue("name") as string ?? "").ExecuteAsync(context);
        if (context.User.Identity is not { IsAuthenticated: true })
            return Write(context, StatusCodes.Status401Unauthorized, "not-signed-in", "Not signed in", options.Value.HostRoles is null ? null : NoRoleFromHost);
        if (context.GetEndpoint()?.Metadata.GetMetadata<HiddenWhenForbidden>() is null)
            return Write(context, StatusCodes.Status403Forbidden, "role-missing", "Role missing");
        return Problems.UnknownCorpus(context.GetRouteValue("name") as string ?? "").ExecuteAsync(context);
    }

    private static Task Write(HttpContext context, int status, string slug, string title, string? detail = null) =>
        Problems.Create(status, slug, title, detail ?? Problems.Advice(status)).ExecuteAsync(context);
}
