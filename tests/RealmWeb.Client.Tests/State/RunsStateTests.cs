using RealmWeb.Client.Services;
using RealmWeb.Client.State;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Events;
using RealmWeb.Contracts.Hubs;
using RealmWeb.Contracts.Runs;

namespace RealmWeb.Client.Tests.State;

public sealed class RunsStateTests : IAsyncLifetime
{
    private readonly RunSnapshot _run = RunSnapshots.At(RunState.Running, revision: 5);

    private ScriptedSite _site = null!;
    private EventsConnection _connection = null!;
    private RunsState _state = null!;
    private Changes _changes = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await ScriptedSite.StartAsync();
        _site.Runs.Add(_run);
        _connection = new(new Uri(_site.Address, HubRoutes.Events));
        var api = _site.Api();
        _state = new(api, new AccountState(api), new SiteEvents(api, _connection), TimeProvider.System);
        _changes = new(_state.OnChange);
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task FollowAll_AsksNothing_WhenTheAccountIsNoAdmin()
    {
        _site.Me = new("bob", [Roles.Asker], false, true);

        await _state.FollowAllAsync();

        Assert.True(_state.Problem!.NotAllowed);
        Assert.Empty(_site.Watched);
        Assert.False(_state.Loaded);
    }

    [Fact]
    public async Task RunChanged_KeepsTheHigherRevision_WhenMessagesCross()
    {
        await _state.FollowAllAsync();

        await _site.ChangeAsync(_run with { Done = 9, Revision = 7 });
        await _site.ChangeAsync(_run with { Done = 1, Revision = 6 });
        await _changes.UntilAsync(() => _state.Find(_run.Id)!.Revision == 7);
        await _site.ChangeAsync(RunSnapshots.At(RunState.Queued, 1));
        await _changes.UntilAsync(() => _state.Runs.Count() == 2);

        Assert.Equal((9, 7), (_state.Find(_run.Id)!.Done, _state.Find(_run.Id)!.Revision));
    }

    [Fact]
    public async Task Open_ShowsEachLineOnce_WhenItIsPushedAndRead()
    {
        _site.Log.AddRange(Lines(1, 3));

        await _state.OpenAsync(_run.Id);
        await LogAsync(_run.Id, 3, 5);
        await _changes.UntilAsync(() => _state.Log.Count == 5);

        Assert.Equal([1, 2, 3, 4, 5], _state.Log.Select(line => line.Sequence));
        Assert.Equal("handbook", _state.Parameters["corpus"]);
    }

    [Fact]
    public async Task Log_KeepsTheNewestLines_WhenThereAreTooMany()
    {
        _site.Log.AddRange(Lines(1, 900));
        await _state.OpenAsync(_run.Id);

        await LogAsync(_run.Id, 901, 2500);
        await _changes.UntilAsync(() => _state.Log.Last().Sequence == 2500);

        Assert.Equal((2000, 501L), (_state.Log.Count, _state.Log.First().Sequence));
    }

    [Fact]
    public async Task Log_IsThatOfTheOpenedRun_WhenAnotherOneWasOpenedBefore()
    {
        var other = RunSnapshots.At(RunState.Running, revision: 1);
        _site.Runs.Add(other);
        await _state.OpenAsync(other.Id);
        await _state.OpenAsync(_run.Id);

        await LogAsync(other.Id, 1, 2);
        await LogAsync(_run.Id, 3, 3);
        await _changes.UntilAsync(() => _state.Log.Count > 0);

        Assert.Equal([3], _state.Log.Select(line => line.Sequence));
    }

    [Fact]
    public async Task Reconnection_BringsWhatWasMissed()
    {
        await _state.FollowAllAsync();
        await _state.OpenAsync(_run.Id);
        await LogAsync(_run.Id, 1, 2);
        await _changes.UntilAsync(() => _state.Log.Count == 2);
        _site.Watched.Clear();

        _site.Cut();
        await LogAsync(_run.Id, 3, 4);
        await _changes.UntilAsync(() => _state.Log.Count == 4);
        await LogAsync(_run.Id, 5, 5);
        await _changes.UntilAsync(() => _state.Log.Count == 5);

        Assert.Equal([1, 2, 3, 4, 5], _state.Log.Select(line => line.Sequence));
    }

    [Fact]
    public async Task Reconnection_FollowsAgain_WhatWasFollowed()
    {
        await _state.FollowAllAsync();
        await _state.OpenAsync(_run.Id);
        _site.Watched.Clear();
        _site.Runs[0] = _run with { State = RunState.Succeeded, Revision = 20 };

        _site.Cut();
        await _changes.UntilAsync(() => _state.Find(_run.Id)!.Revision == 20);

        Assert.Contains(Guid.Empty, _site.Watched);
    }

    [Fact]
    public async Task Follow_SaysWhatTheServerSaid_WhenThereIsNoSuchRun()
    {
        var missing = Guid.NewGuid();

        await _state.FollowAsync(missing);

        Assert.Equal((404, $"There is no run {missing}. Pick one from the Runs page."), (_state.Problem!.Status, _state.Problem.Message));
    }

    [Fact]
    public async Task Runs_AreUnfinishedFirst_ThenTheNewest()
    {
        var now = DateTimeOffset.UnixEpoch;
        var (old, late) = (RunSnapshots.At(RunState.Succeeded, 1) with { CreatedAt = now },
            RunSnapshots.At(RunState.Failed, 1) with { CreatedAt = now.AddHours(2) });
        _site.Runs.AddRange([old, late]);

        await _state.FollowAllAsync();

        Assert.Equal([_run.Id, late.Id, old.Id], _state.Runs.Select(run => run.Id));
    }

    private Task LogAsync(Guid run, int first, int last) =>
        _site.HappenAsync(EventTopics.Run(run), EventTypes.RunLogged, new RunLogged(run, [.. Lines(first, last)]));

    private static IEnumerable<RunLogLine> Lines(int first, int last) =>
        Enumerable.Range(first, last - first + 1).Select(i => new RunLogLine(i, DateTimeOffset.UnixEpoch, "Information", $"line {i}"));
}
