using Microsoft.AspNetCore.Http.Extensions;

namespace RealmWeb.Server.Hosting;

/// <summary>A GET that another site's page must not send with the visitor's cookie, because something is kept of it.</summary>
internal sealed class FromHereOnly;

/// <summary>Refuses what another site's page sends here with the visitor's cookie: browsers say where a request comes from, in
/// Sec-Fetch-Site or Origin. Programs that are no browser send neither and pass. Hubs are checked on every method, because a WebSocket opens with
/// GET.</summary>
internal sealed class SameOriginGuard(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context, IProblemDetailsService problems)
    {
        if (!Changes(context) || ComesFromHere(context.Request))
            return next(context);

        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = context,
            ProblemDetails =
            {
                Status = StatusCodes.Status403Forbidden,
                Type = Problems.TypeOf("other-origin"),
                Title = "Request from another site",
                Detail = $"A page of {From(context.Request)} sent this to {context.Request.GetEncodedUrl()}. Open this site itself and repeat it there; "
                    + $"behind a proxy, forward the host and scheme headers.",
            },
        }).AsTask();
    }

    private static bool Changes(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<FromHereOnly>() is not null || Changes(context.Request);

    private static bool Changes(HttpRequest request) =>
        request.Path.StartsWithSegments("/hubs")
        || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method));

    private static bool ComesFromHere(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site)
            return site is "same-origin" or "none";
        return request.Headers.Origin.ToString() is not { Length: > 0 } origin
            || string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
    }

    private static string From(HttpRequest request) =>
        request.Headers.Origin.ToString() is { Length: > 0 } origin ? origin : "another site";
}
