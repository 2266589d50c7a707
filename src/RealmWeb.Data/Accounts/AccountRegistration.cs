using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace RealmWeb.Data.Accounts;

/// <summary>Registers local accounts, for the site and the command alike: one place says what a password must be.</summary>
public static class AccountRegistration
{
    /// <summary>Adds accounts to the stores of <see cref="RealmDataRegistration.AddRealmData"/>.</summary>
    public static IdentityBuilder AddRealmAccountStore(this IServiceCollection services)
    {
        services.TryAddSingleton<SessionStore>();
        services.TryAddSingleton<SignInTries>();
        services.TryAddScoped<AccountStore>();
        return services.AddIdentityCore<RealmUser>(options =>
            {
                // Length is what makes a password hard to guess; rules about signs make it hard to remember.
                options.Password.RequiredLength = 10;
                options.Password.RequireDigit = options.Password.RequireLowercase = options.Password.RequireUppercase = false;
                options.Password.RequireNonAlphanumeric = false;
                options.Password.RequiredUniqueChars = 4;
            })
            .AddRoles<IdentityRole>()
            .AddEntityFrameworkStores<RealmDbContext>();
    }
}
