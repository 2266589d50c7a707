using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Training;

namespace RealmWeb.Engine.FineTuning;

/// <summary>Fits the weight of the dense list in rank fusion and then the no-answer threshold, on questions that were set aside for it, and stores both
/// with the model.</summary>
internal sealed class AnsweringFit(TrainingRun run, FineTuningOptions options)
{
    /// <param name="answerer">Answers with a model that is served.</param>
    public async Task RunAsync(Func<ModelServer, QuestionAnswerer> answerer, IReadOnlyList<QuestionExample> questions)
    {
        var model = run.Model;
        IReadOnlyList<QuestionOutcome> best = [];
        var bestAnswering = model.Answering;
        foreach (var weight in options.FusionWeights.DefaultIfEmpty(model.Answering.DenseFusionWeight))
        {
            var tried = model.WithAnswering(model.Answering with { DenseFusionWeight = weight });
            await using var server = new ModelServer(tried);
            var outcomes = await Evaluator.RunAsync(
                answerer(server), questions, model.Options.Reader.BeamSize, RetrieverKind.Hybrid, run.Time, run.Progress, run.Cancelled);
            if (best.Count == 0 || Read(outcomes) > Read(best))
                (best, bestAnswering) = (outcomes, tried.Answering);
        }
        var threshold = NoAnswerFit.Threshold(best, model.Options.Reader.BeamSize, options.FalseRefusals);
        run.Change(fitted => fitted.WithAnswering(bestAnswering with { NoAnswerThreshold = threshold }));

        // Questions whose answering passage is among those that are read.
        int Read(IReadOnlyList<QuestionOutcome> outcomes) => outcomes.Count(outcome => outcome.GoldRank <= model.Options.Reader.BeamSize);
    }
}
