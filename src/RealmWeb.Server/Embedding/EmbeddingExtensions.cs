using RealmWeb.Jobs.Runs;
using RealmWeb.Jobs.Schedules;
using RealmWeb.Server.Embedding;
using RealmWeb.Server.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>What an ASP.NET Core application calls to carry the site beside its own pages.</summary>
public static class RealmWebEmbedding
{
    /// <summary>Adds the site. Settings come from section "Realm" of the configuration, then from <paramref name="configure"/>. Strangers may not ask
    /// unless <paramref name="configure"/> sets <see cref="RealmWebOptions.OpenAsking"/>.</summary>
    /// <param name="configure">Set <see cref="RealmWebOptions.HostRoles"/> to let the application's own users in, in place of accounts of the site,
    /// <see cref="RealmWebOptions.Database"/> and <see cref="RealmWebOptions.JobStorage"/> to use its database and its Hangfire.</param>
    public static IServiceCollection AddRealmWeb(this IServiceCollection services, Action<RealmWebOptions>? configure = null)
    {
        if (services.Any(service => service.ServiceType == typeof(RealmWebGuest)))
            throw new InvalidOperationException("RealmWeb was added before. Call AddRealmWeb() once; MapRealmWeb() may map it at several paths.");
        services.AddSingleton(provider => new RealmWebGuest(
            provider, provider.GetRequiredService<IConfiguration>(), provider.GetRequiredService<IHostEnvironment>(),
            provider.GetRequiredService<ILoggerFactory>(),
            options =>
            {
                options.OpenAsking = false;
                configure?.Invoke(options);
            }));
        // For servers of the application that name the site's queues: what they call is the site's.
        services.AddTransient(provider => provider.GetRequiredService<RealmWebGuest>().Services.GetRequiredService<RunExecutor>());
        services.AddTransient(provider => provider.GetRequiredService<RealmWebGuest>().Services.GetRequiredService<ScheduleTrigger>());
        return services.AddHostedService(provider => provider.GetRequiredService<RealmWebGuest>());
    }

    /// <summary>Maps pages, API, hubs and files of the site below a path.</summary>
    /// <param name="path">Such as "/help"; in a group it lies below the group's.</param>
    /// <returns>For what the application asks of all of them: <c>RequireAuthorization()</c>, <c>RequireRateLimiting(…)</c>.</returns>
    public static IEndpointConventionBuilder MapRealmWeb(this IEndpointRouteBuilder routes, string path)
    {
        ArgumentNullException.ThrowIfNull(routes);
        ArgumentNullException.ThrowIfNull(path);
        var guest = routes.ServiceProvider.GetService<RealmWebGuest>()
            ?? throw new InvalidOperationException("RealmWeb is mapped and was not added. Call builder.Services.AddRealmWeb() before builder.Build().");
        var at = new PathString("/" + path.Trim('/'));
        if (at == "/")
            throw new ArgumentException("The site cannot take the root of another application. Name a path, such as \"/help\".", nameof(path));
        return routes.Map($"{at}/{{**rest}}", guest.AnswerAsync).WithDisplayName($"RealmWeb at {at}");
    }
}
