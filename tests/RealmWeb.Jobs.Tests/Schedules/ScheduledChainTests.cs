using System.Globalization;
using Hangfire;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts.Annotation;
using RealmWeb.Contracts.Chains;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts.Schedules;
using RealmWeb.Data.Annotation;
using RealmWeb.Data.Chains;
using RealmWeb.Data.QuestionSets;
using RealmWeb.Jobs.Chains;
using RealmWeb.Jobs.Schedules;
using RealmWeb.Jobs.Tests.Chains;
using RealmWeb.TestKit;

namespace RealmWeb.Jobs.Tests.Schedules;

/// <summary>Schedules that start chains, over a clock that is set. The children of the chains wait until they may work.</summary>
public sealed class ScheduledChainTests : IDisposable
{
    private const string Text = "Ada was first.";

    private static readonly string[] Verbs = ["finetune", "index", "evaluate"];

    private readonly TempData _data = new();
    private readonly SetClock _clock = new(At("2026-03-28T12:00Z"));

    public ScheduledChainTests()
    {
        _data.Corpora.Create("handbook").Import("d1", "Ada", Text);
        foreach (var name in new[] { "lessons", "exam" })
        {
            var file = Path.Combine(_data.Folder, $"{name}.jsonl");
            File.WriteAllText(file, """{"question":"Who is 1?","answers":["Ada"]}""");
            _data.Get<QuestionSetLibrary>().Add(
                new QuestionSet(name, "questions.jsonl", file, 1, ChainCommand.Questions, ChainCommand.Questions, ChainCommand.Questions, [], 0, "ann",
                    DateTimeOffset.UnixEpoch), file);
        }
    }

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Schedule_StartsExactlyOneChain_WhenItsTimeHasCome()
    {
        Let(Verbs);
        await using var host = await StartAsync();
        var schedule = await host.Get<ScheduleDesk>().CreateAsync(Nightly(), "ann");

        await RingAsync(host, At("2026-03-29T00:59:50Z"));
        var before = await EntriesAsync(host, schedule.Id);
        await RingAsync(host, At("2026-03-29T01:00:20Z"));
        await RingAsync(host, At("2026-03-29T01:01:20Z"));
        var chain = await WaitAsync(host, ChainState.Waiting);

        Assert.Empty(before);
        var entry = Assert.Single(await EntriesAsync(host, schedule.Id));
        Assert.Equal((ScheduleResult.Started, At("2026-03-29T01:00Z"), chain.Id), (entry.Result, entry.DueAt, entry.ChainId!.Value));
        Assert.Equal(("schedule Nightly", "handbook-2026-03-29", "tiny"), (chain.StartedBy, chain.Candidate, chain.Production));
        var shown = Assert.Single(await host.Get<ScheduleDesk>().ListAsync());
        Assert.Equal(new ScheduledChain(chain.Id, ChainState.Waiting, false), Assert.Single(shown.Last).Chain);
        Assert.Equal((null, "handbook"), (shown.Run, shown.Chain!.Chain.Corpus));
    }

    [Theory]
    [InlineData(MissedPolicy.RunOnce, 1)]
    [InlineData(MissedPolicy.Skip, 0)]
    public async Task Start_SettlesWhatWasMissed_WhenTheSiteWasDown(MissedPolicy missed, int chains)
    {
        await using (var before = await StartAsync())
            await before.Get<ScheduleDesk>().CreateAsync(Nightly() with { Missed = missed }, "ann");

        _clock.Now = At("2026-03-31T12:00Z");
        await using var host = await StartAsync();
        await WaitAsync(async () => (await host.Get<ScheduleDesk>().ListAsync())[0].Last.Count > 0);

        Assert.Equal("The site was down at 3 times.", Assert.Single((await host.Get<ScheduleDesk>().ListAsync())[0].Last).Note);
        Assert.Equal(chains, (await host.Get<ChainReader>().ListAsync()).Count);
    }

