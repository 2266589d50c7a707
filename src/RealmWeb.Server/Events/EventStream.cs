using System.Collections.Concurrent;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using RealmWeb.Contracts.Events;
using RealmWeb.Contracts.Hubs;
using RealmWeb.Data.Events;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Server.Events;

/// <summary>Stores what happens and tells those who follow it: four times a second each of them gets one message with all that is new. Who is slow, or
/// away for a moment, gets the rest with the next; who was cut off reads what was missed from the store.</summary>
internal sealed partial class EventStream(
    EventStore store, IHubContext<EventsHub, IEventsClient> hub, TopicRights rights, TimeProvider time, ILogger<EventStream> logger)
    : BackgroundService, IChangePublisher
{
    internal const int MostPerMessage = 200;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromHours(1);

    // A page that was away for longer reads the states themselves.
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private readonly List<StoredEvent> _pending = [];
    private readonly ConcurrentDictionary<string, Follower> _followers = new();

    /// <summary>Tells of something with the next message.</summary>
    /// <param name="subject">The thing whose state <paramref name="data"/> is: a state that nobody was told of yet is left out. Null where each counts.</param>
    public void Publish(string topic, string type, string? subject, object data)
    {
        var json = JsonSerializer.Serialize(data, data.GetType(), JsonSerializerOptions.Web);
        lock (_lock)
        {
            if (subject is not null)
                _pending.RemoveAll(old => old.Topic == topic && old.Type == type && old.Subject == subject);
            _pending.Add(new StoredEvent { Topic = topic, Type = type, Subject = subject, DataJson = json });
        }
    }

    public void Changed(string topic, string type, string id) => Publish(topic, type, id, new ThingChanged(id));

    /// <summary>Sends a topic to a connection from now on, for as long as its user may follow it.</summary>
    /// <returns>The topic's number now: what is read after this call is not older than that.</returns>
    public Task<long> FollowAsync(string connection, ClaimsPrincipal user, string topic, CancellationToken cancellationToken)
    {
        _followers.GetOrAdd(connection, _ => new Follower(user)).Follow(topic);
        return store.LatestAsync(topic, cancellationToken);
    }

    /// <summary>The connection is gone.</summary>
    public void Leave(string connection) => _followers.TryRemove(connection, out _);

    public static EventEnvelope Envelope(StoredEvent happened)
    {
        using var data = JsonDocument.Parse(happened.DataJson);
        return new(happened.Topic, happened.Seq, happened.At, happened.Type, V: 1, data.RootElement.Clone());
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        long? swept = null;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await PublishAsync(stoppingToken);
                if (swept is { } then && time.GetElapsedTime(then) < SweepEvery)
                    continue;
                swept = time.GetTimestamp();
                await store.SweepAsync(time.GetUtcNow() - Kept, stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // A full disk, a busy database: what waits is told as soon as it can be stored.
                LogNotStored(failure);
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            // What happened last is read by whoever comes back.
            await StoreAsync(cancellationToken);
        }
        catch (System.Data.Common.DbException failure)
        {
            LogNotStored(failure);
        }
    }

    private async Task PublishAsync(CancellationToken cancellationToken)
    {
        var stored = await StoreAsync(cancellationToken);
        var events = stored.Select(Envelope).ToList();
        foreach (var (connection, follower) in _followers)
        {
            var topics = follower.TopicsIn(events);
            // Asked at each message: a right that ended ends the topic on connections that are open.
            if (topics.Count > 0)
                follower.Leave(topics.Except(await rights.AllowedAsync(follower.User, topics, cancellationToken)));
            follower.Send(events, batch => hub.Clients.Client(connection).Happened(batch));
        }
    }

    private async Task<IReadOnlyList<StoredEvent>> StoreAsync(CancellationToken cancellationToken)
    {
        List<StoredEvent> batch;
        lock (_lock)
        {
            batch = [.. _pending];
            _pending.Clear();
        }
        if (batch.Count == 0)
            return [];
        try
        {
            await store.AppendAsync(batch, cancellationToken);
            return batch;
        }
        catch
        {
            lock (_lock)
            {
                _pending.InsertRange(0, batch.Where(old => old.Subject is null
                    || !_pending.Exists(newer => newer.Topic == old.Topic && newer.Type == old.Type && newer.Subject == old.Subject)));
            }
            throw;
        }
    }

    [LoggerMessage(EventId = 5301, Level = LogLevel.Warning, Message = "What happened could not be stored, so nobody is told yet; tried again at once")]
    private partial void LogNotStored(Exception exception);

    /// <summary>A connection with what it follows and what it was not sent yet.</summary>
    private sealed class Follower(ClaimsPrincipal user)
    {
        private readonly Lock _lock = new();
        private readonly HashSet<string> _topics = [];
        private readonly List<EventEnvelope> _waiting = [];
        private Task _sending = Task.CompletedTask;

        public ClaimsPrincipal User => user;

        public void Follow(string topic)
        {
            lock (_lock)
                _topics.Add(topic);
        }

        /// <summary>Topics of which something is to be sent, now or from before.</summary>
        public IReadOnlyCollection<string> TopicsIn(IReadOnlyList<EventEnvelope> events)
        {
            lock (_lock)
                return [.. events.Concat(_waiting).Select(happened => happened.Topic).Where(_topics.Contains).Distinct()];
        }

        public void Leave(IEnumerable<string> topics)
        {
            lock (_lock)
            {
                foreach (var topic in topics)
                {
                    _topics.Remove(topic);
                    _waiting.RemoveAll(happened => happened.Topic == topic);
                }
            }
        }

        public void Send(IReadOnlyList<EventEnvelope> events, Func<IReadOnlyList<EventEnvelope>, Task> send)
        {
            lock (_lock)
            {
                _waiting.AddRange(events.Where(happened => _topics.Contains(happened.Topic)));
                if (_waiting.Count == 0 || !_sending.IsCompleted)
                    return;
                var batch = _waiting.Take(MostPerMessage).ToList();
                _waiting.RemoveRange(0, batch.Count);
                // A connection that breaks is removed by the hub, and comes back as another one.
                _sending = send(batch);
            }
        }
    }
}
