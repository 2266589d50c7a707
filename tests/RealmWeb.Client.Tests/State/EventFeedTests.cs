using System.Text.Json;
using RealmWeb.Client.State;
using RealmWeb.Contracts.Events;

namespace RealmWeb.Client.Tests.State;

public sealed class EventFeedTests : IAsyncLifetime
{
    private const string Topic = "runs";

    private readonly List<long> _applied = [];
    private ScriptedSite _site = null!;
    private EventFeed _feed = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await ScriptedSite.StartAsync();
        _feed = new(_ => Task.FromResult((long)_site.Events.Count), _site.Api(), happened => _applied.Add(happened.Seq));
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Feed_HandsOutWhatComesAfterItFollows()
    {
        _site.Events.AddRange([Event(1), Event(2)]);
        _feed.Take([Event(2)]);
        await _feed.FollowAsync(Topic);

        _feed.Take([Event(2), Event(3), Event(4)]);
        _feed.Take([Event(4), Event(6)]);

        Assert.Equal([3, 4, 6], _applied);
    }

    [Fact]
    public async Task Feed_HandsOutEachEventOnceAndInOrder_WhenNewOnesComeWhileMissedOnesAreRead()
    {
        await _feed.FollowAsync(Topic);
        _feed.Take([Event(1)]);
        _site.Events.AddRange([Event(1), Event(2), Event(3)]);
        var mayRead = new TaskCompletionSource();
        _site.MayReadEvents = mayRead.Task;

        var again = _feed.FollowAsync(Topic);
        _feed.Take([Event(3), Event(4)]);
        var before = _applied.ToArray();
        mayRead.SetResult();
        await again;

        Assert.Equal([1], before);
        Assert.Equal([1, 2, 3, 4], _applied);
    }

    [Fact]
    public async Task Feed_KeepsWhatComes_UntilWhatWasMissedCouldBeRead()
    {
        await _feed.FollowAsync(Topic);
        _site.Events.AddRange([Event(1), Event(2)]);
        _site.MayReadEvents = Task.FromException(new InvalidOperationException("The disk is gone."));

        var problem = await _feed.FollowAsync(Topic);
        _feed.Take([Event(3)]);
        _site.MayReadEvents = Task.CompletedTask;
        var none = await _feed.FollowAsync(Topic);

        Assert.NotNull(problem);
        Assert.Null(none);
        Assert.Equal([1, 2, 3], _applied);
    }

    private static EventEnvelope Event(long seq) => new(Topic, seq, DateTimeOffset.UnixEpoch, "x", 1, JsonSerializer.SerializeToElement(seq));
}
