using System.Security.Claims;
using Hangfire;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Hosting.Server;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Embedding;

/// <summary>The site inside another ASP.NET Core application. It has services, settings and middleware of its own, so that neither changes the other:
/// policies, JSON, error pages and hubs of the host stay the host's.</summary>
internal sealed class RealmWebGuest(
    IServiceProvider host, IConfiguration configuration, IHostEnvironment environment, ILoggerFactory loggers, Action<RealmWebOptions> configure)
    : IHostedService, IAsyncDisposable
{
    private readonly GuestServer _server = new();
    private readonly Func<ClaimsPrincipal, IEnumerable<string>>? _rolesOf = Read(configure).HostRoles;
    private readonly Func<IServiceProvider, JobStorage>? _storageOf = Read(configure).JobStorage;
    private WebApplication? _site;

    /// <summary>Services of the site.</summary>
    /// <exception cref="InvalidOperationException">It has not started.</exception>
    public IServiceProvider Services => Started.Services;

    private WebApplication Started => _site ?? throw new InvalidOperationException("RealmWeb has not started yet.");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _site = RealmWebHost.Build(
            new WebApplicationOptions
            {
                ApplicationName = RealmWebHost.Name, ContentRootPath = environment.ContentRootPath, EnvironmentName = environment.EnvironmentName,
                WebRootPath = PackagedSite.Root,
            },
            builder =>
            {
                builder.Configuration.AddConfiguration(configuration);
                builder.Services.AddSingleton<IServer>(_server);
                builder.Services.AddSingleton<IHostLifetime, HostsLifetime>();
                builder.Services.AddSingleton<ILoggerFactory>(new GuestLogs(loggers, configuration));
                builder.Services.Configure(configure);
                // Hangfire's settings are those of the process: where the host made some, they stay.
                if (host.GetService<IGlobalConfiguration>() is { } hangfire)
                    builder.Services.AddSingleton(hangfire);
                if (_storageOf is not null)
                    builder.Services.AddSingleton(_storageOf(host));
                if (_rolesOf is null)
                    return;
                builder.Services.AddAuthentication(HostAuthentication.SchemeName)
                    .AddScheme<AuthenticationSchemeOptions, HostAuthentication>(HostAuthentication.SchemeName, null);
            });
        await _site.StartAsync(cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_site is not null)
            await _site.StopAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => _site?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Answers a request below the path of the host's that the endpoint's pattern has before its last segment.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        var (request, site) = (context.Request, Started);
        var (pathBase, path) = (request.PathBase, request.Path);
        var (matched, rest) = Split(path.Value!, ((RouteEndpoint)context.GetEndpoint()!).RoutePattern.PathSegments.Count - 1);
        if (!rest.HasValue)
        {
            // Addresses in the pages are relative to a folder.
            context.Response.Redirect($"{pathBase}{matched}/{request.QueryString}");
            return;
        }
        (request.PathBase, request.Path) = (pathBase + matched, rest);
        try
        {
            await _server.AnswerAsync(context, _rolesOf is null ? HostUser.Nobody : HostUser.Of(context.User, _rolesOf), site.Services);
        }
        finally
        {
            (request.PathBase, request.Path) = (pathBase, path);
        }
    }

    // A group may have put further segments before, some of them of the request's own.
    private static (PathString Above, PathString Below) Split(string path, int segments)
    {
        var end = 0;
        for (; segments > 0; segments--)
            end = path.IndexOf('/', end + 1) is > 0 and var next ? next : path.Length;
        return (path[..end], path[end..]);
    }

    private static RealmWebOptions Read(Action<RealmWebOptions> configure)
    {
        var options = new RealmWebOptions();
        configure(options);
        return options;
    }

    /// <summary>The host says when to stop.</summary>
    private sealed class HostsLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
