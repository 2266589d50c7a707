using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.QuestionSets;
using RealmWeb.Data.Runs;
using RealmWeb.Data.Training;
using RealmWeb.Jobs.Corpora;
using RealmWeb.Jobs.Runs;
using RealmWeb.Jobs.Training;
using RealmWeb.TestKit;

namespace RealmWeb.Jobs.Tests.Runs;

/// <summary>Work in child processes, from the launch to the end.</summary>
public sealed class RunExecutionTests : IDisposable
{
    private readonly TempData _data = new();

    public RunExecutionTests() => _data.Corpora.Create("handbook");

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task IndexBuild_Succeeds_AndReportsWhatTheChildSays()
    {
        await using var host = await JobsHost.StartAsync(_data.Folder);

        var launched = await host.Launcher.LaunchAsync(new IndexBuildParameters("handbook"), "ann");
        var working = await host.WaitAsync(launched.Id, run => run.Done > 3);
        Finish();
        var run = await host.WaitForEndAsync(launched.Id);

        Assert.Equal((RunState.Running, "steps", "Working", 1000), (working.State, working.Unit, working.Stage, working.Total));
        Assert.Equal((RunState.Succeeded, RunKind.IndexBuild, "handbook", "ann"), (run.State, run.Kind, run.Target, run.StartedBy));
        Assert.Equal("""{"generation":"g1"}""", (await host.Store.FindAsync(run.Id))!.ResultJson);
        Assert.NotEmpty(await host.Reader.ReadMetricsAsync(run.Id));
        Assert.Equal(1.0 / run.Done, run.Metrics["loss"], 6);
        var arguments = (await host.Reader.ReadLogAsync(run.Id))[0].Message;
        Assert.Equal($"--data-dir {_data.Folder} index build --corpus handbook --run {launched.Id} --progress json --json", arguments);
    }

    [Fact]
    public async Task Snapshots_ArePublishedInOrder_WithGrowingRevisions()
    {
        await using var host = await JobsHost.StartAsync(_data.Folder);

        var launched = await host.Launcher.LaunchAsync(new IndexBuildParameters("handbook"), "ann");
        await host.WaitAsync(launched.Id, run => run.Done > 3);
        Finish();
        await host.WaitForEndAsync(launched.Id);
        await host.WaitAsync(launched.Id, _ => host.Published.Runs[^1].IsFinal);

        var states = host.Published.Runs.Where(run => run.Id == launched.Id).ToList();
        Assert.Equal([RunState.Queued, RunState.Running, RunState.Succeeded], states.Select(run => run.State).Distinct());
        Assert.Equal(states.Select(run => run.Revision).Order(), states.Select(run => run.Revision));
        Assert.NotEmpty(host.Published.Lines);
    }

    [Fact]
    public async Task Run_Succeeds_WhenNobodyCanBeToldOfIt()
    {
        Finish();
        await using var host = await JobsHost.StartAsync(_data.Folder, services: services => services.AddSingleton<IRunProgressPublisher, BrokenPublisher>());

        var launched = await host.Launcher.LaunchAsync(new IndexBuildParameters("handbook"), "ann");

        Assert.Equal(RunState.Succeeded, (await host.WaitForEndAsync(launched.Id)).State);
    }

    [Fact]
    public async Task Cancel_StopsTheChildThatListens()
    {
        await using var host = await JobsHost.StartAsync(_data.Folder);
        var launched = await host.Launcher.LaunchAsync(new IndexBuildParameters("handbook"), "ann");
        await host.WaitAsync(launched.Id, run => run.Done > 0);

        var asked = await host.Launcher.CancelAsync(launched.Id);
        var run = await host.WaitForEndAsync(launched.Id);

        Assert.True(asked!.State is RunState.Stopping or RunState.Cancelled);
        Assert.Equal(RunState.Cancelled, run.State);
        Assert.NotNull(run.EndedAt);
    }

