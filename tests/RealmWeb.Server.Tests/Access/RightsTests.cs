using System.Net;
using System.Net.Http.Json;
using System.Security.Claims;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Access;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Annotation;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Hubs;
using RealmWeb.Contracts.Questions;
using RealmWeb.Contracts.Widgets;
using RealmWeb.Jobs.Answering;
using RealmWeb.Server.Questions;
using RealmWeb.Server.Tests.Hosting;

namespace RealmWeb.Server.Tests.Access;

/// <summary>What rights in a corpus give, and that they end at once.</summary>
[Collection(AskingTests.Name)]
public sealed class RightsTests(AskableSite askable)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Right_EndsAtOnce_OnAnOpenConnection()
    {
        var (member, cookies) = await Vault.AccountAsync(askable, Roles.Asker);
        var vault = await Vault.MakeAsync(askable, Vault.User(member, CorpusRole.Asker));
        await using var hub = askable.Site.Hub(HubRoutes.Ask, cookies);
        await using var stranger = askable.Site.Hub(HubRoutes.Ask);
        var (told, strangers) = (Switches(hub), Switches(stranger));
        await hub.StartAsync(Stop);
        await stranger.StartAsync(Stop);
        var announcer = askable.Site.Services.GetRequiredService<IndexAnnouncer>();

        var before = await AskAsync(hub, vault.Name);
        await announcer.AnnounceAsync(vault.Name, "first");
        await vault.GrantAsync();
        var after = await AskAsync(hub, vault.Name);
        var nowhere = await AskAsync(hub, "nowhere");
        await announcer.AnnounceAsync(vault.Name, "second");
        // Connections keep the order: what comes after the barrier would have come before it.
        await announcer.AnnounceAsync(AskableSite.Corpus, "barrier");

        Assert.Contains(vault.Word, before[^1].Answer!.Evidence[0].Text, StringComparison.Ordinal);
        Assert.Equal(nowhere[^1].Failure!.Message.Replace("nowhere", vault.Name, StringComparison.Ordinal), Assert.Single(after).Failure!.Message);
        Assert.Equal([(vault.Name, "first"), (AskableSite.Corpus, "barrier")], await UntilBarrierAsync(told));
        Assert.Equal([(AskableSite.Corpus, "barrier")], await UntilBarrierAsync(strangers));
    }

    [Fact]
    public async Task Answer_IsNotGivenOut_WhenTheRightEndsWhileItIsWorkedOut()
    {
        var (member, _) = await Vault.AccountAsync(askable);
        var vault = await Vault.MakeAsync(askable, Vault.User(member, CorpusRole.Asker));
        var user = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, member)], "test"));
        var asker = askable.Site.Services.GetRequiredService<Asker>();
        var updates = new List<AskUpdate>();

        await Assert.ThrowsAsync<UnknownCorpusException>(async () =>
        {
            await foreach (var update in asker.AskAsync(new AskRequest(Vault.Question, vault.Name), user, new AskedBy(member, null), Stop))
            {
                updates.Add(update);
                await vault.GrantAsync();
            }
        });

        Assert.NotEmpty(updates);
        Assert.All(updates, update => Assert.NotNull(update.Stage));
    }

    [Fact]
    public async Task Group_GivesItsMembersRights_UntilTheyLeave_OrItIsDeleted()
    {
        using var admin = await askable.Site.AdminAsync();
        var (first, firstCookies) = await Vault.AccountAsync(askable);
        var (second, secondCookies) = await Vault.AccountAsync(askable);
        var group = $"readers-{Guid.NewGuid():N}";
        await SetGroupAsync(admin, group, first, second.ToUpperInvariant());
        var vault = await Vault.MakeAsync(askable, new CorpusGrant(GrantKind.Group, group, CorpusRole.Annotator));
        using var one = askable.Site.Client(firstCookies);
        using var two = askable.Site.Client(secondCookies);

        var both = (await RoleAsync(one, vault), await RoleAsync(two, vault));
        await SetGroupAsync(admin, group, second);
        var left = (await RoleAsync(one, vault), await RoleAsync(two, vault));
        (await admin.DeleteAsync(ApiRoutes.Group(group), Stop)).EnsureSuccessStatusCode();
        var gone = (await RoleAsync(one, vault), await RoleAsync(two, vault));
        var access = await Reply.GetAsync<CorpusAccessView>(admin, ApiRoutes.CorpusAccess(vault.Name));

        Assert.Equal((CorpusRole.Annotator, CorpusRole.Annotator), both);
        Assert.Equal((null, CorpusRole.Annotator), left);
        Assert.Equal((null, null), gone);
        Assert.Equal((true, 0), (access.Restricted, access.Grants.Count));
    }

    [Fact]
    public async Task DeletedAccount_LeavesNoRights_ToOneOfTheSameName()
    {
        using var admin = await askable.Site.AdminAsync();
        var (member, _) = await Vault.AccountAsync(askable);
        var group = $"readers-{Guid.NewGuid():N}";
        await SetGroupAsync(admin, group, member);
        var vault = await Vault.MakeAsync(askable, Vault.User(member, CorpusRole.Curator), new CorpusGrant(GrantKind.Group, group, CorpusRole.Asker));
        var id = (await Reply.GetAsync<List<UserSummary>>(admin, ApiRoutes.Users)).Single(user => user.UserName == member).Id;

        (await admin.DeleteAsync(ApiRoutes.User(id), Stop)).EnsureSuccessStatusCode();
        (await admin.PostAsJsonAsync(ApiRoutes.Users, new CreateUserRequest(member, Site.Password, []), Stop)).EnsureSuccessStatusCode();
        var cookies = new CookieContainer();
        using var again = askable.Site.Client(cookies);
        (await again.PostAsJsonAsync(ApiRoutes.SignIn, new SignInRequest(member, Site.Password), Stop)).EnsureSuccessStatusCode();

        Assert.Null(await RoleAsync(again, vault));
        Assert.Equal([group], (await Reply.GetAsync<CorpusAccessView>(admin, ApiRoutes.CorpusAccess(vault.Name))).Grants.Select(grant => grant.Name));
    }

    [Fact]
    public async Task CuratorOfOneCorpus_CuratesThatOne_AndAsksWhatIsOpen()
    {
        var (member, cookies) = await Vault.AccountAsync(askable, Roles.Asker);
        var vault = await Vault.MakeAsync(askable, Vault.User(member, CorpusRole.Curator));
        using var curator = askable.Site.Client(cookies);

        var me = await Reply.GetAsync<Me>(curator, ApiRoutes.Me);
        using var own = await curator.GetAsync(ApiRoutes.Agreement(vault.Name, null), Stop);
        using var others = await curator.GetAsync(ApiRoutes.Agreement(AskableSite.Corpus, null), Stop);
        using var queue = await curator.PutAsJsonAsync(ApiRoutes.AnnotationSettings, new QueueSettings(), Stop);
        using var access = await curator.GetAsync(ApiRoutes.CorpusAccess(vault.Name), Stop);
        var corpora = await Reply.GetAsync<List<CorpusSummary>>(curator, ApiRoutes.Corpora);

        Assert.Equal((true, true), (me.MayAnnotate, me.MayCurate));
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
        await Reply.ProblemAsync(others, HttpStatusCode.NotFound, "unknown-corpus");
        Assert.Equal(HttpStatusCode.Forbidden, queue.StatusCode);
        await Reply.ProblemAsync(access, HttpStatusCode.NotFound, "unknown-corpus");
        Assert.Equal((CorpusRole.Curator, true), corpora.Where(corpus => corpus.Name == vault.Name).Select(corpus => (corpus.Role, corpus.Restricted)).Single());
        Assert.Equal(CorpusRole.Asker, corpora.Single(corpus => corpus.Name == AskableSite.Corpus).Role);
    }

    [Fact]
    public async Task History_HidesWhatMayNotBeAskedAnyMore_AndStillDeletesIt()
    {
        var (member, cookies) = await Vault.AccountAsync(askable);
        var vault = await Vault.MakeAsync(askable, Vault.User(member, CorpusRole.Asker));
        using var client = askable.Site.Client(cookies);
        await Reply.ValueAsync<AskResponse>(await client.PostAsJsonAsync(ApiRoutes.Ask, new AskRequest(Vault.Question, vault.Name), Stop));

        var before = await Reply.GetAsync<OwnQuestions>(client, ApiRoutes.OwnQuestions);
        await vault.GrantAsync();
        var after = await Reply.GetAsync<OwnQuestions>(client, ApiRoutes.OwnQuestions);
        (await client.DeleteAsync(ApiRoutes.OwnQuestions, Stop)).EnsureSuccessStatusCode();
        var deleted = await Reply.GetAsync<OwnQuestions>(client, ApiRoutes.OwnQuestions);

        Assert.Equal((1, 0), (before.Questions.Count, before.Hidden));
        Assert.Equal((0, 1), (after.Questions.Count, after.Hidden));
        Assert.Equal((0, 0), (deleted.Questions.Count, deleted.Hidden));
    }

    [Fact]
    public async Task DeletedCorpus_StaysHidden_WithWhatWasAskedInIt_AndANewOneOfItsNameIsClosed()
    {
        using var admin = await askable.Site.AdminAsync();
        var (member, cookies) = await Vault.AccountAsync(askable);
        var (_, annotators) = await Vault.AccountAsync(askable, Roles.Annotator);
        var vault = await Vault.MakeAsync(askable, Vault.User(member, CorpusRole.Asker));
        using var client = askable.Site.Client(cookies);
        using var annotator = askable.Site.Client(annotators);
        await Reply.ValueAsync<AskResponse>(await client.PostAsJsonAsync(ApiRoutes.Ask, new AskRequest(Vault.Question, vault.Name), Stop));

        (await admin.DeleteAsync(ApiRoutes.Corpus(vault.Name), Stop)).EnsureSuccessStatusCode();
        var asked = await annotator.GetStringAsync(ApiRoutes.Questions, Stop);
        var askedForAdmins = await admin.GetStringAsync(ApiRoutes.Questions, Stop);
        (await admin.PostAsJsonAsync(ApiRoutes.Corpora, new CreateCorpusRequest(vault.Name, "Another"), Stop)).EnsureSuccessStatusCode();

        Assert.DoesNotContain(vault.Name, asked, StringComparison.Ordinal);
        Assert.Contains(vault.Name, askedForAdmins, StringComparison.Ordinal);
        Assert.Null(await RoleAsync(client, vault));
        Assert.Equivalent(new CorpusAccessView(vault.Name, true, [], []), await Reply.GetAsync<CorpusAccessView>(admin, ApiRoutes.CorpusAccess(vault.Name)));
    }

    [Fact]
    public async Task DefaultCorpus_IsOneThatTheAskerMayAsk()
    {
        using var admin = await askable.Site.AdminAsync();
        using var stranger = askable.Site.Anonymous();
        await (await Vault.MakeAsync(askable)).SetAsync(restricted: false);

        var open = await Reply.GetAsync<AskInfo>(stranger, ApiRoutes.AskInfo);
        await SetAsync(admin, open.Corpus, restricted: true);
        try
        {
            Assert.NotEqual(open.Corpus, (await Reply.GetAsync<AskInfo>(stranger, ApiRoutes.AskInfo)).Corpus);
            Assert.Equal(open.Corpus, (await Reply.GetAsync<AskInfo>(admin, ApiRoutes.AskInfo)).Corpus);
        }
        finally
        {
            await SetAsync(admin, open.Corpus, restricted: false);
        }
    }

    [Fact]
    public async Task Widget_OpensARestrictedCorpus_OnlyWhereAnAdminSaysSo_AndNotOneRestrictedLater()
    {
        using var admin = await askable.Site.AdminAsync();
        using var visitor = askable.Site.Anonymous();
        var vault = await Vault.MakeAsync(askable);
        var request = new SaveWidgetRequest("Papers", [vault.Name], ["https://intranet.example"]);

        using var refused = await admin.PostAsJsonAsync(ApiRoutes.Widgets, request, Stop);
        var widget = await Reply.ValueAsync<WidgetView>(await admin.PostAsJsonAsync(ApiRoutes.Widgets, request with { OpensRestricted = true }, Stop));
        var opened = await AskAsync(visitor, widget, vault);
        var access = await Reply.GetAsync<CorpusAccessView>(admin, ApiRoutes.CorpusAccess(vault.Name));
        await vault.SetAsync(restricted: false);
        (await admin.PutAsJsonAsync(ApiRoutes.Widget(widget.Id), request, Stop)).EnsureSuccessStatusCode();
        var whileOpen = await AskAsync(visitor, widget, vault);
        await vault.SetAsync(restricted: true);
        var closed = await AskAsync(visitor, widget, vault);
        var page = await visitor.GetAsync($"/embed/{widget.Id}", Stop);
        var listed = (await Reply.GetAsync<List<WidgetView>>(admin, ApiRoutes.Widgets)).Single(one => one.Id == widget.Id);

        await Reply.ProblemAsync(refused, HttpStatusCode.BadRequest, "restricted-corpus");
        Assert.Contains(vault.Word, opened, StringComparison.Ordinal);
        Assert.Equal(["Papers"], access.Widgets);
        Assert.Contains(vault.Word, whileOpen, StringComparison.Ordinal);
        Assert.Contains("unknown-widget", closed, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        Assert.Empty(listed.Opened);
        Assert.Equal([vault.Name], listed.Closed);
        page.Dispose();
    }

    [Theory]
    [InlineData("nobody-of-this-name", GrantKind.User, "no account")]
    [InlineData("no-such-group", GrantKind.Group, "no group")]
    [InlineData(Site.AdminName, GrantKind.User, "named twice")]
    public async Task Rights_AreRefusedWithTheReason_WhenTheyNameNobodyOrTwice(string name, GrantKind kind, string why)
    {
        using var admin = await askable.Site.AdminAsync();
        var vault = await Vault.MakeAsync(askable);
        var grant = new CorpusGrant(kind, name, CorpusRole.Asker);

        using var refused = await admin.PutAsJsonAsync(
            ApiRoutes.CorpusAccess(vault.Name), new SetCorpusAccessRequest(false, [grant, grant with { Role = CorpusRole.Curator }]), Stop);

        Assert.Contains(why, (await Reply.ProblemAsync(refused, HttpStatusCode.BadRequest, "bad-access")).Detail, StringComparison.Ordinal);
        Assert.True((await Reply.GetAsync<CorpusAccessView>(admin, ApiRoutes.CorpusAccess(vault.Name))).Restricted);
    }

    private static async Task SetAsync(HttpClient admin, string corpus, bool restricted) =>
        (await admin.PutAsJsonAsync(ApiRoutes.CorpusAccess(corpus), new SetCorpusAccessRequest(restricted, []), Stop)).EnsureSuccessStatusCode();

    private static async Task SetGroupAsync(HttpClient admin, string group, params string[] members) =>
        (await admin.PutAsJsonAsync(ApiRoutes.Group(group), new SetGroupRequest(members), Stop)).EnsureSuccessStatusCode();

    private static async Task<CorpusRole?> RoleAsync(HttpClient client, Vault vault) =>
        (await Reply.GetAsync<List<CorpusSummary>>(client, ApiRoutes.Corpora)).Where(corpus => corpus.Name == vault.Name)
            .Select(corpus => (CorpusRole?)corpus.Role).SingleOrDefault();

    private static async Task<List<AskUpdate>> AskAsync(HubConnection hub, string corpus)
    {
        var updates = new List<AskUpdate>();
        await foreach (var update in hub.StreamAsync<AskUpdate>(nameof(IAskHub.Ask), new AskRequest(Vault.Question, corpus), Stop))
            updates.Add(update);
        return updates;
    }

    // What the visitor of a widget's page gets: the stream, or the refusal.
    private static async Task<string> AskAsync(HttpClient visitor, WidgetView widget, Vault vault)
    {
        using var given = await visitor.PostAsync($"{ApiRoutes.Embed}/{widget.Id}/token", null, Stop);
        if (!given.IsSuccessStatusCode)
            return await given.Content.ReadAsStringAsync(Stop);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{ApiRoutes.Embed}/ask/stream")
        {
            Content = JsonContent.Create(new AskRequest(Vault.Question, vault.Name)),
            Headers = { { "Authorization", $"Bearer {(await Reply.ValueAsync<WidgetToken>(given)).Token}" } },
        };
        using var reply = await visitor.SendAsync(request, Stop);
        return await reply.Content.ReadAsStringAsync(Stop);
    }

    private static System.Threading.Channels.Channel<(string Corpus, string Generation)> Switches(HubConnection hub)
    {
        var told = System.Threading.Channels.Channel.CreateUnbounded<(string, string)>();
        hub.On<string, string>(nameof(IAskClient.IndexSwitched), (corpus, generation) => told.Writer.TryWrite((corpus, generation)));
        return told;
    }

    private static async Task<List<(string, string)>> UntilBarrierAsync(System.Threading.Channels.Channel<(string Corpus, string Generation)> told)
    {
        var all = new List<(string, string)>();
        do
            all.Add(await told.Reader.ReadAsync(Stop).AsTask().WaitAsync(TimeSpan.FromMinutes(10), Stop));
        while (all[^1].Item2 != "barrier");
        return all;
    }
}
