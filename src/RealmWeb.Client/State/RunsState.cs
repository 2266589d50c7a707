using System.Text.Json;
using Microsoft.AspNetCore.Components;
using RealmWeb.Client.Services;
using RealmWeb.Contracts.Chains;
using RealmWeb.Contracts.Events;
using RealmWeb.Contracts.Runs;

namespace RealmWeb.Client.State;

/// <summary>The runs the user follows, kept up to date by the events hub. The only writer.</summary>
public sealed class RunsState
{
    // Longer logs are for the command line; a browser slows down.
    private const int LogLines = 2000;
    private static readonly TimeSpan MetricsEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    private readonly ChangeSignal _changed = new();
    private readonly RealmApi _api;
    private readonly AccountState _account;
    private readonly SiteEvents _events;
    private readonly TimeProvider _time;
    private readonly Dictionary<Guid, RunSnapshot> _runs = [];
    private readonly SortedDictionary<long, RunLogLine> _log = [];
    private readonly HashSet<Guid> _followed = [];
    private readonly Dictionary<Guid, ChainView> _chains = [];
    private bool _followsAll;
    private long _metricsAt;
    private bool _metricsDue;
    private bool _telling;
    private TimeSpan _pause = ShortestPause;

    public RunsState(RealmApi api, AccountState account, SiteEvents events, TimeProvider time)
    {
        (_api, _account, _events, _time) = (api, account, events, time);
        events.Listen(Apply);
        events.Reconnected += FollowAgainAsync;
    }

    /// <summary>All runs were loaded; before, a missing one may only be on its way.</summary>
    public bool Loaded { get; private set; }

    public Problem? Problem { get; private set; }

    /// <summary>Unfinished first, then the newest.</summary>
    public IEnumerable<RunSnapshot> Runs => _runs.Values.OrderBy(run => run.IsFinal).ThenByDescending(run => run.CreatedAt);

    /// <summary>Run whose log and curves are kept; null while no run's page is open.</summary>
    public Guid? Opened { get; private set; }

    public IReadOnlyCollection<RunLogLine> Log => _log.Values;

    public IReadOnlyList<RunMetricPoint> Metrics { get; private set; } = [];

    public IReadOnlyDictionary<string, string> Parameters { get; private set; } = new Dictionary<string, string>();

    /// <summary>The run of the same kind before the opened one; null where there is none.</summary>
    public FormerRun? Former { get; private set; }

    public IDisposable OnChange(EventCallback callback) => _changed.Subscribe(callback);

    public RunSnapshot? Find(Guid id) => _runs.GetValueOrDefault(id);

    public ChainView? FindChain(Guid id) => _chains.GetValueOrDefault(id);

    /// <summary>Follows a chain and the run of the link that is at work.</summary>
    public Task FollowChainAsync(Guid id) => AskHubAsync(async hub =>
    {
        await _events.FollowAsync(EventTopics.Chain(id));
        var (chain, problem) = await _api.ChainAsync(id);
        if (chain is not null) Keep(chain);
        Problem = problem;
        foreach (var run in _chains.GetValueOrDefault(id)?.Links.Select(link => link.Run).OfType<RunSnapshot>().Where(run => !run.IsFinal) ?? [])
            await FollowAsync(run.Id);
    });

    public Task FollowAllAsync() => AskHubAsync(async hub =>
    {
        _followsAll = true;
        await _events.FollowAsync(EventTopics.Runs);
        foreach (var run in await hub.WatchRunsAsync()) Keep(run);
        Loaded = true;
    });

    /// <summary>Follows one run without its log, for progress shown on other pages.</summary>
    public Task FollowAsync(Guid id) => AskHubAsync(
        async hub =>
        {
            _followed.Add(id);
            await _events.FollowAsync(EventTopics.Run(id));
            Keep(await hub.WatchRunAsync(id));
        },
        // Of a corpus of theirs: the server knows which.
        forCurators: true);

    /// <summary>Follows a run with its log, curves and parameters.</summary>
    public async Task OpenAsync(Guid id)
    {
        if (Opened != id)
        {
            (Opened, Metrics, Parameters, Former) = (id, [], new Dictionary<string, string>(), null);
            _log.Clear();
        }

        // Followed first and read after, so that nothing falls between; lines that come twice have the same number.
        await FollowAsync(id);
        if (Problem is not null) return;
        await LoadLogAsync(id);
        await LoadMetricsAsync(id);
        if ((await _api.RunParametersAsync(id)).Value is { } parameters && Opened == id) Parameters = parameters;
        if ((await _api.FormerRunAsync(id)).Value is { } former && Opened == id) Former = former;
        await _changed.RaiseAsync();
    }

