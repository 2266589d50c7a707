using RealmWeb.Contracts.Runs;
using RealmWeb.Engine.PreTraining;
using RealmWeb.Jobs.Commands;

namespace RealmWeb.Jobs.Training;

/// <summary>Masked language modelling: trains the encoder alone.</summary>
internal sealed class MlmWork(ChildCommand command, TrainingDesk desk) : TrainingWork(command, desk)
{
    public override RunKind Kind => RunKind.Mlm;

    protected override IReadOnlyList<string> Verb => ["pretrain", "--objective", "mlm"];

    protected override void RequireSettings(string settings) => TrainingSettings.Require<PreTrainingOptions>(settings);
}
