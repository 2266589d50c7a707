using RealmWeb.Contracts.Runs;
using RealmWeb.Jobs.Commands;

namespace RealmWeb.Jobs.Training;

/// <summary>Masked language modelling: trains the encoder alone.</summary>
internal sealed class MlmWork(ChildCommand command, TrainingDesk desk) : TrainingWork(command, desk)
{
    public override RunKind Kind => RunKind.Mlm;

    protected override IReadOnlyList<string> Verb => ["pretrain", "--objective", "mlm"];
}
