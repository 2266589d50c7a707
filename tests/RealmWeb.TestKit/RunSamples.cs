using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Runs;
using static RealmWeb.Contracts.Runs.RunState;

namespace RealmWeb.TestKit;

/// <summary>Short ways to make runs.</summary>
public static class RunSamples
{
    /// <summary>No machine has this name, no process this number.</summary>
    public static string DeadOwner { get; } = $"{Environment.MachineName}/999999999/1";

    public static Task<Run> NewAsync(RunStore store, string target = "handbook", string key = "", RunKind kind = RunKind.Import, string parameters = "{}") =>
        store.CreateAsync(new Run { Kind = kind, Target = target, ExclusiveKey = key, ParametersJson = parameters, StartedBy = "ann" });

    public static async Task<Run> InStateAsync(
        RunStore store, RunState state, string owner = "me", RunKind kind = RunKind.Import, string parameters = "{}")
    {
        var run = await NewAsync(store, kind: kind, parameters: parameters);
        if (state is not Queued)
            await store.TryStartAsync(run.Id, owner);
        if (state is Pausing or Paused)
            await store.TryTransitionAsync(run.Id, [Running], Pausing);
        if (state is Paused)
            await store.TryTransitionAsync(run.Id, [Pausing], Paused);
        if (state is Stopping or Cancelled)
            await store.TryTransitionAsync(run.Id, [Running], Stopping);
        if (state is Cancelled)
            await store.TryTransitionAsync(run.Id, [Stopping], Cancelled);
        if (state is Interrupted or Failed or CompletedWithErrors or Succeeded)
            await store.TryTransitionAsync(run.Id, [Running], state);
        return (await store.FindAsync(run.Id))!;
    }
}
