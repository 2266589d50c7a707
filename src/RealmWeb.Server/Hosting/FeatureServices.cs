using RealmWeb.Jobs;
using RealmWeb.Jobs.Chains;
using RealmWeb.Jobs.Runs;
using RealmWeb.Server.Chains;
using RealmWeb.Server.Corpora;
using RealmWeb.Server.Evaluations;
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
        services.AddSingleton<RunRights>();
        services.AddSingleton<TopicRights>();
        services.AddSingleton<EventStream>();
        services.AddSingleton<IChangePublisher>(provider => provider.GetRequiredService<EventStream>());
        services.AddSingleton<HostMeter>();
        services.AddHostedService(provider => provider.GetRequiredService<EventStream>());
        services.AddSingleton<IChainPublisher, SignalRChainPublisher>();
        return services.AddRealmJobs();
    }

    public static IServiceCollection AddRealmQuestions(this IServiceCollection services)
    {
        services.AddSingleton<Asker>();
        services.AddSingleton<AskConnections>();
        services.AddSingleton<QuestionJournal>();
        services.AddHostedService(provider => provider.GetRequiredService<QuestionJournal>());
        services.AddSingleton<OwnAnswers>();
        services.AddSingleton<FlagNews>();
        services.AddSingleton<IndexAnnouncer>();
        services.AddHostedService<QuestionSweep>();
        services.AddHostedService<FlagFollowUp>();
        return services.AddHostedService(provider => provider.GetRequiredService<IndexAnnouncer>());
    }

    public static IServiceCollection AddRealmCorpora(this IServiceCollection services)
    {
        services.AddSingleton<CorpusSummaries>();
        services.AddHostedService<StaleIndexes>();
        services.AddSingleton<ModelSummaries>();
        services.AddSingleton<ModelComparisons>();
        services.AddSingleton<ModelRemoval>();
        services.AddSingleton<ModelDownload>();
        services.AddSingleton<RunArtifacts>();
        services.AddSingleton<RecentOutcomes>();
        services.AddSingleton<EvaluationReports>();
        services.AddSingleton<EvaluationGates>();
        return services.AddHostedService<SampleCorpus>();
    }
}
