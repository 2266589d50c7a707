using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts.Chains;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts.Schedules;
using RealmWeb.Data.Chains;
using RealmWeb.Data.Gates;
using RealmWeb.Data.Models;
using RealmWeb.Data.QuestionSets;
using RealmWeb.Data.Runs;
using RealmWeb.Data.Schedules;
using RealmWeb.Jobs.Chains;
using RealmWeb.Jobs.Runs;
using RealmWeb.Jobs.Schedules;
using RealmWeb.Jobs.Training;
using RealmWeb.TestKit;

namespace RealmWeb.Jobs.Tests.Chains;

/// <summary>Chains on the real workers; <see cref="ChainCommand"/> is the command.</summary>
public sealed class ChainTests : IDisposable
{
    private static readonly string[] Verbs = ["finetune", "index", "evaluate"];

    private readonly TempData _data = new();

    public ChainTests()
    {
        _data.Corpora.Create("handbook").Import("d1", "Ada", "Ada was first.");
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
    public async Task Chain_MeasuresBothModelsAndWaits_WhenNobodyAllowedMore()
    {
        await GateAsync("em", 50);
        Let(Verbs);
        await using var host = await StartAsync();

        var started = await host.Get<ChainDesk>().StartAsync(Request() with { Candidate = "better" }, "ann");
        var chain = await WaitAsync(host, started.Id, ChainState.Waiting);
        var report = (await host.Get<ChainReader>().ReportAsync(chain.Id))!;
        var evidence = (await host.Get<ChainReader>().EvidenceAsync(chain.Id, "exam", 8))!;

        Assert.Equal(
            [ChainLinkKind.Snapshot, ChainLinkKind.FineTuning, ChainLinkKind.Index, ChainLinkKind.Evaluation, ChainLinkKind.Evaluation],
            chain.Links.Select(link => link.Kind));
        Assert.All(chain.Links, link => Assert.Equal(RunState.Succeeded, link.Run!.State));
        Assert.Equal(["finetune tiny better", "index better ", "evaluate tiny ", "evaluate better "], Called());
        Assert.StartsWith("8 questions, SHA-256 ", chain.Links[0].Facts["lessons"], StringComparison.Ordinal);
        Assert.True(chain.Green);
        Assert.Equal((0, 100, 100, 100), (report.Rules[0].Measured!.Production, report.Rules[0].Measured!.Candidate, report.Rules[0].Measured!.Low,
            report.Rules[0].Measured!.High));
        Assert.Equal(ChainCommand.Questions, report.Sets.Single().Fixed.Count);
        Assert.Equal(("Who is 7?", "tiny read this", "better read this"),
            (evidence.Question, evidence.Production.Evidence[0].Text, evidence.Candidate.Evidence[0].Text));
        Assert.Equal("tiny", host.Get<ModelLibrary>().Production()!.Name);
    }

    [Fact]
    public async Task Chain_PromotesItself_WhenTheGateIsGreenAndThatWasAllowed()
    {
        await GateAsync("em", 50);
        Let(Verbs);
        await using var host = await StartAsync();

        var started = await host.Get<ChainDesk>().StartAsync(Request() with { PromotesWhenGreen = true }, "ann");
        var chain = await WaitAsync(host, started.Id, ChainState.Promoted);

        var promotion = host.Get<ModelLibrary>().CurrentPromotion()!;
        Assert.Equal((chain.Candidate, "tiny", "ann", "The gate is green."), (promotion.Model, promotion.Previous, promotion.By, promotion.Reason));
        Assert.Matches(@"^handbook-\d{4}-\d\d-\d\d$", chain.Candidate);
    }

    [Fact]
    public async Task Chain_WaitsAndCanOnlyBePromotedExpressly_WhenTheGateIsRed()
    {
        await GateAsync("p50Milliseconds", 5);
        Let(Verbs);
        await using var host = await StartAsync();
        var desk = host.Get<ChainDesk>();
        var started = await desk.StartAsync(Request() with { PromotesWhenGreen = true }, "ann");
        await WaitAsync(host, started.Id, ChainState.Waiting);

        var refused = await Assert.ThrowsAsync<ArgumentException>(() => desk.PromoteAsync(started.Id, "bob", "faster", evenIfRed: false));
        var promoted = await desk.PromoteAsync(started.Id, "bob", "it is slow but right", evenIfRed: true);
        var again = await desk.PromoteAsync(started.Id, "bob", "again", evenIfRed: true);

        Assert.StartsWith("The gate does not let this candidate through.", refused.Message, StringComparison.Ordinal);
        Assert.Equal((ChainState.Promoted, "bob", "it is slow but right"), (promoted!.State, promoted.DecidedBy, promoted.Reason));
        Assert.Equal("it is slow but right", again!.Reason);
        Assert.Equal(2, host.Get<ModelLibrary>().Promotions().Count);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Chain_StopsAndGoesOnThere_WhenItIsCancelledAndResumed(int link)
    {
        LetBefore(link);
        await using var host = await StartAsync();
        var desk = host.Get<ChainDesk>();
        var started = await desk.StartAsync(Request(), "ann");
        var run = await WaitForRunAsync(host, started.Id, link);

        var cancelled = await desk.CancelAsync(started.Id);
        await host.WaitForEndAsync(run);
        Let(Verbs);
        await desk.ResumeAsync(started.Id);
        var chain = await WaitAsync(host, started.Id, ChainState.Waiting);

        Assert.Equal(ChainState.Cancelled, cancelled!.State);
        Assert.Equal(RunState.Cancelled, (await host.Reader.FindAsync(run))!.State);
        Assert.NotEqual(run, chain.Links[link - 1].Run!.Id);
        Assert.Equal(6, (await host.Store.ListAsync()).Count);
        Assert.False(chain.Green);
    }

    [Fact]
    public async Task Chain_FailsWithTheLinksReason_AndGoesOnWhenTheCauseIsGone()
    {
        Let(Verbs);
        await using var host = await StartAsync();
        var desk = host.Get<ChainDesk>();
        var exam = _data.Get<QuestionSetLibrary>().FileOf("exam");
        File.Delete(Path.Combine(_data.Folder, exam));
        var started = await desk.StartAsync(Request(), "ann");

        var failed = await WaitAsync(host, started.Id, ChainState.Failed);
        File.WriteAllText(Path.Combine(_data.Folder, exam), """{"question":"Who is 1?","answers":["Ada"]}""");
        await desk.ResumeAsync(started.Id);
        await WaitAsync(host, started.Id, ChainState.Waiting);

        Assert.StartsWith("Snapshot failed: ", failed.Error, StringComparison.Ordinal);
    }

    // A schedule starts the chain, and the server and, with it, the child are killed in each link; what goes on is told by the tables alone. The schedule is
    // made long ago, so that its time has come when the server starts, and does not come again for a year. The snapshot is work of the server itself: it
    // reads a pipe in the place of a set's file, and so stands still until it is killed.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task ScheduledChain_EndsAsIfNothingHappened_WhenServerAndChildAreKilled(int link)
    {
        await GateAsync("em", 50);
        LetBefore(link);
        var clock = new SetClock(new DateTimeOffset(2020, 6, 1, 0, 0, 0, TimeSpan.Zero));
        Guid schedule;
        await using (var host = await StartAsync(clock))
        {
            schedule = (await host.Get<ScheduleDesk>().CreateAsync(
                new SaveScheduleRequest("Yearly", null, "0 3 1 1 *", "UTC", Chain: new(Request() with { PromotesWhenGreen = true, Candidate = "better" })),
                "ann")).Id;
        }
        var exam = Path.Combine(_data.Folder, _data.Get<QuestionSetLibrary>().FileOf("exam"));
        if (link == 1)
            await MakePipeAsync(exam);
        Chain? started = null;
        using (var site = ChildProgram.Start(ChildProgram.Site, _data.Folder, ChildProgram.Chain))
        {
            await WaitAsync(async () => (started = await _data.Get<ChainStore>().ListOpenAsync() is [var open] ? open : null)?.Links[link - 1].RunId is { } id
                && await _data.Get<RunStore>().FindAsync(id) is { State: RunState.Running } run && (link == 1 || run.Done > 0));
            site.Kill(entireProcessTree: true);
            await site.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        if (link == 1)
        {
            File.Delete(exam);
            File.WriteAllText(exam, """{"question":"Who is 1?","answers":["Ada"]}""");
        }
        Let(Verbs);

        await using var next = await StartAsync();
        var ended = await WaitAsync(next, started!.Id, ChainState.Promoted);

        Assert.All(ended.Links, done => Assert.Equal(RunState.Succeeded, done.Run!.State));
        Assert.Equal(["exam", "lessons"], ended.Links[0].Facts.Keys.Order(StringComparer.Ordinal));
        // One run a link; the index build belongs to the promotion.
        Assert.Equal(5, (await next.Store.ListAsync()).Count(run => run.Kind != RunKind.IndexBuild));
        Assert.Equal(["tiny", ended.Candidate], next.Get<ModelLibrary>().Promotions().Select(promotion => promotion.Model));
        Assert.Equal("schedule Yearly", ended.StartedBy);
        var entry = Assert.Single(await next.Get<ScheduleStore>().EntriesAsync(schedule));
        Assert.Equal((ScheduleResult.Started, ended.Id), (entry.Result, entry.ChainId));
    }

    // A machine that runs out of memory kills children alone. To begin such work again at once would kill it again: somebody says when.
    [Theory]
    [InlineData("finetune", 2)]
    [InlineData("index", 3)]
    [InlineData("evaluate", 4)]
    [InlineData("evaluate", 5)]
    public async Task Chain_GoesOnAtTheLink_WhenItsChildAloneWasKilled(string verb, int link)
    {
        LetBefore(link);
        await using var host = await StartAsync();
        var started = await host.Get<ChainDesk>().StartAsync(Request(), "ann");
        await WaitForRunAsync(host, started.Id, link);

        using (var child = Process.GetProcessById(ChainCommand.ChildOf(_data.Folder, verb)))
            child.Kill();
        var failed = await WaitAsync(host, started.Id, ChainState.Failed);
        Let(Verbs);
        await host.Get<ChainDesk>().ResumeAsync(started.Id);
        var ended = await WaitAsync(host, started.Id, ChainState.Waiting);

        Assert.Contains("The work was killed (signal 9).", failed.Error, StringComparison.Ordinal);
        Assert.All(ended.Links, done => Assert.Equal(RunState.Succeeded, done.Run!.State));
        Assert.Equal(6, (await host.Store.ListAsync()).Count);
    }

    // What a kill leaves between two writings: the link claimed, the run started or not, and the decision written without the deed.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Link_HasOneRun_WhenTheServerWasKilledWhileItWasStarted(bool hasRun)
    {
        var chains = _data.Get<ChainStore>();
        Chain chain;
        await using (var before = await StartAsync())
        {
            // The training waits, and the chain with it.
            var started = await before.Get<ChainDesk>().StartAsync(Request(), "ann");
            await WaitForRunAsync(before, started.Id, 2);
            await before.Get<ChainDesk>().CancelAsync(started.Id);
            await before.WaitForEndAsync((await FindAsync(started.Id))!.Links[1].RunId!.Value);
            chain = (await FindAsync(started.Id))!;
        }
        await chains.TryReopenAsync(chain.Links[1]);
        await chains.TryTransitionAsync(chain.Id, [ChainState.Cancelled], ChainState.Running);
        var link = (await FindAsync(chain.Id))!.Links[1];
        Assert.True(await chains.TryClaimAsync(link));
        Assert.False(await chains.TryClaimAsync(link));
        if (hasRun)
        {
            await _data.Get<RunStore>().CreateAsync(new Run
            {
                Kind = RunKind.FineTune, Target = chain.Candidate, ExclusiveKey = "train", StartedBy = "ann", RequestKey = ChainKeeper.RequestKeyOf(link),
                ParametersJson = $$"""{"Corpus":"handbook","Steps":1,"Model":"tiny","NewModel":"{{chain.Candidate}}","QuestionSets":["lessons"]}""",
            });
        }
        Let(Verbs);

        await using var host = await StartAsync();
        await WaitAsync(host, chain.Id, ChainState.Waiting);

        Assert.Equal(2, (await host.Store.ListAsync()).Count(run => run.Kind == RunKind.FineTune));
    }

    [Fact]
    public async Task Run_IsCancelled_WhenItsChainWasCancelledWhileItWasStarted()
    {
        var chain = await StoppedWithClaimAsync();

        await using var host = await StartAsync();
        await WaitAsync(async () => (await FindAsync(chain.Id))!.Links[1].RunId is not null);
        var run = await host.WaitForEndAsync((await FindAsync(chain.Id))!.Links[1].RunId!.Value);

        Assert.Equal((RunState.Cancelled, ChainState.Cancelled), (run.State, (await FindAsync(chain.Id))!.State));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Promotion_IsDoneOnce_WhenTheServerWasKilledAfterTheDecision(bool inLedger)
    {
        await GateAsync("em", 50);
        Let(Verbs);
        Guid id;
        await using (var host = await StartAsync())
        {
            id = (await host.Get<ChainDesk>().StartAsync(Request() with { Candidate = "better" }, "ann")).Id;
            await WaitAsync(host, id, ChainState.Waiting);
        }
        await _data.Get<ChainStore>().TryTransitionAsync(id, [ChainState.Waiting], ChainState.Promoting, set => set
            .SetProperty(chain => chain.DecidedBy, "bob").SetProperty(chain => chain.Reason, "good"));
        if (inLedger)
            _data.Get<ModelLibrary>().Promote("better", "bob", "good");

        await using var next = await StartAsync();
        await WaitAsync(next, id, ChainState.Promoted);

        Assert.Equal(["tiny", "better"], next.Get<ModelLibrary>().Promotions().Select(promotion => promotion.Model));
    }

    [Fact]
    public async Task Start_IsDoneOnce_WhenTheRequestIsRepeated()
    {
        await using var host = await StartAsync();
        var desk = host.Get<ChainDesk>();

        var first = await desk.StartAsync(Request(), "ann", "night 1");
        var second = await desk.StartAsync(Request(), "ann", "night 1");

        Assert.Equal(first.Id, second.Id);
        Assert.Single(await host.Get<ChainReader>().ListAsync());
    }

    [Theory]
    [InlineData(1, "lessons", "", "Nothing would be measured.")]
    [InlineData(0, "lessons", "exam", "must be greater than or equal to '1'")]
    [InlineData(1, "", "exam", "Fine-tuning learns from questions.")]
    public async Task Start_IsRefusedWithTheReason_WhenSomethingIsMissing(int steps, string lessons, string exam, string reason)
    {
        await using var host = await StartAsync();

        var refused = await Assert.ThrowsAnyAsync<ArgumentException>(() => host.Get<ChainDesk>().StartAsync(
            new StartChainRequest("handbook", lessons.Length > 0 ? [lessons] : [], exam.Length > 0 ? [exam] : [], steps), "ann"));

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Empty(await host.Get<ChainReader>().ListAsync());
    }

    [Fact]
    public async Task Forecast_AddsUpTheLinks_AsFastAsTheLastRunsOfTheirKinds()
    {
        var clock = new SetClock(TimeProvider.System.GetUtcNow());
        await using var host = await StartAsync(clock);
        var desk = host.Get<ChainDesk>();
        await RanAsync(host, clock, RunKind.FineTune, "steps", 10, TimeSpan.FromSeconds(100));
        await RanAsync(host, clock, RunKind.Evaluate, "questions", 4, TimeSpan.FromSeconds(8));

        var forecast = await desk.ForecastAsync(Request());
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => desk.ForecastAsync(new StartChainRequest("handbook", ["lessons"], [], 1)));

        // One step of ten seconds, and eight questions of two seconds to each of two models; of an index nothing is known.
        Assert.Equal((10 + (2 * 8 * 2), 1), (forecast.Seconds, forecast.Untold));
        Assert.True(forecast.DiskBytes > 0 && forecast.MemoryBytes > 0 && forecast.DiskFree > 0);
        Assert.StartsWith("Nothing would be measured.", refused.Message, StringComparison.Ordinal);
        Assert.Empty(await host.Get<ChainReader>().ListAsync());
    }

    [Fact]
    public async Task Chain_DrawsFromItsSetsByTheirWeights()
    {
        Let(Verbs);
        await using var host = await StartAsync();
        var desk = host.Get<ChainDesk>();

        var started = await desk.StartAsync(Request() with { Weights = new Dictionary<string, double> { ["lessons"] = 2.5 } }, "ann");
        var chain = await WaitAsync(host, started.Id, ChainState.Waiting);
        var training = RunParameters.Of<TrainingParameters>((await host.Store.FindAsync(chain.Links[1].Run!.Id))!);
        var unknown = await Assert.ThrowsAsync<ArgumentException>(() => desk.StartAsync(
            Request() with { Candidate = "other", Weights = new Dictionary<string, double> { ["spare"] = 2 } }, "ann"));
        var none = await Assert.ThrowsAsync<ArgumentException>(() => desk.StartAsync(
            Request() with { Candidate = "other", Weights = new Dictionary<string, double> { ["lessons"] = 0 } }, "ann"));

        Assert.Equal((2.5, 2.5, 1), (chain.Weights!["lessons"], training.Weights!["lessons"], chain.LabelWeight));
        Assert.StartsWith("\"spare\" has a weight and is not learned from.", unknown.Message, StringComparison.Ordinal);
        Assert.StartsWith("The weight of \"lessons\" is 0.", none.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_IsRefused_WhenLabelsAreAskedForAndThereAreNone()
    {
        await using var host = await StartAsync();

        var refused = await Assert.ThrowsAsync<ArgumentException>(() => host.Get<ChainDesk>().StartAsync(Request() with { Labels = true }, "ann"));

        Assert.StartsWith("\"handbook\" has no label to learn from.", refused.Message, StringComparison.Ordinal);
    }

    private static StartChainRequest Request() => new("handbook", ["lessons"], ["exam"], Steps: 1);

    private Task<JobsHost> StartAsync(TimeProvider? clock = null) => JobsHost.StartAsync(
        _data.Folder, services: services => services.AddSingleton(clock ?? TimeProvider.System), child: ChildProgram.Chain);

    private static async Task RanAsync(JobsHost host, SetClock clock, RunKind kind, string unit, long units, TimeSpan took)
    {
        var run = await RunSamples.NewAsync(host.Store, kind: kind);
        await host.Store.TryStartAsync(run.Id, "me");
        await host.Store.ReportAsync(run.Id, "me", new RunProgress(units, units, unit, "Working"));
        clock.Now += took;
        await host.Store.TryTransitionAsync(run.Id, [RunState.Running], RunState.Succeeded);
    }

    private static async Task MakePipeAsync(string path)
    {
        File.Delete(path);
        using var pipe = Process.Start("mkfifo", path);
        await pipe.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    private Task GateAsync(string measure, double bound) => _data.Get<GateRuleStore>().ReplaceAsync(
        "handbook", [new GateRuleRow { Corpus = "handbook", QuestionSet = "exam", Measure = measure, Bound = bound }]);

    private void Let(IEnumerable<string> verbs)
    {
        foreach (var verb in verbs)
            File.WriteAllText(Path.Combine(_data.Folder, $"go-{verb}"), "");
    }

    // The second link is the first that waits for a file. Two links measure: the fourth the model in production, the fifth the candidate.
    private void LetBefore(int link) => Let(new[] { "finetune", "index", "evaluate-tiny" }.Take(Math.Max(0, link - 2)));

    private string[] Called() => File.ReadAllLines(Path.Combine(_data.Folder, "called"));

    private Task<Chain?> FindAsync(Guid id) => _data.Get<ChainStore>().FindAsync(id);

    private async Task<Chain> StoppedWithClaimAsync()
    {
        Chain chain;
        await using (var host = await StartAsync())
        {
            var started = await host.Get<ChainDesk>().StartAsync(Request(), "ann");
            await WaitForRunAsync(host, started.Id, 2);
            await host.Get<ChainDesk>().CancelAsync(started.Id);
            await host.WaitForEndAsync((await FindAsync(started.Id))!.Links[1].RunId!.Value);
            chain = (await FindAsync(started.Id))!;
        }
        var chains = _data.Get<ChainStore>();
        await chains.TryReopenAsync(chain.Links[1]);
        await chains.TryTransitionAsync(chain.Id, [ChainState.Cancelled], ChainState.Running);
        var link = (await FindAsync(chain.Id))!.Links[1];
        await chains.TryClaimAsync(link);
        await _data.Get<RunStore>().CreateAsync(new Run
        {
            Kind = RunKind.FineTune, Target = chain.Candidate, ExclusiveKey = "train", StartedBy = "ann", RequestKey = ChainKeeper.RequestKeyOf(link),
            ParametersJson = $$"""{"Corpus":"handbook","Steps":1,"Model":"tiny","NewModel":"{{chain.Candidate}}","QuestionSets":["lessons"]}""",
        });
        await chains.TryTransitionAsync(chain.Id, [ChainState.Running], ChainState.Cancelled);
        return chain;
    }

    private static async Task<ChainView> WaitAsync(JobsHost host, Guid id, ChainState state)
    {
        ChainView? chain = null;
        await WaitAsync(async () => (chain = await host.Get<ChainReader>().FindAsync(id))!.State == state,
            () => $"The chain stays {chain?.State} ({chain?.Error}).");
        return chain!;
    }

    private async Task<Guid> WaitForRunAsync(JobsHost host, Guid id, int link)
    {
        Guid? run = null;
        await WaitAsync(async () => (run = (await FindAsync(id))!.Links[link - 1].RunId) is { } started && (await host.Store.FindAsync(started))!.Done > 0);
        return run!.Value;
    }

    private static async Task WaitAsync(Func<Task<bool>> passes, Func<string>? why = null)
    {
        for (var waited = 0; !await passes(); waited++)
        {
            Assert.True(waited < 3600, why?.Invoke() ?? "Nothing happened for three minutes.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
