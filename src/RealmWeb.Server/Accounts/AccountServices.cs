using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using RealmWeb.Data;
using RealmWeb.Data.Accounts;

namespace RealmWeb.Server.Accounts;

internal static class AccountServices
{
    /// <summary>Local accounts with a cookie; keys kept in the data folder, so that a restart signs nobody out.</summary>
    public static IServiceCollection AddRealmAccounts(this IServiceCollection services)
    {
        services.AddSingleton<SetupCode>();
        services.AddRealmAccountStore().AddSignInManager();
        services.AddScoped<Credentials>();
        services.AddScoped<SignedIn>();
        services.AddSingleton<HubSessions>();
        services.AddHostedService(provider => provider.GetRequiredService<HubSessions>());
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies(schemes => schemes.ApplicationCookie!.Configure(cookie =>
        {
            cookie.Cookie.Name = "realmweb";
            cookie.Cookie.HttpOnly = true;
            // Lax, so that a link from elsewhere opens signed in; SameOriginGuard refuses what another site posts.
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            cookie.ExpireTimeSpan = SessionStore.Lifetime;
            cookie.SlidingExpiration = true;
            cookie.Events.OnValidatePrincipal = SignedInSession.ValidateAsync;
        }));
        services.AddDataProtection().SetApplicationName("RealmWeb");
        services.AddOptions<Microsoft.AspNetCore.DataProtection.KeyManagement.KeyManagementOptions>()
            .Configure<RealmPaths, ILoggerFactory>((keys, paths, loggers) => keys.XmlRepository =
                new Microsoft.AspNetCore.DataProtection.Repositories.FileSystemXmlRepository(Directory.CreateDirectory(paths.Keys), loggers));
        return services;
    }
}
