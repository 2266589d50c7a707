using Hangfire;
using Hangfire.AspNetCore;
using Hangfire.InMemory;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RealmWeb.Data.Annotation;
using RealmWeb.Data.Chains;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Gates;
using RealmWeb.Data.Models;
using RealmWeb.Data.QuestionSets;
using RealmWeb.Data.Runs;
using RealmWeb.Jobs.Annotation;
using RealmWeb.Data.Schedules;
using RealmWeb.Data.Sources;
using RealmWeb.Jobs.Answering;
using RealmWeb.Jobs.Chains;
using RealmWeb.Jobs.Commands;
using RealmWeb.Jobs.Notices;
using RealmWeb.Jobs.Corpora;
using RealmWeb.Jobs.QuestionSets;
using RealmWeb.Jobs.Runs;
using RealmWeb.Jobs.Schedules;
using RealmWeb.Jobs.Sources;
using RealmWeb.Jobs.Sources.Web;
using RealmWeb.Jobs.Training;

namespace RealmWeb.Jobs;

/// <summary>Registers long work. Needs AddRealmData.</summary>
public static class RealmJobsRegistration
{
    /// <summary>Adds launcher, reader and workers. An <see cref="IRunProgressPublisher"/> registered before is told of every change.</summary>
    public static IServiceCollection AddRealmJobs(this IServiceCollection services, Action<RealmJobsOptions>? configure = null)
    {
        services.AddCorpusAnswering();
        if (configure is not null)
            services.Configure(configure);
        services.TryAddSingleton<IRunProgressPublisher, SilentPublisher>();
        services.TryAddSingleton<IChangePublisher, SilentChangePublisher>();
        services.TryAddSingleton<RunReader>();
        services.TryAddSingleton<DuplicateReports>();
        services.TryAddSingleton<RunDispatcher>();
        services.TryAddSingleton<RunningRuns>();
        services.TryAddSingleton<RunStateChanger>();
        services.TryAddSingleton<ChildCommand>();
        services.TryAddSingleton<ImportReading>();
        services.TryAddSingleton<ImportFailures>();
        services.TryAddSingleton<TrainingDesk>();
        services.TryAddSingleton<LabelExport>();
        services.TryAddSingleton<LabelImport>();
        services.TryAddSingleton<RunEnds>();
        RunWorks.Register(services);
        AddSources(services);
        // Public classes over internal parts: the container sees no constructor of theirs.
        services.TryAddSingleton(provider => new QuestionVectors(
            provider.GetRequiredService<CorpusLibrary>(), provider.GetRequiredService<ModelLibrary>(), provider.GetRequiredService<OpenModels>(),
            provider.GetRequiredService<OpenIndexes>()));
        services.TryAddSingleton(provider => new TrainingSettings(provider.GetRequiredService<RunWorks>()));
        services.TryAddSingleton(provider => new RunLauncher(
            provider.GetRequiredService<RunStore>(), provider.GetRequiredService<RunReader>(), provider.GetRequiredService<RunStateChanger>(),
            provider.GetRequiredService<RunDispatcher>(), provider.GetRequiredService<RunningRuns>(), provider.GetRequiredService<RunWorks>(),
            provider.GetRequiredService<RunForecaster>()));
        services.TryAddSingleton(provider => new RunExecutor(
            provider.GetRequiredService<RunStore>(), provider.GetRequiredService<RunStateChanger>(), provider.GetRequiredService<RunDispatcher>(),
            provider.GetRequiredService<RunningRuns>(), provider.GetRequiredService<RunWorks>(), provider.GetRequiredService<RunLauncher>(),
            provider.GetRequiredService<RunIngredients>(), provider.GetRequiredService<IOptions<RealmJobsOptions>>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<RunExecutor>>()));
        services.TryAddSingleton<RunIngredients>();
        services.TryAddSingleton<RunForecaster>();
        services.TryAddSingleton<ScheduleDesk>();
        services.TryAddSingleton(provider => new ScheduleTrigger(
            provider.GetRequiredService<ScheduleStore>(), provider.GetRequiredService<RunStore>(), provider.GetRequiredService<RunLauncher>(),
            provider.GetRequiredService<ChainStore>(), provider.GetRequiredService<ChainDesk>(), provider.GetRequiredService<IChangePublisher>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<ScheduleTrigger>>()));
        services.TryAddSingleton(provider => new QuestionSetUses(provider.GetRequiredService<RunStore>(), provider.GetRequiredService<RunWorks>()));

        AddChains(services);

        // Each host its own storage: the truth is in our tables, and tests run several hosts in one process.
        services.TryAddSingleton<JobStorage>(_ => new InMemoryStorage(new InMemoryStorageOptions { MaxExpirationTime = TimeSpan.FromHours(1) }));
        // And its own way to make what a job calls: Hangfire's default is that of the host that was configured last, whose runs are others.
        services.TryAddSingleton<JobActivator>(provider => new AspNetCoreJobActivator(provider.GetRequiredService<IServiceScopeFactory>()));
        services.AddHangfire((provider, hangfire) => hangfire
            .UseLogProvider(new HangfireLogs(provider.GetRequiredService<ILoggerFactory>()))
            .SetDataCompatibilityLevel(CompatibilityLevel.Version_180).UseSimpleAssemblyNameTypeSerializer().UseRecommendedSerializerSettings());
        // Before the workers: what was left behind must not be handed over twice.
        services.AddHostedService<RunReconciler>();
        services.AddHostedService<ScheduleBell>();
        services.AddHostedService<WebhookSender>();
        services.AddHangfireServer((_, server) => Configure(server, JobQueues.Schedules, 1));
        services.AddHostedService(provider => provider.GetRequiredService<ChainKeeper>());
        services.AddHangfireServer(
            (provider, server) => Configure(server, JobQueues.Io, provider.GetRequiredService<IOptions<RealmJobsOptions>>().Value.IoWorkers));
        services.AddHangfireServer(
            (provider, server) => Configure(server, JobQueues.Train, provider.GetRequiredService<IOptions<RealmJobsOptions>>().Value.TrainWorkers));
        return services;
    }

