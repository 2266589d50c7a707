using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace RealmWeb.Server.Tests.Hosting;

/// <summary>A route below /api or /hubs with an address that reaches it.</summary>
/// <param name="Body">Record that its JSON body is read into; null where it takes none.</param>
public sealed record SiteRoute(string Route, string Method, string Path, Type? Body);

/// <summary>All routes of a site, also those that are added later.</summary>
internal static class SiteRoutes
{
    public static IEnumerable<SiteRoute> Of(Site site) => Of(site.Services);

    public static IEnumerable<SiteRoute> Of(IServiceProvider services) =>
        from endpoint in services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        let pattern = "/" + endpoint.RoutePattern.RawText!.Trim('/')
        where pattern.StartsWith("/api", StringComparison.Ordinal) || pattern.StartsWith("/hubs", StringComparison.Ordinal)
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is { Count: > 0 } methods ? methods : ["*"]
        select new SiteRoute($"{method} {pattern}", method == "*" ? "GET" : method, Fill(pattern),
            endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType);

    private static string Fill(string pattern) => pattern
        .Replace("{id:guid}", Guid.Empty.ToString(), StringComparison.Ordinal)
        .Replace("{id:long}", "1", StringComparison.Ordinal)
        .Replace("{number:long}", "1", StringComparison.Ordinal)
        .Replace("{id}", "1", StringComparison.Ordinal)
        .Replace("{name}", "anything", StringComparison.Ordinal)
        .Replace("{model}", "anything", StringComparison.Ordinal);
}
