using RealmWeb.Contracts;
using Scalar.AspNetCore;

namespace RealmWeb.Server.Hosting;

/// <summary>The description of the API (OpenAPI 3.1) and the page that shows it, both from this server alone.</summary>
internal static class ApiDescription
{
    public static IServiceCollection AddRealmDescription(this IServiceCollection services) =>
        services.AddOpenApi("v1", options => options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "RealmWeb";
            document.Info.Version = "v1";
            document.Info.Description =
                "Questions answered from your own documents, with the passages that prove the answer. "
                + $"Sign in with POST {ApiRoutes.SignIn}; the cookie it sets goes with every further request. "
                + "Errors are problem details (RFC 9457): type is stable, detail says what to do, traceId finds the entry in the server's log.";
            return Task.CompletedTask;
        }));

    public static void MapRealmDescription(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi().AllowAnonymous();
        routes.MapScalarApiReference(options => options
                .WithTitle("RealmWeb API")
                .DisableDefaultFonts()
                .DisableTelemetry())
            .AllowAnonymous();
    }
}
