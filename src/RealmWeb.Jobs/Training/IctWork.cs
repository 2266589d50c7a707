using RealmWeb.Contracts.Runs;
using RealmWeb.Engine.Training;
using RealmWeb.Jobs.Commands;

namespace RealmWeb.Jobs.Training;

/// <summary>Inverse cloze task: trains the retriever alone.</summary>
internal sealed class IctWork(ChildCommand command, TrainingDesk desk) : TrainingWork(command, desk)
{
    public override RunKind Kind => RunKind.Ict;

    protected override IReadOnlyList<string> Verb => ["ict"];

    internal override object Defaults => new InverseClozeOptions();
}
