using System.Net;
using Microsoft.Extensions.Options;
using RealmWeb.ApiClient;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>What a program calls to ask a site over HTTP.</summary>
public static class RealmApiClientRegistration
{
    /// <summary>Adds <see cref="RealmApiClient"/>.</summary>
    /// <returns>For what the program wants of the requests: other handlers, retries.</returns>
    public static IHttpClientBuilder AddRealmApiClient(this IServiceCollection services, Action<RealmApiOptions> configure)
    {
        services.AddOptions<RealmApiOptions>().Configure(configure).ValidateDataAnnotations().ValidateOnStart();
        return services
            .AddHttpClient<RealmApiClient>((provider, http) => http.BaseAddress = provider.GetRequiredService<IOptions<RealmApiOptions>>().Value.Root)
            // Who asked an answer is known by a cookie, so that one handler lasts; connections are made anew, as addresses of names change.
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                CookieContainer = new CookieContainer(), PooledConnectionLifetime = TimeSpan.FromMinutes(5), AllowAutoRedirect = false,
            })
            .AddHttpMessageHandler(provider => new SignIn(provider.GetRequiredService<IOptions<RealmApiOptions>>()));
    }
}