    /// <summary>Adds what answers questions over stored corpora.</summary>
    internal static IServiceCollection AddCorpusAnswering(this IServiceCollection services)
    {
        services.AddOptions<RealmJobsOptions>()
            .Configure<IServiceProvider>((options, provider) => provider.GetService<IConfiguration>()?.GetSection(RealmJobsOptions.Section).Bind(options))
            .ValidateDataAnnotations().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RealmJobsOptions>, WebhookCheck>());
        services.TryAddSingleton<IndexSwitches>();
        services.TryAddSingleton<OpenModels>();
        services.TryAddSingleton<OpenIndexes>();
        services.TryAddSingleton(provider => new AskableCorpora(
            provider.GetRequiredService<CorpusLibrary>(), provider.GetRequiredService<ModelLibrary>(), provider.GetRequiredService<RunStore>(),
            provider.GetRequiredService<OpenIndexes>()));
        services.TryAddSingleton(provider => new CorpusFitting(
            provider.GetRequiredService<CorpusLibrary>(), provider.GetRequiredService<ModelLibrary>(), provider.GetRequiredService<OpenModels>(),
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new CorpusAnswerer(
            provider.GetRequiredService<AskableCorpora>(), provider.GetRequiredService<ModelLibrary>(), provider.GetRequiredService<OpenModels>(),
            provider.GetRequiredService<OpenIndexes>(), provider.GetRequiredService<IOptions<RealmJobsOptions>>(),
            provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    private static void AddSources(IServiceCollection services)
    {
        services.AddOptions<RealmSourcesOptions>()
            .Configure<IServiceProvider>((options, provider) => provider.GetService<IConfiguration>()?.GetSection(RealmSourcesOptions.Section).Bind(options))
            .ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<AddressGuard>();
        services.TryAddSingleton<WebFetcher>();
        SourceReaders.Register(services);
        services.TryAddSingleton(provider => new SourceDesk(
            provider.GetRequiredService<SourceStore>(), provider.GetRequiredService<SourceReaders>(), provider.GetRequiredService<ScheduleDesk>(),
            provider.GetRequiredService<ScheduleStore>(), provider.GetRequiredService<CorpusLibrary>(), provider.GetRequiredService<RunLauncher>(),
            provider.GetRequiredService<RunStore>(), provider.GetRequiredService<TimeProvider>()));
    }

    private static void AddChains(IServiceCollection services)
    {
        services.TryAddSingleton<IChainPublisher, SilentChainPublisher>();
        services.TryAddSingleton<GateReports>();
        services.TryAddSingleton<LabelLessons>();
        services.TryAddSingleton<ProductionIndexes>();
        services.TryAddSingleton<ChainKeeper>();
        services.TryAddSingleton(provider => new CandidatePromotion(
            provider.GetRequiredService<ModelLibrary>(), provider.GetRequiredService<ProductionIndexes>(),
            provider.GetRequiredService<IChangePublisher>()));
        services.TryAddSingleton(provider => new ChainReader(
            provider.GetRequiredService<ChainStore>(), provider.GetRequiredService<RunStore>(), provider.GetRequiredService<RunReader>(),
            provider.GetRequiredService<GateReports>()));
        services.TryAddSingleton(provider => new ChainDesk(
            provider.GetRequiredService<ChainStore>(), provider.GetRequiredService<ChainReader>(), provider.GetRequiredService<ChainKeeper>(),
            provider.GetRequiredService<RunLauncher>(), provider.GetRequiredService<RunStore>(), provider.GetRequiredService<RunWorks>(),
            provider.GetRequiredService<GateRuleStore>(), provider.GetRequiredService<CorpusLibrary>(), provider.GetRequiredService<ModelLibrary>(),
            provider.GetRequiredService<QuestionSetLibrary>(), provider.GetRequiredService<TrainingDesk>(), provider.GetRequiredService<LabelStore>(),
            provider.GetRequiredService<LabelLessons>(), provider.GetRequiredService<RunForecaster>(), provider.GetRequiredService<TimeProvider>()));
    }

    private static void Configure(BackgroundJobServerOptions server, string queue, int workers)
    {
        server.ServerName = $"{Environment.MachineName}-{queue}";
        server.Queues = [queue];
        server.WorkerCount = workers;
        server.ShutdownTimeout = TimeSpan.FromSeconds(20);
    }
}
