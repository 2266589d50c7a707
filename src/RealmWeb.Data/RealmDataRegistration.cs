using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using RealmWeb.Data.Access;
using RealmWeb.Data.Annotation;
using RealmWeb.Data.Chains;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Evaluations;
using RealmWeb.Data.Events;
using RealmWeb.Data.Flags;
using RealmWeb.Data.Gates;
using RealmWeb.Data.Models;
using RealmWeb.Data.Notices;
using RealmWeb.Data.Questions;
using RealmWeb.Data.QuestionSets;
using RealmWeb.Data.Runs;
using RealmWeb.Data.Schedules;
using RealmWeb.Data.Sources;
using RealmWeb.Data.Sqlite;
using RealmWeb.Data.Storage;
using RealmWeb.Data.Training;
using RealmWeb.Data.Upgrades;
using RealmWeb.Data.Uploads;
using RealmWeb.Data.Widgets;

namespace RealmWeb.Data;

/// <summary>Registers the data folder and everything stored in it.</summary>
public static class RealmDataRegistration
{
    /// <summary>Adds the stores. The host calls <see cref="RealmDatabase.Migrate"/> (as <see cref="UseRealmData"/> does) before it serves.</summary>
    public static IServiceCollection AddRealmData(this IServiceCollection services, Action<RealmDataOptions>? configure = null)
    {
        // The `realm` command has no configuration; only hosts do.
        services.AddOptions<RealmDataOptions>()
            .Configure<IServiceProvider>((options, provider) => provider.GetService<IConfiguration>()?.GetSection(RealmDataOptions.Section).Bind(options))
            .ValidateDataAnnotations().ValidateOnStart();
        if (configure is not null)
            services.Configure(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<RealmDataOptions>>().Value;
            return RealmPaths.In(options.Directory, options.Database.Length == 0 ? null : DatabasePlace.FileOf(options.Database, ""));
        });
        services.AddDbContextFactory<RealmDbContext>((provider, options) => SqliteSchema.Configure(options, provider.GetRequiredService<RealmPaths>()));
        services.TryAddSingleton<SqliteSchema>();
        services.TryAddSingleton<PromotionFiles>();
        services.TryAddSingleton<RunHistory>();
        services.TryAddSingleton<DataFolderUpgrade>();
        services.TryAddSingleton<RealmDatabase>();
        services.TryAddSingleton<RunStore>();
        services.TryAddSingleton<ScheduleStore>();
        services.TryAddSingleton<SourceStore>();
        services.TryAddSingleton<EventStore>();
        services.TryAddSingleton<NoticeStore>();
        services.TryAddSingleton<WebhookStore>();
        services.TryAddSingleton<QuestionStore>();
        services.TryAddSingleton<QuestionPrivacy>();
        services.TryAddSingleton<FlagStore>();
        services.TryAddSingleton<LabelStore>();
        services.TryAddSingleton<LabelUpkeep>();
        services.TryAddSingleton<LabelDesk>();
        services.TryAddSingleton<GuidelineStore>();
        services.TryAddSingleton<QueueSettingStore>();
        services.TryAddSingleton<DeskKeyStore>();
        services.TryAddSingleton<QueuedItems>();
        services.TryAddSingleton<QueueFilling>();
        services.TryAddSingleton<SettingStore>();
        services.TryAddSingleton<CorpusLibrary>();
        services.TryAddSingleton<ModelFolders>();
        services.TryAddSingleton<ModelRegistry>();
        services.TryAddSingleton<PromotionLedger>();
        services.TryAddSingleton<ModelLibrary>();
        services.TryAddSingleton<EvaluationStore>();
        services.TryAddSingleton<QuestionSetLibrary>();
        services.TryAddSingleton<UploadStore>();
        services.TryAddSingleton<DataFolderSweep>();
        services.TryAddSingleton<TrainingFolders>();
        services.TryAddSingleton<ChainStore>();
        services.TryAddSingleton<GateRuleStore>();
        services.TryAddSingleton<WidgetStore>();
        services.TryAddSingleton<CorpusGrantStore>();
        services.TryAddSingleton<CorpusRecords>();
        return services;
    }

    /// <summary>Makes the data folder and brings its database to the newest schema.</summary>
    public static IServiceProvider UseRealmData(this IServiceProvider services)
    {
        services.GetRequiredService<RealmDatabase>().Migrate();
        return services;
    }
}
