using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Access;
using RealmWeb.Contracts.Annotation;
using RealmWeb.Contracts.Events;
using RealmWeb.Contracts.Flags;
using RealmWeb.Contracts.Gates;
using RealmWeb.Contracts.Notices;
using RealmWeb.Contracts.Questions;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts.Schedules;
using RealmWeb.Jobs.Runs;
using RealmWeb.Server.Tests.Access;
using RealmWeb.Server.Tests.Hosting;
using RealmWeb.TestKit;

namespace RealmWeb.Server.Tests.Hubs;

/// <summary>What is told of whom, and to whom.</summary>
[Collection(AskingTests.Name)]
public sealed class TopicTests(AskableSite askable)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Topics in which things change without being asked.</summary>
    [Theory]
    [InlineData(CorpusRole.Asker, false, false)]
    [InlineData(CorpusRole.Annotator, true, false)]
    [InlineData(CorpusRole.Curator, true, true)]
    public async Task CorpusTopics_AreForThoseWhoMayReadTheThing(CorpusRole role, bool queue, bool others)
    {
        var (member, cookies) = await Vault.AccountAsync(askable);
        var vault = await Vault.MakeAsync(askable, Vault.User(member, role));
        using var client = askable.Site.Client(cookies);
        await using var follower = await EventFollower.ConnectAsync(askable.Site, cookies);

        Assert.Equal((queue, queue), await MayAsync(follower, client, EventTopics.Queue(vault.Name)));
        foreach (var topic in new[] { EventTopics.Flags(vault.Name), EventTopics.Gate(vault.Name), EventTopics.Evaluations(vault.Name) })
            Assert.Equal((others, others), await MayAsync(follower, client, topic));
        Assert.Equal((false, false), await MayAsync(follower, client, EventTopics.Queue("nowhere")));
        Assert.Equal((false, false), await MayAsync(follower, client, EventTopics.Models));
        Assert.Equal((true, true), await MayAsync(follower, client, EventTopics.OwnFlags(member)));
        Assert.Equal((false, false), await MayAsync(follower, client, EventTopics.OwnFlags(Site.AdminName)));
    }

    [Fact]
    public async Task Topic_IsLeftAtOnce_WhenTheRightInItsCorpusEnds()
    {
        var (member, cookies) = await Vault.AccountAsync(askable);
        var vault = await Vault.MakeAsync(askable, Vault.User(member, CorpusRole.Annotator));
        var changes = askable.Site.Services.GetRequiredService<IChangePublisher>();
        await using var follower = await EventFollower.ConnectAsync(askable.Site, cookies, EventTopics.Queue(vault.Name), EventTopics.OwnFlags(member));
        using var client = askable.Site.Client(cookies);
        changes.Changed(EventTopics.Queue(vault.Name), EventTypes.QueueChanged, "before");
        await follower.UntilAsync(EventTopics.Queue(vault.Name), "before");

        await vault.GrantAsync();
        changes.Changed(EventTopics.Queue(vault.Name), EventTypes.QueueChanged, "after");
        // A connection keeps the order: what is told after the barrier would have come before it.
        changes.Changed(EventTopics.OwnFlags(member), EventTypes.FlagChanged, "barrier");
        await follower.UntilAsync(EventTopics.OwnFlags(member), "barrier");

        Assert.DoesNotContain(follower.Seen, happened => EventFollower.IdOf(happened) == "after");
        Assert.Equal((false, false), await MayAsync(follower, client, EventTopics.Queue(vault.Name)));
    }

    [Fact]
    public async Task Labelling_IsToldWithoutAGapOrADouble_WhenAConnectionIsCut()
    {
        var (member, cookies) = await Vault.AccountAsync(askable);
        var vault = await Vault.MakeAsync(askable, Vault.User(member, CorpusRole.Curator));
        var topic = EventTopics.Queue(vault.Name);
        using var client = askable.Site.Client(cookies);
        var seen = new List<EventEnvelope>();
        long last;

        string first, cut, late;
        await using (var follower = await EventFollower.ConnectAsync(askable.Site, cookies, topic))
        {
            first = await AddItemAsync(client, vault, "first");
            await follower.UntilAsync(topic, first);
            seen.AddRange(follower.Seen);
            last = seen[^1].Seq;
        }
        cut = await AddItemAsync(client, vault, "cut off");
        await SubmitAsync(client, cut);
        await using var again = await EventFollower.ConnectAsync(askable.Site, cookies, topic);
        late = await AddItemAsync(client, vault, "late");
        await again.UntilAsync(topic, late);
        var missed = await EventFollower.MissedAsync(client, topic, last);

        // As the browser does it: what was missed, then what came, each number once.
        seen.AddRange(missed.Concat(again.Seen).Where(happened => happened.Seq > last).DistinctBy(happened => happened.Seq).OrderBy(happened => happened.Seq));
        Assert.Equal([first, cut, late], seen.Select(EventFollower.IdOf).Distinct());
        Assert.Equal(seen.Select(happened => happened.Seq).Order().Distinct(), seen.Select(happened => happened.Seq));
        Assert.Equal(seen[^1].Seq, (await EventFollower.MissedAsync(client, topic, 0))[^1].Seq);
    }

    [Fact]
    public async Task Flag_IsToldToAskerAnnotatorsAndCurators()
    {
        var (asker, askerCookies) = await Vault.AccountAsync(askable);
        var (curator, curatorCookies) = await Vault.AccountAsync(askable);
        var vault = await Vault.MakeAsync(askable, Vault.User(asker, CorpusRole.Asker), Vault.User(curator, CorpusRole.Curator));
        using var asking = askable.Site.Client(askerCookies);
        using var curating = askable.Site.Client(curatorCookies);
        await using var own = await EventFollower.ConnectAsync(askable.Site, askerCookies, EventTopics.OwnFlags(asker));
        await using var desk = await EventFollower.ConnectAsync(
            askable.Site, curatorCookies, EventTopics.Flags(vault.Name), EventTopics.Queue(vault.Name));
        var answer = await Reply.ValueAsync<AskResponse>(await asking.PostAsJsonAsync(ApiRoutes.Ask, new AskRequest(Vault.Question, vault.Name), Stop));

        (await asking.PutAsJsonAsync(ApiRoutes.Flag(answer.Id), new FlagRequest(AnswerVerdict.Wrong), Stop)).EnsureSuccessStatusCode();
        await desk.UntilAsync(EventTopics.Queue(vault.Name));
        await desk.UntilAsync(EventTopics.Flags(vault.Name), $"{answer.Id}");
        var said = await own.UntilAsync(EventTopics.OwnFlags(asker), $"{answer.Id}");
        var item = await Reply.ValueAsync<AnnotationItemView>(
            await curating.PostAsJsonAsync(ApiRoutes.AnnotationNext, new NextItemRequest(vault.Name), Stop));
        await SubmitAsync(curating, $"{item.Id}");
        await own.UntilAsync(happened => happened.Topic == EventTopics.OwnFlags(asker) && happened.Seq > said.Seq);
        var flag = Assert.Single(await Reply.GetAsync<List<OwnFlag>>(asking, ApiRoutes.OwnFlags));

        Assert.Equal(FlagOutcome.Labelled, flag.Flag.Outcome);
    }

    [Fact]
    public async Task Administrators_AreToldOfSchedulesModelsGatesAndNotices()
    {
        using var admin = await askable.Site.AdminAsync();
        await using var follower = await EventFollower.ConnectAsync(
            askable.Site, await askable.Site.AdminCookiesAsync(), EventTopics.Schedules, EventTopics.Models, EventTopics.Notices,
            EventTopics.Gate(AskableSite.Corpus));

        var made = await Reply.ValueAsync<ScheduleView>(await admin.PostAsJsonAsync(
            ApiRoutes.Schedules, new SaveScheduleRequest(
                $"topics-{Guid.NewGuid():N}", new RunOrder(RunKind.IndexBuild, AskableSite.Corpus), "0 3 1 1 *", "UTC", Enabled: false), Stop));
        var told = await follower.UntilAsync(EventTopics.Schedules, $"{made.Id}");
        (await admin.DeleteAsync(ApiRoutes.Schedule(made.Id), Stop)).EnsureSuccessStatusCode();
        await follower.UntilAsync(happened => happened.Topic == EventTopics.Schedules && happened.Seq > told.Seq);
        var model = $"gone-{Guid.NewGuid():N}";
        RandomModel.Make(Path.Combine(askable.Site.DataFolder, "models", model));
        (await admin.DeleteAsync(ApiRoutes.Model(model), Stop)).EnsureSuccessStatusCode();
        await follower.UntilAsync(EventTopics.Models, model);
        (await admin.PutAsJsonAsync(ApiRoutes.Gate(AskableSite.Corpus), new List<GateRule>(), Stop)).EnsureSuccessStatusCode();
        await follower.UntilAsync(EventTopics.Gate(AskableSite.Corpus), AskableSite.Corpus);
        (await admin.PutAsJsonAsync(ApiRoutes.NoticesSeen, new NoticesSeenRequest(DateTimeOffset.UnixEpoch), Stop)).EnsureSuccessStatusCode();
        await follower.UntilAsync(EventTopics.Notices, Site.AdminName);

        Assert.Equal(
            [EventTypes.GateChanged, EventTypes.ModelChanged, EventTypes.NoticesChanged, EventTypes.ScheduleChanged],
            follower.Seen.Select(happened => happened.Type).Distinct().Order(StringComparer.Ordinal));
    }

    private static async Task<(bool Hub, bool Http)> MayAsync(EventFollower follower, HttpClient client, string topic)
    {
        using var reply = await client.GetAsync(ApiRoutes.EventsOf(topic, 0), Stop);
        try
        {
            await follower.FollowAsync(topic);
            return (true, reply.StatusCode == HttpStatusCode.OK);
        }
        catch (HubException refusal)
        {
            Assert.Contains($"There is no topic \"{topic}\"", refusal.Message, StringComparison.Ordinal);
            return (false, reply.StatusCode != HttpStatusCode.NotFound);
        }
    }

    private static async Task<string> AddItemAsync(HttpClient client, Vault vault, string question) => $"{(await Reply.ValueAsync<AnnotationItemView>(
        await client.PostAsJsonAsync(ApiRoutes.AnnotationItems, new AddItemRequest(vault.Name, $"{question} {vault.Word}?"), Stop))).Id}";

    private static async Task SubmitAsync(HttpClient client, string item) => (await client.PutAsJsonAsync(
        ApiRoutes.AnnotationLabel(long.Parse(item, System.Globalization.CultureInfo.InvariantCulture)),
        new SaveLabelRequest(0, LabelState.Submitted, LabelContent.Empty with { NoAnswer = true }), Stop)).EnsureSuccessStatusCode();
}
