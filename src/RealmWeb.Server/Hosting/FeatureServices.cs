using RealmWeb.Jobs;
using RealmWeb.Jobs.Runs;
using RealmWeb.Server.Corpora;
using RealmWeb.Server.Questions;
using RealmWeb.Server.Runs;

namespace RealmWeb.Server.Hosting;

internal static class FeatureServices
{
    public static IServiceCollection AddRealmRuns(this IServiceCollection services)
    {
        // Before the jobs, which would else take a publisher that tells nobody.
        services.AddSingleton<IRunProgressPublisher, SignalRRunProgressPublisher>();
        return services.AddRealmJobs();
    }

    public static IServiceCollection AddRealmQuestions(this IServiceCollection services)
    {
        services.AddSingleton<PendingAnswering>();
        services.AddSingleton<IAsker>(provider => provider.GetRequiredService<PendingAnswering>());
        services.AddSingleton<IIndexes>(provider => provider.GetRequiredService<PendingAnswering>());
        services.AddSingleton<CorpusSummaries>();
        return services.AddSingleton<UploadKeys>();
    }
}
