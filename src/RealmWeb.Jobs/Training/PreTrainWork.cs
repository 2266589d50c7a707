using RealmWeb.Contracts.Runs;
using RealmWeb.Jobs.Commands;

namespace RealmWeb.Jobs.Training;

/// <summary>REALM pre-training: retriever and encoder together.</summary>
internal sealed class PreTrainWork(ChildCommand command, TrainingDesk desk) : TrainingWork(command, desk)
{
    public override RunKind Kind => RunKind.PreTrain;

    protected override IReadOnlyList<string> Verb => ["pretrain", "--objective", "realm"];
}