    private void Apply(EventEnvelope happened)
    {
        switch (happened.Type)
        {
            case EventTypes.RunChanged:
                RunChanged(happened.Data.Deserialize<RunSnapshot>(JsonSerializerOptions.Web)!);
                break;
            case EventTypes.RunLogged when happened.Data.Deserialize<RunLogged>(JsonSerializerOptions.Web) is { } logged && logged.RunId == Opened:
                Append(logged.Lines);
                break;
            case EventTypes.ChainChanged:
                ChainChanged(happened.Data.Deserialize<ChainView>(JsonSerializerOptions.Web)!);
                break;
            default:
                return;
        }

        _ = TellSoonAsync();
    }

    private void ChainChanged(ChainView chain)
    {
        Keep(chain);
        foreach (var run in chain.Links.Select(link => link.Run).OfType<RunSnapshot>().Where(run => !run.IsFinal && !_followed.Contains(run.Id)))
            _ = FollowAsync(run.Id);
    }

    private void Keep(ChainView chain)
    {
        if (_chains.TryGetValue(chain.Id, out var known) && known.Revision > chain.Revision) return;
        _chains[chain.Id] = chain;
        foreach (var run in chain.Links.Select(link => link.Run).OfType<RunSnapshot>()) Keep(run);
    }

    private void RunChanged(RunSnapshot run)
    {
        Keep(run);
        if (run.Id == Opened && (run.IsFinal || _time.GetElapsedTime(_metricsAt) >= MetricsEvery)) _metricsDue = true;
    }

    // Runs at work push several times a second, each. What came meanwhile is drawn together, and the pause between two drawings is long against
    // what one takes: on a slow machine clicks would else wait behind a queue of drawings that only grows.
    private async Task TellSoonAsync()
    {
        if (_telling) return;
        _telling = true;
        await Task.Delay(_pause, _time);
        _telling = false;
        if (_metricsDue && Opened is { } opened)
        {
            _metricsDue = false;
            await LoadMetricsAsync(opened);
        }

        var began = _time.GetTimestamp();
        await _changed.RaiseAsync();
        var took = _time.GetElapsedTime(began);
        _pause = 3 * took < ShortestPause ? ShortestPause : 3 * took > LongestPause ? LongestPause : 3 * took;
    }

    private void Keep(RunSnapshot run)
    {
        // A push and the reply to a subscription may cross: the higher revision is the later truth.
        if (_runs.TryGetValue(run.Id, out var known) && known.Revision > run.Revision) return;
        _runs[run.Id] = run;
    }

    private void Append(IEnumerable<RunLogLine> lines)
    {
        foreach (var line in lines) _log[line.Sequence] = line;
        foreach (var old in _log.Keys.Take(_log.Count - LogLines).ToArray()) _log.Remove(old);
    }

    private async Task LoadLogAsync(Guid id)
    {
        var after = _log.Count == 0 ? 0 : _log.Keys.Last();
        if ((await _api.RunLogAsync(id, after)).Value is { } lines && Opened == id) Append(lines);
    }

    private async Task LoadMetricsAsync(Guid id)
    {
        _metricsAt = _time.GetTimestamp();
        if ((await _api.RunMetricsAsync(id)).Value is { } points && Opened == id) Metrics = points;
    }

    private async Task FollowAgainAsync()
    {
        if (_followsAll) await FollowAllAsync();
        foreach (var id in _followed.ToArray()) await FollowAsync(id);
        foreach (var id in _chains.Keys.ToArray()) await FollowChainAsync(id);
        if (Opened is { } opened) await OpenAsync(opened);
    }

    private async Task AskHubAsync(Func<EventsConnection, Task> ask, bool forCurators = false)
    {
        await _account.LoadAsync();
        Problem = _account.IsAdmin || (forCurators && _account.IsCurator) ? null : _account.Problem ?? Problem.RoleMissing;
        if (Problem is null && await _events.AskAsync(ask) is { } problem) Problem = problem;
        await _changed.RaiseAsync();
    }
}
