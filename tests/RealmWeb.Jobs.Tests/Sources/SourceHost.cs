using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts.Sources;
using RealmWeb.Data;
using RealmWeb.Jobs.Sources;
using RealmWeb.TestKit;

namespace RealmWeb.Jobs.Tests.Sources;

/// <summary>A corpus "handbook" in a host whose sources may be read from loopback, without a pause.</summary>
internal sealed class SourceHost : IAsyncDisposable
{
    private readonly TempData _data;

    private SourceHost(TempData data, JobsHost host) => (_data, Host) = (data, host);

    public JobsHost Host { get; private set; }

    public string Folder => _data.Folder;

    public SourceDesk Desk => Host.Get<SourceDesk>();

    public static async Task<SourceHost> StartAsync(
        Action<RealmSourcesOptions>? configure = null, Action<RealmJobsOptions>? jobs = null,
        Action<RealmDataOptions>? stores = null, Action<IServiceCollection>? services = null)
    {
        var data = new TempData();
        data.Corpora.Create("handbook");
        File.WriteAllText(Path.Combine(data.Folder, "go"), "");
        return new SourceHost(data, await JobsHost.StartAsync(data.Folder, jobs, parts =>
        {
            parts.Configure<RealmSourcesOptions>(options =>
            {
                options.Pause = TimeSpan.Zero;
                configure?.Invoke(options);
            }).Configure<RealmDataOptions>(options => stores?.Invoke(options));
            services?.Invoke(parts);
        }));
    }

    public Task<SourceView> AddAsync(SaveSourceRequest source) => Desk.CreateAsync("handbook", source, "ann", isAdmin: true);

    /// <summary>Syncs and waits for the end, that of the index build included.</summary>
    public async Task<SourceSync> SyncAsync(SourceView source, bool dry = false, bool force = false)
    {
        var run = (await Desk.SyncAsync("handbook", source.Id, new SyncSourceRequest(dry, force), "ann"))!;
        await Host.WaitForEndAsync(run.Id);
        foreach (var build in (await Host.Reader.ListAsync()).Where(other => other.Kind == RunKind.IndexBuild))
            await Host.WaitForEndAsync(build.Id);
        return await FindAsync(source, run.Id);
    }

    public async Task<SourceSync> FindAsync(SourceView source, Guid run) =>
        (await Desk.ListAsync("handbook", isAdmin: true)).Single(view => view.Id == source.Id).Last.Single(sync => sync.RunId == run);

    /// <summary>Titles by name of document.</summary>
    public Dictionary<string, string> Documents() =>
        Host.Corpora.Open("handbook").Documents.List(pageSize: 10_000).Documents.ToDictionary(document => document.SourceId, document => document.Title);

    public string TextOf(string sourceId)
    {
        var documents = Host.Corpora.Open("handbook").Documents;
        return documents.Find(documents.FindId(sourceId)!.Value)!.Text;
    }

    public async Task<string> LogAsync(Guid run) => string.Join('\n', (await Host.Reader.ReadLogAsync(run)).Select(line => line.Message));

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        _data.Dispose();
    }
}
