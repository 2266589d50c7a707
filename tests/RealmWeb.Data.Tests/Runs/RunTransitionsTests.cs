using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Runs;
using RealmWeb.TestKit;
using static RealmWeb.Contracts.Runs.RunState;

namespace RealmWeb.Data.Tests.Runs;

public sealed class RunTransitionsTests
{
    private static readonly (RunState From, RunState To)[] Allowed =
    [
        (Queued, Running), (Queued, Cancelled), (Queued, Failed),
        (Running, Stopping), (Running, Pausing), (Running, Interrupted), (Running, Failed), (Running, CompletedWithErrors), (Running, Succeeded),
        (Stopping, Cancelled), (Stopping, Failed), (Stopping, CompletedWithErrors), (Stopping, Succeeded),
        (Pausing, Paused), (Pausing, Stopping), (Pausing, Failed), (Pausing, CompletedWithErrors), (Pausing, Succeeded),
        (Paused, Queued), (Paused, Cancelled),
        (Interrupted, Queued), (Interrupted, Cancelled), (Interrupted, Failed),
    ];

    public static TheoryData<RunState, RunState> AllPairs()
    {
        var pairs = new TheoryData<RunState, RunState>();
        foreach (var from in Enum.GetValues<RunState>())
        {
            foreach (var to in Enum.GetValues<RunState>())
                pairs.Add(from, to);
        }
        return pairs;
    }

    [Theory]
    [MemberData(nameof(AllPairs))]
    public void Allows_IsTheTable_ForEveryPair(RunState from, RunState to) =>
        Assert.Equal(Allowed.Contains((from, to)), RunTransitions.Allows(from, to));

    [Theory]
    [MemberData(nameof(AllPairs))]
    public async Task TryTransition_DoesWhatTheTableSays_ForEveryPair(RunState from, RunState to)
    {
        using var data = new TempData();
        var store = data.Get<RunStore>();
        var run = await RunSamples.InStateAsync(store, from);
        if (!RunTransitions.Allows(from, to) || to == Running)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => store.TryTransitionAsync(run.Id, [from], to));
            Assert.Equal(from, (await store.FindAsync(run.Id))!.State);
            return;
        }

        Assert.True(await store.TryTransitionAsync(run.Id, [from], to));

        var after = (await store.FindAsync(run.Id))!;
        Assert.Equal(to, after.State);
        Assert.True(after.Revision > run.Revision);
        Assert.Equal(RunTransitions.IsFinal(to), after.EndedAt is not null);
        Assert.False(await store.TryTransitionAsync(run.Id, [from], to));
    }
}
