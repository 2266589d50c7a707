using System.Security.Claims;
using RealmWeb.Contracts.Access;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Events;
using RealmWeb.Data.Access;
using RealmWeb.Server.Access;
using RealmWeb.Server.Runs;

namespace RealmWeb.Server.Events;

/// <summary>Who may follow a kind of topic.</summary>
internal enum TopicReaders
{
    Admins,

    /// <summary>Who may annotate the corpus that the topic names.</summary>
    Annotators,

    /// <summary>Who may curate the corpus that the topic names.</summary>
    Curators,

    /// <summary>The account that the topic names.</summary>
    Owner,

    /// <summary>Who may look after the run that the topic names.</summary>
    OfRun,
}

/// <summary>Decides who may follow which topic: who may read the thing over HTTP. Nothing is remembered between decisions.</summary>
internal sealed class TopicRights(CorpusAccess access, RunRights runs)
{
    /// <summary>All kinds of topics by what stands before the colon.</summary>
    public static readonly IReadOnlyDictionary<string, TopicReaders> Kinds = new Dictionary<string, TopicReaders>
    {
        [EventTopics.Runs] = TopicReaders.Admins,
        [KindOf(EventTopics.Run(Guid.Empty))] = TopicReaders.OfRun,
        [KindOf(EventTopics.Chain(Guid.Empty))] = TopicReaders.Admins,
        [EventTopics.Schedules] = TopicReaders.Admins,
        [EventTopics.Models] = TopicReaders.Admins,
        [EventTopics.Notices] = TopicReaders.Admins,
        [KindOf(EventTopics.Queue(""))] = TopicReaders.Annotators,
        [KindOf(EventTopics.Flags(""))] = TopicReaders.Curators,
        [KindOf(EventTopics.Gate(""))] = TopicReaders.Curators,
        [KindOf(EventTopics.Evaluations(""))] = TopicReaders.Curators,
        [KindOf(EventTopics.OwnFlags(""))] = TopicReaders.Owner,
    };

    public async Task<bool> MayFollowAsync(ClaimsPrincipal? user, string topic, CancellationToken cancellationToken) =>
        (await AllowedAsync(user, [topic], cancellationToken)).Count > 0;

    /// <summary>Those of the topics that this one may follow now.</summary>
    public async Task<IReadOnlyCollection<string>> AllowedAsync(
        ClaimsPrincipal? user, IReadOnlyCollection<string> topics, CancellationToken cancellationToken)
    {
        CorpusRights? rights = null;
        var allowed = new List<string>();
        foreach (var topic in topics)
        {
            if (!Kinds.TryGetValue(KindOf(topic), out var readers))
                continue;
            if (readers is TopicReaders.Annotators or TopicReaders.Curators)
                rights ??= await access.OfAsync(user, cancellationToken);
            if (readers switch
                {
                    TopicReaders.Admins => user?.IsInRole(Roles.Admin) == true,
                    TopicReaders.Annotators => rights!.May(ThingOf(topic), CorpusRole.Annotator),
                    TopicReaders.Curators => rights!.May(ThingOf(topic), CorpusRole.Curator),
                    TopicReaders.OfRun => Guid.TryParseExact(ThingOf(topic), "N", out var id) && await runs.MayAsync(id, user, cancellationToken),
                    _ => user?.Identity is { IsAuthenticated: true, Name: { Length: > 0 } name } && name == ThingOf(topic),
                })
                allowed.Add(topic);
        }
        return allowed;
    }

    /// <summary>The same for a topic that is hidden as for one that is not there.</summary>
    public static string Refusal(string topic) => $"There is no topic \"{topic}\", or it is not yours to follow. The documentation lists the topics.";

    private static string KindOf(string topic) => topic.IndexOf(':', StringComparison.Ordinal) is var at and >= 0 ? topic[..at] : topic;

    private static string ThingOf(string topic) => topic[(topic.IndexOf(':', StringComparison.Ordinal) + 1)..];
}