    [Fact]
    public async Task Schedule_SaysHowManyLabelsThereAre_AndStartsTheChainOnceThereAreEnough()
    {
        await using var host = await StartAsync();
        var schedule = await host.Get<ScheduleDesk>().CreateAsync(
            Nightly(labels: true, minNewLabels: 2) with { Overlap = OverlapPolicy.Queue }, "ann");

        await RingAsync(host, At("2026-03-29T01:00:10Z"));
        await LabelAsync(1);
        await RingAsync(host, At("2026-03-30T01:00:10Z"));
        await LabelAsync(2);
        await RingAsync(host, At("2026-03-31T01:00:10Z"));
        await RingAsync(host, At("2026-04-01T01:00:10Z"));

        Assert.Equal(
            [
                (ScheduleResult.TooFewLabels, "No label is new since the last chain; it starts from 2 on."),
                (ScheduleResult.TooFewLabels, "1 label is new since the last chain; it starts from 2 on."),
                (ScheduleResult.Started, null),
                (ScheduleResult.TooFewLabels, "No label is new since the last chain; it starts from 2 on."),
            ],
            (await EntriesAsync(host, schedule.Id)).Reverse().Select(entry => (entry.Result, entry.Note)));
        var chain = Assert.Single(await host.Get<ChainReader>().ListAsync());
        Assert.True(chain.Labels);
        Assert.Contains("openQa", ChainParameters.Of((await host.Get<ChainStore>().FindAsync(chain.Id))!).Settings, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Labels_AreNewAgain_WhenTheChainThatWasToLearnThemWasStopped()
    {
        await using var host = await StartAsync();
        var desk = host.Get<ChainDesk>();
        await LabelAsync(1);
        var chain = await desk.StartAsync(Nightly(labels: true).Chain!.Chain, "ann");
        var learned = await desk.LabelsAsync("handbook");

        await desk.CancelAsync(chain.Id);

        Assert.Equal((0, 1), (learned.New, (await desk.LabelsAsync("handbook")).New));
    }

    [Theory]
    [InlineData(OverlapPolicy.Skip, ScheduleResult.Skipped, ChainState.Running, 1)]
    [InlineData(OverlapPolicy.Queue, ScheduleResult.Started, ChainState.Running, 2)]
    [InlineData(OverlapPolicy.CancelOld, ScheduleResult.Started, ChainState.Cancelled, 2)]
    public async Task Schedule_DoesAsItsPolicySays_WhenItsChainIsNotOver(OverlapPolicy policy, ScheduleResult expected, ChainState old, int chains)
    {
        await using var host = await StartAsync();
        var schedule = await host.Get<ScheduleDesk>().CreateAsync(Nightly() with { Overlap = policy }, "ann");
        await RingAsync(host, At("2026-03-29T01:00:10Z"));
        var first = (await EntriesAsync(host, schedule.Id))[0].ChainId!.Value;

        await RingAsync(host, At("2026-03-30T01:00:10Z"));

        var second = (await EntriesAsync(host, schedule.Id))[0];
        Assert.Equal((expected, policy == OverlapPolicy.Skip ? "The chain to handbook-2026-03-29 was not over." : null), (second.Result, second.Note));
        Assert.Equal(old, (await host.Get<ChainReader>().FindAsync(first))!.State);
        Assert.Equal(chains, (await host.Get<ChainReader>().ListAsync()).Count);
        Let(Verbs);
    }

    [Fact]
    public async Task Schedule_StartsAnotherChain_WhenTheFormerOneWaitsForADecision()
    {
        Let(Verbs);
        await using var host = await StartAsync();
        await host.Get<ScheduleDesk>().CreateAsync(Nightly("nightly"), "ann");
        await RingAsync(host, At("2026-03-29T01:00:10Z"));
        await WaitAsync(host, ChainState.Waiting);

        await RingAsync(host, At("2026-03-30T01:00:10Z"));

        Assert.Equal(
            ["nightly-20260330-0100", "nightly-20260329-0100"], (await host.Get<ChainReader>().ListAsync()).Select(chain => chain.Candidate));
    }

    [Fact]
    public async Task Schedule_FindsTheChainThatItStarted_WhenItWasKilledBeforeItCouldSaySo()
    {
        await using var host = await StartAsync();
        await LabelAsync(1);
        var schedule = await host.Get<ScheduleDesk>().CreateAsync(Nightly(labels: true, minNewLabels: 1), "ann");
        var due = At("2026-03-29T01:00Z");
        var started = await host.Get<ChainDesk>().StartAsync(
            Nightly(labels: true).Chain!.Chain, "schedule Nightly", $"schedule:{schedule.Id:N}:{due.UtcTicks}");

        await RingAsync(host, due.AddSeconds(10));

        var entry = Assert.Single(await EntriesAsync(host, schedule.Id));
        Assert.Equal((ScheduleResult.Started, started.Id), (entry.Result, entry.ChainId!.Value));
        Assert.Single(await host.Get<ChainReader>().ListAsync());
    }

    [Fact]
    public async Task RunNow_StartsTheChain_HoweverFewLabelsCame()
    {
        await using var host = await StartAsync();
        await LabelAsync(1);
        var schedule = await host.Get<ScheduleDesk>().CreateAsync(Nightly(labels: true, minNewLabels: 50), "ann");

        var started = await host.Get<ScheduleDesk>().RunNowAsync(schedule.Id, "bob");

        var chain = Assert.Single(await host.Get<ChainReader>().ListAsync());
        Assert.Equal((new ScheduleStarted(null, chain.Id), "bob"), (started, chain.StartedBy));
    }

    [Fact]
    public async Task Desk_RefusesAChainThatCouldNotBeStarted()
    {
        await using var host = await StartAsync();

        await RefusedAsync(Nightly() with { Chain = null }, "A schedule starts a run or a chain. Give one of the two.");
        await RefusedAsync(Nightly() with { Run = new(RunKind.IndexBuild, IndexOf: "handbook") }, "A schedule starts a run or a chain. Give one of the two.");
        await RefusedAsync(Nightly(minNewLabels: 5), "The chain waits for 5 new labels. Use 0 for none, or let it learn from labels.");
        var unmeasured = new ChainOrder(new StartChainRequest("handbook", ["lessons"], Steps: 1));
        await RefusedAsync(Nightly() with { Chain = unmeasured }, "Nothing would be measured.");
        Assert.Empty(await host.Get<ScheduleDesk>().ListAsync());

        async Task RefusedAsync(SaveScheduleRequest request, string why) => Assert.Contains(
            why, (await Assert.ThrowsAsync<ArgumentException>(() => host.Get<ScheduleDesk>().CreateAsync(request, "ann"))).Message, StringComparison.Ordinal);
    }

    private static SaveScheduleRequest Nightly(string candidate = "", bool labels = false, int minNewLabels = 0) => new(
        "Nightly", null, "0 3 * * *", "Europe/Berlin",
        Chain: new(new StartChainRequest("handbook", ["lessons"], ["exam"], Steps: 1, Candidate: candidate, Labels: labels), minNewLabels));

    private static DateTimeOffset At(string moment) => DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture);

    private Task<JobsHost> StartAsync() => JobsHost.StartAsync(
        _data.Folder, services: services => services.AddSingleton<TimeProvider>(_clock), child: ChildProgram.Chain);

    private async Task LabelAsync(int number)
    {
        var passage = new ItemPassage { Rank = 1, Document = "d1", DocumentId = 1, BlockId = "b", Title = "Ada", Text = Text };
        var label = new Label
        {
            By = "ann", State = LabelState.Submitted, CreatedAt = _clock.Now, ChangedAt = _clock.Now, SubmittedAt = _clock.Now,
            Passages =
            [
                new LabelPassage
                {
                    Rank = 1, Document = "d1", DocumentId = 1, BlockId = "b", Title = "Ada", Text = Text, Grade = 3,
                    Spans = [new LabelSpan { Rank = 1, Start = 0, End = 3, Text = "Ada" }],
                },
            ],
        };
        var item = new AnnotationItem
        {
            Corpus = "handbook", Question = $"Who was {number}?", Source = ItemSource.Imported, ImportedId = $"{number}", Given = 1, CreatedAt = _clock.Now,
            Passages = [passage],
        };
        await _data.Get<LabelStore>().AddAsync([(item, label)]);
    }

    private void Let(IEnumerable<string> verbs)
    {
        foreach (var verb in verbs)
            File.WriteAllText(Path.Combine(_data.Folder, $"go-{verb}"), "");
    }

    // Hangfire's own clock rings every minute; here it is told to.
    private async Task RingAsync(JobsHost host, DateTimeOffset now)
    {
        _clock.Now = now;
        var rung = host.Get<IRecurringJobManagerV2>().TriggerJob(ScheduleTrigger.JobId)!;
        using var storage = host.Get<JobStorage>().GetConnection();
        await WaitAsync(() => Task.FromResult(storage.GetJobData(rung)?.State is "Succeeded"));
    }

    private static Task<IReadOnlyList<Data.Schedules.ScheduleEntry>> EntriesAsync(JobsHost host, Guid id) =>
        host.Get<Data.Schedules.ScheduleStore>().EntriesAsync(id);

    private static async Task<ChainView> WaitAsync(JobsHost host, ChainState state)
    {
        ChainView? chain = null;
        await WaitAsync(async () => (chain = await host.Get<ChainReader>().ListAsync() is [var newest, ..] ? newest : null)?.State == state);
        return chain!;
    }

    private static async Task WaitAsync(Func<Task<bool>> passes)
    {
        for (var waited = 0; !await passes(); waited++)
        {
            Assert.True(waited < 9000, "Nothing happened for three minutes.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
