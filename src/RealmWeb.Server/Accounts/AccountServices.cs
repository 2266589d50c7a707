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
        services.AddIdentityCore<RealmUser>(options =>
            {
                // Length is what makes a password hard to guess; rules about signs make it hard to remember.
                options.Password.RequiredLength = 10;
                options.Password.RequireDigit = options.Password.RequireLowercase = options.Password.RequireUppercase = false;
                options.Password.RequireNonAlphanumeric = false;
                options.Password.RequiredUniqueChars = 4;
                options.Lockout.MaxFailedAccessAttempts = 5;
                options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5);
            })
            .AddRoles<IdentityRole>()
            .AddEntityFrameworkStores<RealmDbContext>()
            .AddSignInManager();
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies(schemes => schemes.ApplicationCookie!.Configure(cookie =>
        {
            cookie.Cookie.Name = "realmweb";
            cookie.Cookie.HttpOnly = true;
            // Lax, so that a link from elsewhere opens signed in; SameOriginGuard refuses what another site posts.
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            cookie.ExpireTimeSpan = TimeSpan.FromDays(7);
            cookie.SlidingExpiration = true;
        }));
        // A role that was taken away is gone after this time at the latest.
        services.Configure<SecurityStampValidatorOptions>(options => options.ValidationInterval = TimeSpan.FromSeconds(10));
        services.AddDataProtection().SetApplicationName("RealmWeb");
        services.AddOptions<Microsoft.AspNetCore.DataProtection.KeyManagement.KeyManagementOptions>()
            .Configure<RealmPaths, ILoggerFactory>((keys, paths, loggers) => keys.XmlRepository =
                new Microsoft.AspNetCore.DataProtection.Repositories.FileSystemXmlRepository(Directory.CreateDirectory(paths.Keys), loggers));
        return services;
    }
}
