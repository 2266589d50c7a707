namespace RealmWeb.Jobs.Runs;

/// <summary>Tells those who listen that a run is over, in this process. Who must not miss one looks at the table as well.</summary>
internal sealed class RunEnds
{
    public event Action<Guid>? Ended;

    public void Announce(Guid runId) => Ended?.Invoke(runId);
}
