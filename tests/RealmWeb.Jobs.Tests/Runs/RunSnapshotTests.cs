using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Runs;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.Tests.Runs;

public sealed class RunSnapshotTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(59, 59, false)]
    [InlineData(61, 1, true)]
    [InlineData(1, 61, true)]
    public void Of_CallsARunStalled_WhenItsOwnerOrItsWorkIsSilentForAMinute(int owner, int work, bool stalled)
    {
        var run = new Run { Target = "handbook", State = RunState.Running, HeartbeatAt = Now.AddSeconds(-owner), WorkSeenAt = Now.AddSeconds(-work) };

        Assert.Equal(stalled, RunSnapshots.Of(run, [], Now, TimeSpan.FromSeconds(60)).Stalled);
    }

    [Fact]
    public void Of_GivesTheTimeLeft_FromTheRate()
    {
        var run = new Run { Target = "handbook", State = RunState.Running, Done = 40, Total = 100, RatePerSecond = 12 };

        Assert.Equal(5.0, RunSnapshots.Of(run, [], Now, TimeSpan.FromSeconds(60)).SecondsLeft);
        run.State = RunState.Succeeded;
        Assert.Null(RunSnapshots.Of(run, [], Now, TimeSpan.FromSeconds(60)).SecondsLeft);
    }

    [Fact]
    public void Of_SaysWhatAQueuedRunWaitsFor()
    {
        var queued = new Run { Id = Guid.NewGuid(), Target = "new", Kind = RunKind.FineTune, ExclusiveKey = "train", CreatedAt = Now };
        var import = new Run { Id = Guid.NewGuid(), Target = "handbook", Kind = RunKind.Import, State = RunState.Running };
        var training = new Run { Id = Guid.NewGuid(), Target = "old", Kind = RunKind.PreTrain, ExclusiveKey = "train", State = RunState.Running };

        Assert.Equal("Waits for a worker", RunSnapshots.Of(queued, [queued, import], Now, TimeSpan.FromSeconds(60)).Waits);
        Assert.Equal("Waits for REALM pre-training of old, 1st in line", RunSnapshots.Of(queued, [queued, import, training], Now, TimeSpan.FromSeconds(60)).Waits);
        var later = new Run { Id = Guid.NewGuid(), Target = "later", Kind = RunKind.Evaluate, ExclusiveKey = "train", CreatedAt = Now.AddSeconds(1) };
        Assert.Equal(
            "Waits for REALM pre-training of old, 2nd in line",
            RunSnapshots.Of(later, [later, queued, import, training], Now, TimeSpan.FromSeconds(60)).Waits);
        Assert.Null(RunSnapshots.Of(training, [queued, import, training], Now, TimeSpan.FromSeconds(60)).Waits);
    }
}
