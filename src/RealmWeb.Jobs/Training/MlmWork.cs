using RealmWeb.Contracts.Runs;
using RealmWeb.Engine.PreTraining;
using RealmWeb.Engine.Training;
using RealmWeb.Jobs.Commands;

namespace RealmWeb.Jobs.Training;

/// <summary>Masked language modelling: trains the encoder alone.</summary>
internal sealed class MlmWork(ChildCommand command, TrainingDesk desk) : TrainingWork(command, desk)
{
    public override RunKind Kind => RunKind.Mlm;

    protected override IReadOnlyList<string> Verb => ["pretrain", "--objective", "mlm"];

    internal override object Defaults => new PreTrainingOptions();

    // The file has REALM's settings too.
    internal override bool Uses(Setting setting) => !PreTrainWork.IsOfRealm(setting);
}
