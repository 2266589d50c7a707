using System.Collections.Concurrent;
using RealmWeb.Client.Services;
using RealmWeb.Client.State;
using RealmWeb.Contracts.Events;
using RealmWeb.Contracts.Hubs;

namespace RealmWeb.Client.Tests.State;

public sealed class SiteEventsTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<EventEnvelope> _seen = [];
    private readonly SemaphoreSlim _told = new(0);
    private ScriptedSite _site = null!;
    private EventsConnection _connection = null!;
    private SiteEvents _events = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await ScriptedSite.StartAsync();
        _connection = new(new Uri(_site.Address, HubRoutes.Events));
        _events = new(_site.Api(), _connection);
        _events.Listen(_seen.Enqueue);
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _site.DisposeAsync();
        _told.Dispose();
    }

    [Fact]
    public async Task Watch_CallsBack_WhenSomethingOfItsTopicsChanged()
    {
        using var watch = await _events.WatchAsync([EventTopics.Models, EventTopics.Notices], TellAsync);

        await ChangeAsync(EventTopics.Models, "first");
        await ToldAsync();
        await ChangeAsync(EventTopics.Notices, "second");
        await ToldAsync();

        Assert.Equal([EventTopics.Models, EventTopics.Notices], _seen.Select(happened => happened.Topic));
    }

    [Fact]
    public async Task Watch_HearsEachChangeOnce_WhenTheConnectionWasCut()
    {
        using var watch = await _events.WatchAsync([EventTopics.Schedules], TellAsync);
        await ChangeAsync(EventTopics.Schedules, "before");
        await ToldAsync();

        _site.Cut();
        await ChangeAsync(EventTopics.Schedules, "cut off");
        await ToldAsync();
        await ChangeAsync(EventTopics.Schedules, "after");
        await ToldAsync();

        Assert.Equal([1, 2, 3], _seen.Select(happened => happened.Seq));
    }

    [Fact]
    public async Task Watch_CallsBackOnceMore_WhenMuchChangesMeanwhile()
    {
        var busy = new TaskCompletionSource();
        var calls = 0;
        using var watch = await _events.WatchAsync([EventTopics.Models], async () =>
        {
            calls++;
            _told.Release();
            await busy.Task;
        });
        await ChangeAsync(EventTopics.Models, "first");
        await ToldAsync();
        for (var i = 0; i < 5; i++)
            await ChangeAsync(EventTopics.Models, $"meanwhile {i}");
        await UntilAsync(() => _seen.Count == 6);

        busy.SetResult();
        await ToldAsync();
        await ChangeAsync(EventTopics.Models, "last");
        await ToldAsync();

        Assert.Equal(3, calls);
    }

    [Fact]
    public async Task Watch_CallsNobody_OnceItIsOver()
    {
        var calls = 0;
        var over = await _events.WatchAsync([EventTopics.Models], () => Task.FromResult(calls++));
        using var other = await _events.WatchAsync([EventTopics.Models], TellAsync);

        over.Dispose();
        await ChangeAsync(EventTopics.Models, "one");
        await ToldAsync();

        Assert.Equal(0, calls);
    }

    private Task ChangeAsync(string topic, string id) => _site.HappenAsync(topic, EventTypes.ModelChanged, new ThingChanged(id));

    private Task TellAsync()
    {
        _told.Release();
        return Task.CompletedTask;
    }

    private async Task ToldAsync() =>
        Assert.True(await _told.WaitAsync(Patience, TestContext.Current.CancellationToken), "Nobody was told of the change.");

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        while (!holds())
            await Task.Delay(5, patience.Token);
    }
}
