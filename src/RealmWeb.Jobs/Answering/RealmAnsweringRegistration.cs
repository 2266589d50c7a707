using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RealmWeb.Jobs.Answering;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>What a program calls to ask in process.</summary>
public static class RealmAnsweringRegistration
{
    /// <summary>Adds <see cref="IAnswerer"/>. Settings come from section "Realm" of the configuration, then from <paramref name="configure"/>.</summary>
    public static IServiceCollection AddRealmAnswering(this IServiceCollection services, Action<RealmAnsweringOptions>? configure = null)
    {
        services.AddLogging();
        services.AddOptions<RealmAnsweringOptions>()
            .Configure<IServiceProvider>(
                (options, provider) => provider.GetService<IConfiguration>()?.GetSection(RealmAnsweringOptions.Section).Bind(options))
            .ValidateDataAnnotations().ValidateOnStart();
        if (configure is not null)
            services.Configure(configure);
        services.TryAddSingleton<IAnswerer>(provider => new LocalAnswerer(
            provider.GetRequiredService<IOptions<RealmAnsweringOptions>>(), provider.GetRequiredService<ILoggerFactory>(),
            provider.GetService<IConfiguration>(), provider.GetService<IHostEnvironment>()));
        return services;
    }
}
