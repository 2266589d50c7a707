using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace RealmWeb.Engine.Training.Refresh;

/// <summary>When the corpus is embedded anew while the retriever trains. Paper §3.3.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RefreshMode>))]
public enum RefreshMode
{
    /// <summary>Beside the trainer, which goes on with the old index and changes over between two steps.</summary>
    Asynchronous,

    /// <summary>The trainer waits: every run with the same seed then takes the same steps, killed or not.</summary>
    Synchronous,

    /// <summary>Never: the first index serves to the end.</summary>
    Frozen,
}

/// <summary>How the index follows the retriever.</summary>
public sealed record RefreshOptions
{
    /// <summary>Beside the training (asynchronous), while the training waits (synchronous), or never (frozen).</summary>
    [Display(Name = "When the index is built anew")]
    public RefreshMode Mode { get; init; } = RefreshMode.Asynchronous;

    /// <summary>Steps from one snapshot to the next; the paper has about 500. In asynchronous mode 0 means that one refresh follows the other.</summary>
    [Range(0, int.MaxValue)]
    [Display(Name = "Steps between two indexes")]
    public int EverySteps { get; init; } = 500;

    /// <summary>How often a refresh that failed is begun again, from its last whole shard, before training stops with the reason.</summary>
    [Range(0, 1000)]
    [Display(Name = "Restarts after a failure")]
    public int Restarts { get; init; } = 3;
}
