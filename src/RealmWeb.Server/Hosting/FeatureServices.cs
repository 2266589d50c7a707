using RealmWeb.Jobs;
using RealmWeb.Jobs.Runs;
using RealmWeb.Server.Corpora;
using RealmWeb.Server.Events;
using RealmWeb.Server.Flags;
using RealmWeb.Server.Models;
using RealmWeb.Server.Questions;
using RealmWeb.Server.Runs;

namespace RealmWeb.Server.Hosting;

internal static class FeatureServices
{
    public static IServiceCollection AddRealmRuns(this IServiceCollection services)
    {
        // Before the jobs, which would else take a publisher that tells nobody.
        services.AddSingleton<IRunProgressPublisher, SignalRRunProgressPublisher>();
        services.AddSingleton<EventStream>();
        services.AddSingleton<HostMeter>();
        services.AddHostedService(provider => provider.GetRequiredService<EventStream>());
        return services.AddRealmJobs();
    }

    public static IServiceCollection AddRealmQuestions(this IServiceCollection services)
    {
        services.AddSingleton<Asker>();
        services.AddSingleton<QuestionJournal>();
        services.AddHostedService(provider => provider.GetRequiredService<QuestionJournal>());
        services.AddSingleton<OwnAnswers>();
        services.AddSingleton<IndexAnnouncer>();
        services.AddHostedService<QuestionSweep>();
        services.AddHostedService<FlagFollowUp>();
        return services.AddHostedService(provider => provider.GetRequiredService<IndexAnnouncer>());
    }

    public static IServiceCollection AddRealmCorpora(this IServiceCollection services)
    {
        services.AddSingleton<CorpusSummaries>();
        services.AddSingleton<StaleIndexes>();
        services.AddHostedService(provider => provider.GetRequiredService<StaleIndexes>());
        services.AddSingleton<ModelSummaries>();
        return services.AddHostedService<SampleCorpus>();
    }
}
