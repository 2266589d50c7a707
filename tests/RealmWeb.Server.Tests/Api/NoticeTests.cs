using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Chains;
using RealmWeb.Contracts.Notices;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts.Schedules;
using RealmWeb.Data.Chains;
using RealmWeb.Data.Runs;
using RealmWeb.Data.Schedules;
using RealmWeb.Server.Tests.Hosting;
using RealmWeb.TestKit;

namespace RealmWeb.Server.Tests.Api;

public sealed class NoticeTests
{
    [Fact]
    public async Task Notices_AreUnread_UntilTheAccountHasSeenThem()
    {
        await using var site = await Site.StartAsync();
        using var admin = await site.AdminAsync();
        using var other = await site.SignedInAsync(Roles.Admin);
        var store = site.Services.GetRequiredService<RunStore>();
        var failed = await RunSamples.InStateAsync(store, RunState.Failed, kind: RunKind.FineTune);
        await RunSamples.InStateAsync(store, RunState.Cancelled);
        await RunSamples.InStateAsync(store, RunState.Running);

        var before = await Reply.GetAsync<NoticeList>(admin, ApiRoutes.Notices);
        using var seen = await admin.PutAsJsonAsync(
            ApiRoutes.NoticesSeen, new NoticesSeenRequest(before.Notices[0].At), TestContext.Current.CancellationToken);
        await RunSamples.InStateAsync(store, RunState.Succeeded);
        var after = await Reply.GetAsync<NoticeList>(admin, ApiRoutes.Notices);
        var others = await Reply.GetAsync<NoticeList>(other, ApiRoutes.Notices);

        seen.EnsureSuccessStatusCode();
        Assert.Equal(1, before.Unread);
        Assert.Equal(
            ("Fine-tuning of handbook failed", NoticeLevel.Failed, $"runs/{failed.Id}", true),
            (before.Notices[0].Title, before.Notices[0].Level, before.Notices[0].Link, before.Notices[0].Unread));
        Assert.Equal([("Import of handbook is done", true), ("Fine-tuning of handbook failed", false)], after.Notices.Select(n => (n.Title, n.Unread)));
        Assert.Equal((1, 2), (after.Unread, others.Unread));
    }

    [Fact]
    public async Task Notices_SayThatAChainWaits_UntilItIsDecided()
    {
        await using var site = await Site.StartAsync();
        using var admin = await site.AdminAsync();
        var chains = site.Services.GetRequiredService<ChainStore>();
        var chain = await chains.CreateAsync(new Chain { Corpus = "handbook", Production = "tiny", Candidate = "better" });
        await chains.TryTransitionAsync(
            chain.Id, [ChainState.Running], ChainState.Waiting, set => set.SetProperty(row => row.Green, true), TestContext.Current.CancellationToken);

        var waiting = await Reply.GetAsync<NoticeList>(admin, ApiRoutes.Notices);
        await chains.TryTransitionAsync(chain.Id, [ChainState.Waiting], ChainState.Dismissed, cancellationToken: TestContext.Current.CancellationToken);
        var decided = await Reply.GetAsync<NoticeList>(admin, ApiRoutes.Notices);

        var notice = Assert.Single(waiting.Notices);
        Assert.Equal(("better waits for your decision", "The gate is green.", $"chains/{chain.Id}", true), (notice.Title, notice.Text, notice.Link, notice.Unread));
        Assert.Equal((1, 0), (waiting.Unread, decided.Unread));
    }

    [Fact]
    public async Task Notices_SayThatAScheduleCouldStartNothing()
    {
        await using var site = await Site.StartAsync();
        using var admin = await site.AdminAsync();
        var store = site.Services.GetRequiredService<ScheduleStore>();
        var schedule = new Schedule { Id = Guid.NewGuid(), Name = "Nightly", RunJson = "{}", Cron = "0 3 * * *", TimeZone = "UTC" };
        await store.AddAsync(schedule, TestContext.Current.CancellationToken);
        var entry = new ScheduleEntry
        {
            ScheduleId = schedule.Id, DueAt = TimeProvider.System.GetUtcNow(), Result = ScheduleResult.Refused, Note = "There is no corpus \"x\".",
        };
        await store.AddEntryAsync(entry, TestContext.Current.CancellationToken);

        var list = await Reply.GetAsync<NoticeList>(admin, ApiRoutes.Notices);

        var notice = Assert.Single(list.Notices);
        Assert.Equal(("Schedule Nightly could start nothing", "There is no corpus \"x\".", "schedules"), (notice.Title, notice.Text, notice.Link));
    }
}
