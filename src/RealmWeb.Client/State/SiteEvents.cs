using Microsoft.AspNetCore.SignalR;
using RealmWeb.Client.Services;
using RealmWeb.Contracts.Events;
using RealmWeb.Contracts.Hubs;

namespace RealmWeb.Client.State;

/// <summary>What happens on the site, over the one connection that all pages share.</summary>
public sealed class SiteEvents : IEventsClient
{
    private readonly EventsConnection _connection;
    private readonly EventFeed _feed;
    private readonly List<Action<EventEnvelope>> _listeners = [];
    private readonly List<ChangeWatch> _watches = [];

    public SiteEvents(RealmApi api, EventsConnection connection)
    {
        _connection = connection;
        _feed = new(connection.FollowAsync, api, Apply);
        connection.Listen(this);
        connection.Link.Reconnected = FollowAgainAsync;
    }

    /// <summary>The connection is back, and the server has forgotten what it followed.</summary>
    public event Func<Task>? Reconnected;

    /// <summary>Is handed each event of the followed topics once and in order.</summary>
    public void Listen(Action<EventEnvelope> happened) => _listeners.Add(happened);

    public Task Happened(IReadOnlyList<EventEnvelope> events)
    {
        _feed.Take(events);
        return Task.CompletedTask;
    }

    /// <summary>Follows a topic, or goes on with it; inside of <see cref="AskAsync"/>.</summary>
    public async Task FollowAsync(string topic)
    {
        if (await _feed.FollowAsync(topic) is { } problem) throw new HttpRequestException(problem.Message);
    }

    /// <summary>Asks the hub something, connecting first where that was not done yet.</summary>
    /// <returns>Why it could not be asked, or said no; null when it answered.</returns>
    public async Task<Problem?> AskAsync(Func<EventsConnection, Task> ask)
    {
        if (await _connection.Link.StartAsync() is { } problem) return problem;
        try
        {
            await ask(_connection);
            return null;
        }
        catch (HubException refusal)
        {
            return new(HubLink.Message(refusal), refusal.Message.Contains("unauthorized", StringComparison.OrdinalIgnoreCase) ? 403 : 404);
        }
        catch (Exception failure) when (HubLink.IsLoss(failure))
        {
            return Problem.Unreachable;
        }
    }

    /// <summary>Calls back when something of the topics changed. Whoever shows it reads it after this call; what cannot be followed is only as new as the
    /// page.</summary>
    /// <param name="changed">Never called again before it is done; several changes meanwhile are one.</param>
    public async Task<IDisposable> WatchAsync(IEnumerable<string> topics, Func<Task> changed)
    {
        var watch = new ChangeWatch([.. topics], changed, _watches);
        _watches.Add(watch);
        await AskAsync(_ => FollowAsync(watch));
        return watch;
    }

    private async Task FollowAsync(ChangeWatch watch)
    {
        foreach (var topic in watch.Topics) await FollowAsync(topic);
        watch.Followed = true;
    }

    private void Apply(EventEnvelope happened)
    {
        foreach (var listener in _listeners) listener(happened);
        foreach (var watch in _watches.Where(watch => watch.Topics.Contains(happened.Topic)).ToList()) watch.Raise();
    }

    private async Task FollowAgainAsync()
    {
        foreach (var watch in _watches.ToList())
        {
            var isNew = !watch.Followed;
            await AskAsync(_ => FollowAsync(watch));
            // Of what it could not follow before it heard nothing.
            if (isNew && watch.Followed) watch.Raise();
        }

        foreach (var follower in Reconnected?.GetInvocationList().Cast<Func<Task>>() ?? []) await follower();
    }

    private sealed class ChangeWatch(IReadOnlyList<string> topics, Func<Task> changed, List<ChangeWatch> all) : IDisposable
    {
        private bool _telling;
        private bool _again;

        public IReadOnlyList<string> Topics => topics;

        public bool Followed { get; set; }

        public void Raise()
        {
            _again = true;
            if (!_telling) _ = TellAsync();
        }

        public void Dispose()
        {
            all.Remove(this);
            _again = false;
        }

        private async Task TellAsync()
        {
            _telling = true;
            try
            {
                while (_again)
                {
                    _again = false;
                    await changed();
                }
            }
            finally
            {
                _telling = false;
            }
        }
    }
}
