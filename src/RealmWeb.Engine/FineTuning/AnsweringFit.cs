using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Training;

namespace RealmWeb.Engine.FineTuning;

/// <summary>Fits the weight of the dense list in rank fusion and then the no-answer threshold, on questions that were set aside for it, and stores both
/// with the model.</summary>
internal sealed class AnsweringFit(TrainingRun run, FineTuningOptions options)
{
    public async Task RunAsync(QuestionAnswerer answerer, IReadOnlyList<QuestionExample> questions)
    {
        var model = run.Model;
        IReadOnlyList<QuestionOutcome> best = [];
        var bestAnswering = model.Answering;
        foreach (var weight in options.FusionWeights.DefaultIfEmpty(model.Answering.DenseFusionWeight))
        {
            model.Calibrate(model.Answering with { DenseFusionWeight = weight });
            var outcomes = await Evaluator.RunAsync(
                answerer, questions, model.Options.Reader.BeamSize, RetrieverKind.Hybrid, run.Time, run.Progress, run.Cancelled);
            if (best.Count == 0 || Read(outcomes) > Read(best))
                (best, bestAnswering) = (outcomes, model.Answering);
        }
        model.Calibrate(bestAnswering with { NoAnswerThreshold = NoAnswerFit.Threshold(best, model.Options.Reader.BeamSize, options.FalseRefusals) });

        // Questions whose answering passage is among those that are read.
        int Read(IReadOnlyList<QuestionOutcome> outcomes) => outcomes.Count(outcome => outcome.GoldRank <= model.Options.Reader.BeamSize);
    }
}
