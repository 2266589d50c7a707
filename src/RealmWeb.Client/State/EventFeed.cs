using RealmWeb.Client.Services;
using RealmWeb.Contracts.Events;

namespace RealmWeb.Client.State;

/// <summary>Hands out each event of the followed topics once and in order, however often the connection is lost.</summary>
/// <param name="follow">Has the server send a topic; gives the topic's number now.</param>
/// <param name="apply">Called for each event.</param>
public sealed class EventFeed(Func<string, Task<long>> follow, RealmApi api, Action<EventEnvelope> apply)
{
    private readonly Dictionary<string, Topic> _topics = [];

    /// <summary>Follows a topic, or goes on with it after the connection was lost. The first time, events up to now are not handed out: whoever follows
    /// reads the state of things after this call.</summary>
    /// <returns>Why what was missed could not be read; null when it was.</returns>
    public async Task<Problem?> FollowAsync(string name)
    {
        if (!_topics.TryGetValue(name, out var topic)) _topics[name] = topic = new();
        // What comes while the missed ones are read must wait for them: handed out first, it would make them look old.
        topic.Held ??= [];
        var now = await follow(name);
        topic.Last ??= now;
        while (topic.Last < now)
        {
            var (page, problem) = await api.EventsAsync(name, topic.Last.Value);
            if (page is null) return problem;
            foreach (var missed in page.Events) Apply(topic, missed);
            // Numbers up to now may be gone, where a later state took their place.
            if (!page.More) topic.Last = Math.Max(topic.Last.Value, now);
        }

        var held = topic.Held;
        topic.Held = null;
        foreach (var waited in held ?? []) Apply(topic, waited);
        return null;
    }

    /// <summary>Takes what the server sent.</summary>
    public void Take(IReadOnlyList<EventEnvelope> events)
    {
        foreach (var happened in events)
        {
            if (!_topics.TryGetValue(happened.Topic, out var topic)) continue;
            if (topic.Held is { } held) held.Add(happened);
            else Apply(topic, happened);
        }
    }

    private void Apply(Topic topic, EventEnvelope happened)
    {
        if (happened.Seq <= topic.Last) return;
        topic.Last = happened.Seq;
        apply(happened);
    }

    private sealed class Topic
    {
        /// <summary>Number of the last event that was handed out; null before the topic is followed.</summary>
        public long? Last { get; set; }

        /// <summary>Events that wait; null while none has to.</summary>
        public List<EventEnvelope>? Held { get; set; }
    }
}
