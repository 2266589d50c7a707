using System.IO.Compression;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;
using RealmWeb.Client;
using RealmWeb.Contracts.Hubs;
using RealmWeb.Data;
using RealmWeb.Data.Sqlite;
using RealmWeb.Data.Storage;
using RealmWeb.Server.Access;
using RealmWeb.Server.Accounts;
using RealmWeb.Server.Annotation;
using RealmWeb.Server.Chains;
using RealmWeb.Server.Corpora;
using RealmWeb.Server.Evaluations;
using RealmWeb.Server.Events;
using RealmWeb.Server.Flags;
using RealmWeb.Server.Models;
using RealmWeb.Server.Notices;
using RealmWeb.Server.Questions;
using RealmWeb.Server.QuestionSets;
using RealmWeb.Server.Runs;
using RealmWeb.Server.Schedules;
using RealmWeb.Server.Sources;
using RealmWeb.Server.Widgets;

namespace RealmWeb.Server.Hosting;

/// <summary>The parts of the site, as a program of its own and inside another application put them together.</summary>
internal static class RealmWebExtensions
{
    /// <summary>Registers the site: data folder, runs, answering, accounts, API, hubs and pages.</summary>
    /// <param name="configure">Changes to the settings after those of section "Realm".</param>
    public static IServiceCollection AddRealmSite(this IServiceCollection services, Action<RealmWebOptions>? configure = null)
    {
        services.AddOptions<RealmWebOptions>().BindConfiguration(RealmWebOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<RealmWebOptions>, RealmWebOptionsCheck>();
        if (configure is not null)
            services.Configure(configure);
        services.AddRealmData();
        // One key for the site: Realm:DataDir. It is relative to the content root, so that the folder does not move with the caller's.
        services.AddOptions<RealmDataOptions>().PostConfigure<IOptions<RealmWebOptions>, IHostEnvironment>((data, web, host) =>
        {
            data.Directory = Path.Combine(host.ContentRootPath, web.Value.DataDir);
            if (web.Value.Database.Length > 0)
                data.Database = DatabasePlace.FileOf(web.Value.Database, host.ContentRootPath);
        });
        services.AddRealmAccounts().AddRealmPolicies().AddRealmProblems().AddRealmDescription();
        services.AddSingleton<RateLimits>();
        services.AddRealmRuns();
        services.AddRealmQuestions();
        services.AddRealmCorpora();
        services.AddRealmWidgets();
        services.AddSingleton<AnnotationViews>();
        services.AddSingleton<LiveQueue>();
        services.AddSingleton<AgreementReports>();
        services.AddSingleton<LiveReports>();
        services.ConfigureHttpJsonOptions(options => RequestJson.Configure(options.SerializerOptions));
        services.AddSignalR(options =>
            {
                options.MaximumParallelInvocationsPerClient = 4;
                // A page on a machine that trains with all of its cores may be silent for half a minute, and is not gone.
                options.ClientTimeoutInterval = options.HandshakeTimeout = TimeSpan.FromMinutes(1);
                options.AddFilter<AbortedInvocations>();
                options.AddFilter<HubSessions>();
            })
            .AddJsonProtocol(options => RequestJson.Configure(options.PayloadSerializerOptions));
        services.AddHealthChecks().AddCheck<ReadyCheck>("ready", tags: ["ready"]);
        // The policy's frame-ancestors says who may frame the pages, and can name sites; this header could not.
        services.AddAntiforgery(options => options.SuppressXFrameOptionsHeader = true);
        services.AddRazorComponents().AddInteractiveWebAssemblyComponents();
        // Pages that the server renders first call nothing (they wait until they run in the browser), so any address will do here.
        services.AddRealmWebClient(new Uri("http://localhost/"));
        // Assets are compressed when the site is published, but not those that a package names by their fingerprint. Only public text is
        // compressed here: pages and answers beside a secret in one compressed body would tell about it by their length.
        services.AddResponseCompression(options => (options.EnableForHttps, options.MimeTypes) = (true, ["text/css", "text/javascript"]));
        services.Configure<BrotliCompressionProviderOptions>(options => options.Level = CompressionLevel.Optimal);
        services.AddHostedService<RoleSeed>();
        services.AddHostedService<StartAnnouncement>();
        return services;
    }

    /// <summary>Puts the site's middleware into the pipeline and brings its database to the newest form. Before <see cref="MapRealmSite"/>.</summary>
    public static WebApplication UseRealmSite(this WebApplication app)
    {
        app.Services.GetRequiredService<RealmDatabase>().Check();
        app.Services.UseRealmData();
        StartFailure.RequireKeys(app.Services);
        app.Services.GetRequiredService<DataFolderSweep>().RunAsync().GetAwaiter().GetResult();
        app.UseNamedProxies();
        app.UseMiddleware<HostGuard>();
        app.UseMiddleware<SecurityHeaders>();
        app.UseResponseCompression();
        app.UseExceptionHandler();
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.UseWhen(context => !IsPage(context), calls => calls.UseStatusCodePages());
        app.UseMiddleware<SameOriginGuard>();
        app.UseMiddleware<BodyLimits>();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.UseMiddleware<Visitor>();
        return app;
    }

    /// <summary>Maps the pages at the root, the API below /api and the hubs below /hubs.</summary>
    public static WebApplication MapRealmSite(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<RealmWebOptions>>().Value.HostRoles is null)
        {
            app.MapAccounts();
            app.MapUsers();
        }
        else
        {
            app.MapHostsUser();
        }
        app.MapNotices();
        app.MapAsk();
        app.MapQuestions();
        app.MapOwnQuestions();
        app.MapFlags();
        app.MapPassages();
        app.MapCorpora();
        app.MapDocuments();
        app.MapAccess();
        app.MapSources();
        app.MapUploads();
        app.MapQuestionSets();
        app.MapRuns();
        app.MapSchedules();
        app.MapEvents();
        app.MapModels();
        app.MapEvaluations();
        app.MapAnnotation();
        app.MapAnnotationQuality();
        app.MapChains();
        app.MapGates();
        app.MapWidgets();
        app.MapEmbed();
        app.MapHub<AskHub>(HubRoutes.Ask);
        app.MapHub<EventsHub>(HubRoutes.Events);
        app.MapRealmHealth();
        app.MapRealmDescription();
        var assets = PublishedWith(app);
        app.MapStaticAssets(assets).Add(endpoint => endpoint.Metadata.Add(new Microsoft.AspNetCore.Authorization.AllowAnonymousAttribute()));
        var pages = app.MapRazorComponents<App>()
            .AddInteractiveWebAssemblyRenderMode()
            .AddAdditionalAssemblies(typeof(ClientServices).Assembly)
            .AllowAnonymous();
        if (assets is not null)
            pages.WithStaticAssets(assets);
        return app;
    }

    // Another application that carries the site is published with one list of files, its own, which holds the site's too.
    private static string? PublishedWith(WebApplication app)
    {
        if (PackagedSite.Root is not null)
            return PackagedSite.List;
        static string ListOf(string? name) => $"{name}.staticwebassets.endpoints.json";
        var theirs = ListOf(System.Reflection.Assembly.GetEntryAssembly()?.GetName().Name);
        return !File.Exists(Path.Combine(AppContext.BaseDirectory, ListOf(app.Environment.ApplicationName)))
            && File.Exists(Path.Combine(AppContext.BaseDirectory, theirs)) ? theirs : null;
    }

    // What a person opens in a browser gets a page to read; what a program calls gets a problem.
    private static bool IsPage(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method)
        && context.Request.Headers.Accept.Any(accept => accept?.Contains("text/html", StringComparison.OrdinalIgnoreCase) == true)
        && !context.Request.Path.StartsWithSegments("/api") && !context.Request.Path.StartsWithSegments("/hubs");
}
