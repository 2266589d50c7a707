using System.Net.Http.Json;
using System.Security.Claims;
using Hangfire;
using Hangfire.States;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Models;
using RealmWeb.Contracts.Runs;
using RealmWeb.Jobs.Runs;
using RealmWeb.Server.Tests.Hosting;
using RealmWeb.TestKit;

namespace RealmWeb.Server.Tests.Embedding;

/// <summary>The site inside an application that lends it its database and its Hangfire.</summary>
public sealed class HostsServicesTests : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("realmweb-lent-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string DataFolder => Path.Combine(_folder, "data");

    public async ValueTask DisposeAsync()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Runs_AreDoneByTheHostsHangfire_AndKeptInItsDatabase()
    {
        RandomModel.Make(Path.Combine(DataFolder, "models", AskableSite.Model));
        await using var app = await StartAsync();
        using var boss = new HttpClient { BaseAddress = new Uri(app.Urls.First() + "/help/") };
        var storage = app.Services.GetRequiredService<JobStorage>();
        var jobs = app.Services.GetRequiredService<IBackgroundJobClient>();

        (await boss.PostAsJsonAsync(Below(ApiRoutes.Corpora), new CreateCorpusRequest("notes", ""), Stop)).EnsureSuccessStatusCode();
        (await boss.PostAsJsonAsync(Below(ApiRoutes.PromoteModel(AskableSite.Model)), new PromoteRequest("the only one"), Stop)).EnsureSuccessStatusCode();
        using var form = new MultipartFormDataContent { { new ByteArrayContent(await File.ReadAllBytesAsync(RandomModel.Articles[0], Stop)), "files", "one.md" } };
        var import = (await Reply.ValueAsync<UploadAccepted>(await boss.PostAsync(Below(ApiRoutes.Files("notes")), form, Stop))).RunId;
        var runs = await EndsAsync(boss);

        // The index was built by a process that was given the data folder alone, with the model that the host's database says is promoted.
        Assert.Equal([(RunKind.Import, RunState.Succeeded), (RunKind.IndexBuild, RunState.Succeeded)], runs.Select(run => (run.Kind, run.State)).Order());
        Assert.False(File.Exists(Path.Combine(DataFolder, "realm.db")));
        await using (var scope = app.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<HostsDb>();
            Assert.Equal("the host's", (await db.Runs.SingleAsync(Stop)).Name);
            Assert.Equal(2, await db.Database.SqlQuery<int>($"SELECT count(*) AS Value FROM RealmWeb_Runs").SingleAsync(Stop));
        }
        // Nobody but the site's own servers names its queues, and each job is made by whose it is.
        var monitor = storage.GetMonitoringApi();
        Assert.Equal(
            ["default", "realm-io", "realm-schedules", "realm-train"], monitor.Servers().SelectMany(server => server.Queues).Order(StringComparer.Ordinal));
        var own = jobs.Enqueue<HostsWork>(work => work.Do());
        await SucceededAsync(storage, own);
        var job = Assert.Single(monitor.SucceededJobs(0, 100), done => done.Value.Job.Args.Contains(import)).Key;
        Assert.Contains($"RealmWeb: run {import}", await boss.GetStringAsync("/jobs/jobs/succeeded", Stop), StringComparison.Ordinal);
        // Queued again from the host's dashboard it reaches the host's server, which finds the site's executor; a run that is over stays as it is.
        Assert.True(jobs.ChangeState(job, new EnqueuedState()));
        await SucceededAsync(storage, job);
        Assert.Equal(RunState.Succeeded, (await Reply.GetAsync<RunSnapshot>(boss, Below(ApiRoutes.Run(import)))).State);
        await app.StopAsync(CancellationToken.None);
    }

    private static string Below(string route) => route.TrimStart('/');

    private static async Task<List<RunSnapshot>> EndsAsync(HttpClient boss)
    {
        while (true)
        {
            var runs = await Reply.GetAsync<List<RunSnapshot>>(boss, Below(ApiRoutes.Runs));
            if (runs.Count == 2 && runs.All(run => run.IsFinal))
                return runs;
            Assert.DoesNotContain(runs, run => run.State == RunState.Failed);
            await Task.Delay(100, Stop);
        }
    }

    private static async Task SucceededAsync(JobStorage storage, string job)
    {
        using var connection = storage.GetConnection();
        while (connection.GetStateData(job) is not { Name: "Succeeded" } state)
        {
            Assert.NotEqual("Failed", connection.GetStateData(job)?.Name);
            await Task.Delay(50, Stop);
        }
    }

    private async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0", ["Realm:DataDir"] = DataFolder, ["Realm:ImportSample"] = "false",
            ["ConnectionStrings:App"] = $"Data Source={Path.Combine(_folder, "app.db")}",
        });
        builder.Logging.ClearProviders();
        var connection = builder.Configuration.GetConnectionString("App")!;
        builder.Services.AddDbContext<HostsDb>(options => options.UseSqlite(connection));
        builder.Services.AddSingleton<HostsOwn>();
        // One log for the process, which other tests have to outlive.
        builder.Services.AddHangfire((provider, hangfire) => hangfire.UseInMemoryStorage().UseLogProvider(new HangfireLogs(provider.GetRequiredService<ILoggerFactory>())));
        builder.Services.AddHangfireServer();
        builder.Services.AddRealmWeb(realm =>
        {
            realm.HostRoles = _ => [Roles.Admin];
            realm.Database = connection;
            realm.JobStorage = services => services.GetRequiredService<JobStorage>();
        });
        var app = builder.Build();
        app.Use((context, next) =>
        {
            context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "boss")], "Test"));
            return next();
        });
        app.MapRealmWeb("/help");
        app.MapHangfireDashboard("/jobs");
        await using (var scope = app.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<HostsDb>();
            await db.Database.EnsureCreatedAsync(Stop);
            db.Runs.Add(new HostsRun { Name = "the host's" });
            await db.SaveChangesAsync(Stop);
        }
        await app.StartAsync(Stop);
        return app;
    }

    /// <summary>The host's own database, which has runs too.</summary>
    private sealed class HostsDb(DbContextOptions<HostsDb> options) : DbContext(options)
    {
        public DbSet<HostsRun> Runs => Set<HostsRun>();
    }

    private sealed class HostsRun
    {
        public int Id { get; init; }
        public required string Name { get; init; }
    }

    /// <summary>Which only the host's services have.</summary>
    public sealed class HostsOwn;

    public sealed class HostsWork(HostsOwn own)
    {
        public void Do() => Assert.NotNull(own);
    }
}
