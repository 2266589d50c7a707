using Microsoft.Extensions.DependencyInjection.Extensions;
using MudBlazor;
using MudBlazor.Services;
using RealmWeb.Client.Services;
using RealmWeb.Client.State;
using RealmWeb.Contracts.Hubs;

namespace RealmWeb.Client;

/// <summary>Registers what the pages need, in the browser and in a server that renders them first.</summary>
public static class ClientServices
{
    /// <param name="baseAddress">Root of the site; the API and the hubs are below it.</param>
    /// <remarks>A page rendered by the server calls nothing: each waits until it is interactive, so that a first paint never waits for an API.</remarks>
    public static IServiceCollection AddRealmWebClient(this IServiceCollection services, Uri baseAddress)
    {
        services.AddMudServices(options =>
        {
            options.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomCenter;
            options.SnackbarConfiguration.VisibleStateDuration = 4000;
        });
        services.TryAddSingleton(TimeProvider.System);
        services.AddScoped(_ => new RealmApi(new HttpClient { BaseAddress = baseAddress }));
        services.AddScoped(_ => new AskConnection(Below(baseAddress, HubRoutes.Ask)));
        services.AddScoped(_ => new EventsConnection(Below(baseAddress, HubRoutes.Events)));
        services.AddScoped<BrowserPage>();
        services.AddScoped<AccountState>();
        services.AddScoped<CorporaState>();
        services.AddScoped<AskSession>();
        services.AddScoped<FlagSession>();
        services.AddScoped<SiteEvents>();
        services.AddScoped<RunsState>();
        return services;
    }

    // The site may live below a path, which is the end of the base address.
    private static Uri Below(Uri baseAddress, string route) => new(baseAddress, route.TrimStart('/'));
}
