using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using RealmWeb.Server.Tests.Hosting;

namespace RealmWeb.Server.Tests.Api;

[Collection(SiteTests.Name)]
public sealed class DescriptionTests(SharedSite shared)
{
    [Fact]
    public async Task Description_IsValidOpenApi31_AndNamesEveryRoute()
    {
        using var client = shared.Site.Anonymous();

        var json = await client.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken);
        var read = OpenApiDocument.Parse(json, "json");

        Assert.Equal(OpenApiSpecVersion.OpenApi3_1, read.Diagnostic!.SpecificationVersion);
        Assert.Empty(read.Diagnostic.Errors);
        var described = read.Document!.Paths.SelectMany(path => path.Value.Operations!.Select(operation => $"{operation.Key} {path.Key}".ToUpperInvariant()));
        Assert.Empty(ApiRoutesOfHost().Except(described));
    }

    [Fact]
    public async Task Description_SaysInWordsWhatEachOperationDoes()
    {
        using var client = shared.Site.Anonymous();

        var json = await client.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken);
        var document = OpenApiDocument.Parse(json, "json").Document!;

        Assert.All(
            document.Paths.Where(path => path.Key.StartsWith("/api", StringComparison.Ordinal)).SelectMany(path => path.Value.Operations!),
            operation => Assert.False(string.IsNullOrWhiteSpace(operation.Value.Summary), operation.Value.OperationId));
    }

    [Fact]
    public async Task DescriptionPage_NeedsNothingFromElsewhere()
    {
        using var client = shared.Site.Anonymous();

        var page = await client.GetStringAsync("/scalar/", TestContext.Current.CancellationToken);
        using var script = await client.GetAsync("/scalar/scalar.js", TestContext.Current.CancellationToken);

        Assert.DoesNotContain("https://", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, script.StatusCode);
    }

    // Route constraints are left out of a description.
    private IEnumerable<string> ApiRoutesOfHost() =>
        from endpoint in shared.Site.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        let pattern = "/" + endpoint.RoutePattern.RawText!.Trim('/')
        where pattern.StartsWith("/api", StringComparison.Ordinal)
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
        select $"{method} {pattern.Replace(":guid", "", StringComparison.Ordinal).Replace(":long", "", StringComparison.Ordinal)}".ToUpperInvariant();
}
