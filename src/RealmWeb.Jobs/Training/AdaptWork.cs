using System.Text.Json;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.QuestionSets;
using RealmWeb.Engine.PreTraining.Adaptation;
using RealmWeb.Jobs.Commands;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.Training;

/// <summary>Adaptation: the retriever learns from the documents alone; questions choose how much of it is kept.</summary>
internal sealed class AdaptWork(ChildCommand command, TrainingDesk desk) : TrainingWork(command, desk)
{
    public override RunKind Kind => RunKind.Adapt;

    protected override IReadOnlyList<string> Verb => ["adapt"];

    internal override object Defaults => new AdaptationOptions();

    protected override IReadOnlyDictionary<string, double>? FiguresOf(string resultJson)
    {
        try
        {
            return ChildProtocol.ReadResult<AdaptingResult>(resultJson).Figures();
        }
        catch (JsonException unreadable)
        {
            throw new RunFailedException($"The realm program printed no result of an adaptation: {unreadable.Message}");
        }
    }

    protected override void RequireLessons(TrainingParameters training, IReadOnlyList<QuestionSet> sets)
    {
        if (training.Exclude is { Count: > 0 })
            throw new ArgumentException("Adaptation learns from no questions, so there are none to leave out. Leave the excluded sets out.", nameof(training));
    }
}
