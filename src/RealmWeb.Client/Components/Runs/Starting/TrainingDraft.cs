using RealmWeb.Contracts.Runs;

namespace RealmWeb.Client.Components.Runs.Starting;

/// <summary>What every training asks for.</summary>
public sealed class TrainingDraft
{
    public int? Steps { get; set; }

    public string NewModel { get; set; } = "";

    /// <summary>JSON as in a configuration file of the command; empty for its defaults.</summary>
    public string Settings { get; set; } = "";

    /// <summary>Nothing was found wrong with <see cref="Settings"/>.</summary>
    public bool SettingsFit { get; set; } = true;

    public int Seed { get; set; } = 1;

    public bool HasSettings => !string.IsNullOrWhiteSpace(Settings);

    public bool Complete => NewModel.Length > 0 && SettingsFit && (Steps is > 0 || HasSettings);

    /// <summary>Shows what was chosen before, or what the kind is offered with.</summary>
    public void Take(RunKindInfo kind, StartTrainingRequest? given)
    {
        ArgumentNullException.ThrowIfNull(kind);
        Steps = given is null ? kind.Steps : given.Steps > 0 ? given.Steps : null;
        (NewModel, Settings, Seed) = (given?.NewModel ?? "", given?.Settings ?? "", given?.Seed ?? Seed);
    }

    public StartTrainingRequest Request(RunKind kind, RunDraft draft, IReadOnlyList<string> questionSets)
    {
        ArgumentNullException.ThrowIfNull(draft);
        return new(kind, draft.Corpus, Steps ?? 0, draft.Model, NewModel.Trim(), questionSets, Seed, Settings.Trim());
    }
}
