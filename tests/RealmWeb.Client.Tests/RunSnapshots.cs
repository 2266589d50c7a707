using RealmWeb.Contracts.Runs;

namespace RealmWeb.Client.Tests;

/// <summary>Runs as the server would describe them.</summary>
internal static class RunSnapshots
{
    public static RunSnapshot At(RunState state, long revision) => new(
        Guid.NewGuid(), RunKind.IndexBuild, "handbook", state, 3, 10, "passages", "Embedding passages", null, null, null, null, false, "ada",
        DateTimeOffset.UnixEpoch, null, null, new Dictionary<string, double>(), revision);
}