    [Fact]
    public async Task Cancel_KillsTheChildThatDoesNot()
    {
        await using var host = await JobsHost.StartAsync(_data.Folder, child: ChildProgram.Deaf);
        var launched = await host.Launcher.LaunchAsync(new IndexBuildParameters("handbook"), "ann");
        await host.WaitAsync(launched.Id, run => run.Done > 0);
        var child = (await host.Store.FindAsync(launched.Id))!.Child!;
        Assert.True(ProcessIdentity.IsAlive(child));

        await host.Launcher.CancelAsync(launched.Id);
        var run = await host.WaitForEndAsync(launched.Id);

        Assert.Equal(RunState.Cancelled, run.State);
        Assert.False(ProcessIdentity.IsAlive(child));
    }

    [Fact]
    public async Task Run_FailsWithTheChildsLastLine()
    {
        await using var host = await JobsHost.StartAsync(_data.Folder, child: ChildProgram.Failing);

        var launched = await host.Launcher.LaunchAsync(new IndexBuildParameters("handbook"), "ann");
        var run = await host.WaitForEndAsync(launched.Id);

        Assert.Equal((RunState.Failed, "The model has NaN weights. Take another one."), (run.State, run.Error));
    }

    [Fact]
    public async Task Run_FailsWithItsReason_WhenTheSystemKillsTheChild()
    {
        await using var host = await JobsHost.StartAsync(_data.Folder, child: ChildProgram.Killed);

        var launched = await host.Launcher.LaunchAsync(new IndexBuildParameters("handbook"), "ann");
        var run = await host.WaitForEndAsync(launched.Id);

        Assert.Equal(RunState.Failed, run.State);
        Assert.Contains("memory", run.Error!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FailsWithWhatToDo_WhenThereIsNoCommand()
    {
        await using var host = await JobsHost.StartAsync(_data.Folder, options => options.Command = "/nowhere/realm");

        var launched = await host.Launcher.LaunchAsync(new IndexBuildParameters("handbook"), "ann");
        var run = await host.WaitForEndAsync(launched.Id);

        Assert.Equal(RunState.Failed, run.State);
        Assert.Contains("/nowhere/realm", run.Error!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_OfOneCorpus_WaitForEachOther()
    {
        await using var host = await JobsHost.StartAsync(_data.Folder);
        var first = await host.Launcher.LaunchAsync(new IndexBuildParameters("handbook"), "ann");
        await host.WaitForAsync(first.Id, RunState.Running);

        var second = await host.Launcher.LaunchAsync(new IndexBuildParameters("handbook"), "ann");
        var again = await host.Launcher.LaunchAsync(new IndexBuildParameters("handbook"), "bob");
        await Task.Delay(300, TestContext.Current.CancellationToken);
        var waiting = (await host.Reader.FindAsync(second.Id))!;
        Finish();
        await host.WaitForEndAsync(first.Id);
        var last = await host.WaitForEndAsync(second.Id);

        Assert.Equal(second.Id, again.Id);
        Assert.Equal((RunState.Queued, "Waits for Index build of handbook, 1st in line"), (waiting.State, waiting.Waits));
        Assert.Equal(RunState.Succeeded, last.State);
        Assert.Null(last.Waits);
        // Times are taken before the lock is waited for, so they may cross by what the wait takes.
        Assert.True(last.StartedAt >= (await host.Reader.FindAsync(first.Id))!.EndedAt - TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Cancel_IsImmediate_WhenTheRunWaits()
    {
        await using var host = await JobsHost.StartAsync(_data.Folder);
        var first = await host.Launcher.LaunchAsync(new IndexBuildParameters("handbook"), "ann");
        await host.WaitForAsync(first.Id, RunState.Running);
        var second = await host.Launcher.LaunchAsync(new IndexBuildParameters("handbook"), "ann");

        var cancelled = await host.Launcher.CancelAsync(second.Id);

        Assert.Equal(RunState.Cancelled, cancelled!.State);
        Assert.Equal(RunState.Cancelled, (await host.Launcher.CancelAsync(second.Id))!.State);
        Assert.Null(await host.Launcher.CancelAsync(Guid.NewGuid()));
    }

    [Fact]
    public async Task Train_RefusesAName_ThatIsTaken()
    {
        _data.Corpora.Open("handbook").Import("rules", "Rules", "The garden is open.");
        await using var host = await JobsHost.StartAsync(_data.Folder);
        Task<RunSnapshot> Train(RunKind kind, int steps, string newModel) =>
            host.Launcher.LaunchAsync(new TrainingParameters("handbook", steps, "", newModel) { Kind = kind }, "ann");

        await Assert.ThrowsAsync<ArgumentException>(() => Train(RunKind.PreTrain, 10, "tiny"));
        await Assert.ThrowsAsync<ArgumentException>(() => Train(RunKind.Import, 10, "new"));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Train(RunKind.PreTrain, 0, "new"));
        var launched = await Train(RunKind.PreTrain, 10, "new");
        var again = await Assert.ThrowsAsync<ArgumentException>(() => Train(RunKind.Ict, 10, "new"));

        Assert.Contains("under way", again.Message, StringComparison.Ordinal);
        Finish();
        await host.WaitForEndAsync(launched.Id);
    }

    [Fact]
    public async Task Train_RefusesToBegin_WhenThereIsNothingToLearnFrom()
    {
        _data.Corpora.Create("empty");
        _data.Corpora.Open("handbook").Import("rules", "Rules", "The garden is open.");
        _data.AddQuestions("open", """{"question":"When?","answers":["never"]}""", readable: 0);
        await using var host = await JobsHost.StartAsync(_data.Folder);
        Task<ArgumentException> Refused(RunKind kind, TrainingParameters parameters) =>
            Assert.ThrowsAsync<ArgumentException>(() => host.Launcher.LaunchAsync(parameters with { Kind = kind }, "ann"));

        var empty = await Refused(RunKind.Ict, new TrainingParameters("empty", 10, "", "new"));
        var none = await Refused(RunKind.FineTune, new TrainingParameters("handbook", 10, "", "new"));
        var unread = await Refused(RunKind.FineTune, new TrainingParameters("handbook", 10, "", "new", ["open"]));
        await Assert.ThrowsAsync<QuestionSetNotFoundException>(() =>
            host.Launcher.LaunchAsync(new TrainingParameters("handbook", 10, "", "new", ["gone"]) { Kind = RunKind.FineTune }, "ann"));

        Assert.Contains("no passages", empty.Message, StringComparison.Ordinal);
        Assert.Contains("at least one question set", none.Message, StringComparison.Ordinal);
        Assert.Contains("answer_starts", unread.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_CanAlwaysBeResumed_AndTakesNothingOverFromAnEarlierRunOfTheName()
    {
        Finish();
        _data.Corpora.Open("handbook").Import("rules", "Rules", "The garden is open.");
        _data.AddQuestions("qa", """{"question":"When?","answers":["open"],"context":"The garden is open.","answer_starts":[14]}""");
        var left = Directory.CreateDirectory(Path.Combine(_data.Folder, "training", "new", "reader"));
        await using var host = await JobsHost.StartAsync(_data.Folder);

        var launched = await host.Launcher.LaunchAsync(new TrainingParameters("handbook", 10, "", "new", ["qa"], "", 7) { Kind = RunKind.FineTune }, "ann");
        await host.WaitForEndAsync(launched.Id);

        Assert.Equal(
            $"--data-dir {_data.Folder} finetune --corpus handbook --steps 10 --seed 7 --model tiny --new-model new "
            + $"--data question-sets/qa/questions.jsonl --resume --run {launched.Id} --progress json --json",
            (await host.Reader.ReadLogAsync(launched.Id))[0].Message);
        Assert.False(Directory.Exists(left.FullName));
    }

    [Fact]
    public async Task Train_KeepsItsCheckpoints_WhenItIsBegunAgain()
    {
        _data.Corpora.Open("handbook").Import("rules", "Rules", "The garden is open.");
        Guid id;
        var left = Path.Combine(_data.Folder, "training", "new", "pretrain");
        await using (var first = await JobsHost.StartAsync(_data.Folder))
        {
            id = (await first.Launcher.LaunchAsync(new TrainingParameters("handbook", 10, "", "new") { Kind = RunKind.PreTrain }, "ann")).Id;
            await first.WaitAsync(id, run => run.Done > 0);
            Directory.CreateDirectory(left);
        }
        Finish();

        await using var second = await JobsHost.StartAsync(_data.Folder);
        var run = await second.WaitForEndAsync(id);

        Assert.Equal(RunState.Succeeded, run.State);
        Assert.True(Directory.Exists(left));
    }

    [Fact]
    public async Task Train_Fails_AndLeavesTheFolder_WhileAnotherProcessTrainsThatName()
    {
        _data.Corpora.Open("handbook").Import("rules", "Rules", "The garden is open.");
        var checkpoints = Directory.CreateDirectory(Path.Combine(_data.Folder, "training", "new", "pretrain"));
        await using var host = await JobsHost.StartAsync(_data.Folder);
        using var other = host.Get<TrainingFolders>().Take("new");

        var launched = await host.Launcher.LaunchAsync(new TrainingParameters("handbook", 10, "", "new") { Kind = RunKind.PreTrain }, "ann");
        var run = await host.WaitForEndAsync(launched.Id);

        Assert.Equal(RunState.Failed, run.State);
        Assert.Contains("Another process trains a model", run.Error, StringComparison.Ordinal);
        Assert.True(Directory.Exists(checkpoints.FullName));
    }

    [Fact]
    public async Task Train_FailsAtItsTurn_WhenTheNameWasTakenMeanwhile()
    {
        _data.Corpora.Open("handbook").Import("rules", "Rules", "The garden is open.");
        await using var host = await JobsHost.StartAsync(_data.Folder);
        var first = await host.Launcher.LaunchAsync(new TrainingParameters("handbook", 10, "", "first") { Kind = RunKind.PreTrain }, "ann");
        await host.WaitForAsync(first.Id, RunState.Running);
        var second = await host.Launcher.LaunchAsync(new TrainingParameters("handbook", 10, "", "second") { Kind = RunKind.Ict }, "ann");

        Directory.CreateDirectory(Path.Combine(_data.Folder, "models", "second"));
        Finish();
        var run = await host.WaitForEndAsync(second.Id);

        Assert.Equal(RunState.Failed, run.State);
        Assert.Contains("There already is a model \"second\".", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shutdown_InterruptsARun_AndSaysSo()
    {
        var log = new ConcurrentQueue<string>();
        Guid id;
        await using (var host = await JobsHost.StartAsync(
            _data.Folder, services: services => services.AddLogging(logging => logging.AddProvider(new KeptLog(log)))))
        {
            id = (await host.Launcher.LaunchAsync(new IndexBuildParameters("handbook"), "ann")).Id;
            await host.WaitAsync(id, run => run.Done > 0);
        }

        var run = (await _data.Get<RunStore>().FindAsync(id, TestContext.Current.CancellationToken))!;
        var lines = await _data.Get<RunStore>().ReadLogAsync(id, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal((RunState.Interrupted, "The program was shut down."), (run.State, run.Error));
        Assert.Contains($"Run {id} ended as Interrupted", log);
        Assert.DoesNotContain(log.Concat(lines.Select(line => line.Message)), line => line.Contains("Cancelled", StringComparison.Ordinal));
    }

    private sealed class KeptLog(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }

    private sealed class BrokenPublisher : IRunProgressPublisher
    {
        public Task RunChangedAsync(RunSnapshot run, CancellationToken cancellationToken) =>
            Task.FromException(new IOException("The backplane is gone."));

        public Task RunLoggedAsync(Guid runId, IReadOnlyList<RunLogLine> lines, CancellationToken cancellationToken) =>
            Task.FromException(new IOException("The backplane is gone."));
    }

    // The child that stands for the realm command works until it sees this.
    private void Finish() => File.WriteAllText(Path.Combine(_data.Folder, "go"), "");
}
