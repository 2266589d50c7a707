using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Features.Authentication;

namespace RealmWeb.Server.Embedding;

/// <summary>A server without a socket: what the host application hands over is answered by the site inside, with the site's own services.</summary>
internal sealed class GuestServer : IServer
{
    private Func<IFeatureCollection, HttpContext, Task>? _answer;

    public IFeatureCollection Features { get; } = new FeatureCollection();

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull
    {
        _answer = async (features, host) =>
        {
            var context = application.CreateContext(features);
            // What the site has to do at the end of the response needs its context until then. The first that is registered is done last.
            host.Response.OnCompleted(() =>
            {
                application.DisposeContext(context, null);
                return Task.CompletedTask;
            });
            await application.ProcessRequestAsync(context);
            // The answer is whole: the headers go out while addresses are still the site's.
            if (features.Get<IHttpResponseFeature>() is { HasStarted: false })
                await features.GetRequiredFeature<IHttpResponseBodyFeature>().StartAsync(host.RequestAborted);
        };
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _answer = null;

    /// <summary>Answers a request of the host's. Connection, request and response are the host's; services, user, endpoint and items are the site's.</summary>
    public async Task AnswerAsync(HttpContext host, HostUser user, IServiceProvider site)
    {
        if (_answer is not { } answer)
            throw new InvalidOperationException("RealmWeb has not started, or has stopped. It answers while the host application runs.");
        var scope = site.CreateAsyncScope();
        host.Response.RegisterForDisposeAsync(scope);
        var own = new Own { RequestServices = scope.ServiceProvider };
        var features = new FeatureCollection(host.Features);
        features.Set<IServiceProvidersFeature>(own);
        features.Set<IEndpointFeature>(own);
        features.Set<IRouteValuesFeature>(new RouteValuesFeature());
        features.Set<IItemsFeature>(new ItemsFeature());
        features.Set<IHttpAuthenticationFeature>(own);
        features.Set(user);
        await answer(features, host);
    }

    private sealed class Own : IServiceProvidersFeature, IEndpointFeature, IHttpAuthenticationFeature
    {
        public required IServiceProvider RequestServices { get; set; }
        public Endpoint? Endpoint { get; set; }
        public System.Security.Claims.ClaimsPrincipal? User { get; set; }
    }
}
