using System.Net.Http.Json;
using Microsoft.AspNetCore.SignalR.Client;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Hubs;
using RealmWeb.Contracts.Questions;
using RealmWeb.Contracts.Runs;
using RealmWeb.Server.Tests.Hosting;

namespace RealmWeb.Server.Tests.Hubs;

[Collection(AskingTests.Name)]
public sealed class AskHubTests(AskableSite shared)
{
    private static readonly AskRequest Request = new("Who ruled the Aztec empire?", AskableSite.Corpus, 3);

    [Fact]
    public async Task Ask_StreamsStagesThenEvidenceThenTheAnswer()
    {
        await using var hub = shared.Site.Hub(HubRoutes.Ask);
        await hub.StartAsync(TestContext.Current.CancellationToken);

        var updates = await AskAsync(hub, Request);

        Assert.Equal([AskStage.Encoding, AskStage.Searching, AskStage.Reading],
            updates.Where(update => update.Stage is not null).Select(update => update.Stage!.Stage));
        Assert.Single(updates, update => update.Evidence is not null);
        Assert.Equal(Request.Question, updates[^1].Answer?.Question);
        Assert.All(updates, update => Assert.Single(
            new object?[] { update.Stage, update.Evidence, update.Answer, update.Failure }, part => part is not null));
    }

    [Fact]
    public async Task Ask_EndsWithAFailureThatCanBeTraced_WhenTheCorpusIsUnknown()
    {
        await using var hub = shared.Site.Hub(HubRoutes.Ask);
        await hub.StartAsync(TestContext.Current.CancellationToken);

        var failure = Assert.Single(await AskAsync(hub, Request with { Corpus = "nowhere" })).Failure;

        Assert.Contains("nowhere", failure!.Message, StringComparison.Ordinal);
        Assert.NotEmpty(failure.TraceId);
        Assert.Null(failure.RetryAfterSeconds);
    }

    [Fact]
    public async Task Ask_SaysHowLongToWait_WhenThereWereTooManyQuestions()
    {
        await using var site = await Site.StartAsync(null, "Realm:AsksPerMinute=1");
        await using var hub = site.Hub(HubRoutes.Ask);
        await hub.StartAsync(TestContext.Current.CancellationToken);

        await AskAsync(hub, Request);
        var failure = Assert.Single(await AskAsync(hub, Request)).Failure;

        Assert.InRange(failure!.RetryAfterSeconds!.Value, 1, 60);
    }

    [Fact]
    public async Task Ask_CanBeStopped_AndTheNextQuestionIsAnswered()
    {
        await using var hub = shared.Site.Hub(HubRoutes.Ask);
        await hub.StartAsync(TestContext.Current.CancellationToken);

        for (var i = 0; i < 5; i++)
        {
            using var stop = new CancellationTokenSource();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                await foreach (var update in hub.StreamAsync<AskUpdate>(nameof(IAskHub.Ask), Request with { K = 20 }, stop.Token))
                    await stop.CancelAsync();
                stop.Token.ThrowIfCancellationRequested();
            });
        }
        var updates = await AskAsync(hub, Request);

        Assert.NotNull(updates[^1].Answer);
        Assert.DoesNotContain(shared.Site.Log, line => line.Contains("A question failed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task IndexSwitched_IsToldToEveryAsker_WhenABuildEnds()
    {
        await using var hub = shared.Site.Hub(HubRoutes.Ask);
        var told = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        // Other tests build other corpora of this site.
        using var onSwitched = hub.On<string, string>(nameof(IAskClient.IndexSwitched), (corpus, generation) =>
        {
            if (corpus == AskableSite.Corpus) told.TrySetResult(generation);
        });
        await hub.StartAsync(TestContext.Current.CancellationToken);
        using var admin = await shared.Site.AdminAsync();

        var started = await Reply.ValueAsync<RunStarted>(
            await admin.PostAsync(ApiRoutes.Index(AskableSite.Corpus), null, TestContext.Current.CancellationToken));
        var run = await Reply.EndOfRunAsync(admin, started.RunId);
        var generation = await told.Task.WaitAsync(TimeSpan.FromMinutes(10), TestContext.Current.CancellationToken);
        using var reply = await admin.PostAsJsonAsync(ApiRoutes.Ask, Request, TestContext.Current.CancellationToken);

        Assert.Equal(RunState.Succeeded, run.State);
        Assert.Equal(generation, (await Reply.ValueAsync<AskResponse>(reply)).Generation);
    }

    private static async Task<List<AskUpdate>> AskAsync(HubConnection hub, AskRequest request)
    {
        var updates = new List<AskUpdate>();
        await foreach (var update in hub.StreamAsync<AskUpdate>(nameof(IAskHub.Ask), request, TestContext.Current.CancellationToken))
            updates.Add(update);
        return updates;
    }
}
