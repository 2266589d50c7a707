using Microsoft.AspNetCore.Authentication;

namespace RealmWeb.Server.Widgets;

internal static class WidgetServices
{
    public static IServiceCollection AddRealmWidgets(this IServiceCollection services)
    {
        services.AddSingleton<WidgetTokens>();
        services.AddSingleton<WidgetLimits>();
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, WidgetAuthentication>(WidgetAuthentication.SchemeName, null);
        return services;
    }
}
