using RealmWeb.Engine.PreTraining;
using RealmWeb.Engine.Training.Refresh;

namespace RealmWeb.Lab.Ablation;

/// <summary>A row of the table: where its retriever and its encoder come from. Paper table 2, and three rows more.</summary>
/// <param name="Key">Name in the configuration.</param>
/// <param name="Title">Name in the table.</param>
/// <param name="Retriever">Pre-training that the retriever comes from; null for the warm start.</param>
/// <param name="Encoder">Pre-training that the encoder comes from; null for the warm start.</param>
internal sealed record AblationRow(string Key, string Title, string? Retriever, string? Encoder)
{
    private const string Realm = "realm";

    /// <summary>All rows, in the table's order.</summary>
    public static IReadOnlyList<AblationRow> All { get; } =
    [
        new(Realm, "REALM", Realm, Realm),
        new("realm-retriever", "REALM retriever + baseline encoder", Realm, null),
        new("realm-encoder", "baseline retriever + REALM encoder", null, Realm),
        new("baseline", "baseline", null, null),
        new("uniform-masks", "REALM with random uniform masks", "uniform-masks", "uniform-masks"),
        new("span-masks", "REALM with random span masks", "span-masks", "span-masks"),
        new("stale", "stale index", "stale", "stale"),
        new("no-null", "no null document", "no-null", "no-null"),
        new("trivial", "trivial retrieval allowed", "trivial", "trivial"),
        new("frozen", "frozen index", "frozen", "frozen"),
    ];

    /// <summary>The settings of a pre-training.</summary>
    /// <param name="pretraining">As in <see cref="Retriever"/>.</param>
    /// <exception cref="InvalidOperationException">With these settings the stale index would be that of another row.</exception>
    public static RealmPreTrainingOptions Settings(string pretraining, AblationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var (refresh, every) = (options.Realm.Refresh, (long)options.Realm.Refresh.EverySteps * options.StaleFactor);
        if (pretraining == "stale" && (refresh.Mode == RefreshMode.Frozen || every == 0 || every >= options.Realm.Training.Steps))
            throw new InvalidOperationException(
                $"The stale index would be built again every {every} steps of {options.Realm.Training.Steps}, mode {refresh.Mode}: no index of its own. "
                    + $"Change \"staleFactor\", \"refresh\" or the steps, or leave the row out.");
        return Of(pretraining, options);
    }

    private static RealmPreTrainingOptions Of(string pretraining, AblationOptions options) => pretraining switch
    {
        Realm => options.Realm,
        "uniform-masks" => options.Realm with { Masking = MaskingKind.Uniform },
        "span-masks" => options.Realm with { Masking = MaskingKind.Span },
        "stale" => options.Realm with { Refresh = options.Realm.Refresh with { EverySteps = options.Realm.Refresh.EverySteps * options.StaleFactor } },
        "no-null" => options.Realm with { NullDocument = false },
        "trivial" => options.Realm with { TrivialRetrieval = true },
        "frozen" => options.Realm with { Refresh = options.Realm.Refresh with { Mode = RefreshMode.Frozen } },
        _ => throw new ArgumentException($"There is no pre-training \"{pretraining}\".", nameof(pretraining)),
    };
}
