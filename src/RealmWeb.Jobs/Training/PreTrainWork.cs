using RealmWeb.Contracts.Runs;
using RealmWeb.Engine.PreTraining;
using RealmWeb.Engine.Training;
using RealmWeb.Jobs.Commands;

namespace RealmWeb.Jobs.Training;

/// <summary>REALM pre-training: retriever and encoder together.</summary>
internal sealed class PreTrainWork(ChildCommand command, TrainingDesk desk) : TrainingWork(command, desk)
{
    public override RunKind Kind => RunKind.PreTrain;

    protected override IReadOnlyList<string> Verb => ["pretrain", "--objective", "realm"];

    internal override object Defaults => new PreTrainingOptions();

    // The others in the file are those of the encoder alone.
    internal override bool Uses(Setting setting) => IsOfRealm(setting);

    internal static bool IsOfRealm(Setting setting) => setting.Name.Equals(nameof(PreTrainingOptions.Realm), StringComparison.OrdinalIgnoreCase);
}
