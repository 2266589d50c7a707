namespace RealmWeb.Client.Tests;

/// <summary>How long a test waits for what must come.</summary>
internal static class Waits
{
    /// <summary>A limit that only a failure reaches: on a loaded machine a minute was too short.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
}
