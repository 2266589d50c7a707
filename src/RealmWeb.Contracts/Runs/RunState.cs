using System.Text.Json.Serialization;

namespace RealmWeb.Contracts.Runs;

/// <summary>Where a run is. The last four are final; <see cref="RunTransitions"/> says which way leads where.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunState>))]
public enum RunState
{
    Queued,
    Running,
    Stopping,

    /// <summary>Stops as soon as it can, to go on later.</summary>
    Pausing,

    /// <summary>Waits for somebody to resume it.</summary>
    Paused,

    /// <summary>The process that did the work ended without saying so; the run can be resumed.</summary>
    Interrupted,
    Cancelled,
    Failed,

    /// <summary>Done, but some items could not be done; the log says which and why.</summary>
    CompletedWithErrors,
    Succeeded,
}
