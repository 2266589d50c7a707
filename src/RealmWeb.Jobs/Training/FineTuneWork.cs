using RealmWeb.Contracts.Runs;
using RealmWeb.Data.QuestionSets;
using RealmWeb.Engine.FineTuning;
using RealmWeb.Jobs.Commands;

namespace RealmWeb.Jobs.Training;

/// <summary>Fine-tuning: retriever and reader on questions with their answers.</summary>
internal sealed class FineTuneWork(ChildCommand command, TrainingDesk desk) : TrainingWork(command, desk)
{
    public override RunKind Kind => RunKind.FineTune;

    protected override IReadOnlyList<string> Verb => ["finetune"];

    internal override object Defaults => new FineTuningOptions();

    internal override object Complete(object settings) => FineTuningStages.OrDefault((FineTuningOptions)settings);

    protected override IReadOnlyList<string> WeightsOf(TrainingParameters training) => LessonWeights.Arguments(training);

    protected override void RequireLessons(TrainingParameters training, IReadOnlyList<QuestionSet> sets)
    {
        if (training.Config.Length > 0 || sets.Sum(set => set.Readable) > 0)
            return;
        throw new ArgumentException(
            sets.Count == 0
                ? "Fine-tuning learns from questions. Name at least one question set."
                : $"No question of {string.Join(", ", sets.Select(set => set.Name))} has its passage with the answer's place in it, "
                    + "from which the reader learns. Add \"context\" and \"answer_starts\" to the lines.",
            nameof(training));
    }
}
