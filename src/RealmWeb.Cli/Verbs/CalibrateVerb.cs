using System.CommandLine;
using System.Globalization;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.FineTuning;
using RealmWeb.Engine.Models;
using RealmWeb.Jobs.Answering;
using RealmWeb.Jobs.Corpora;

namespace RealmWeb.Cli.Verbs;

/// <summary><c>realm calibrate</c></summary>
internal static class CalibrateVerb
{
    public static Command Create()
    {
        var run = new FittingOptions("temperature");
        var retriever = CorpusOptions.Retriever();
        var k = CorpusOptions.K();
        var refusals = new Option<double?>("--false-refusals")
        {
            Description = "Also fit when no answer is given: at most this share of the questions whose passage was read may be refused, 0 to 0.5.",
        };
        refusals.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double?>() is { } share && share is not (>= 0 and <= 0.5))
                result.AddError($"--false-refusals is {share.ToString(CultureInfo.InvariantCulture)}; it is a share of the questions, 0 to 0.5.");
        });
        var command = new Command("calibrate", "Fit the temperature at which a model's confidence says how often its answers are right.")
        {
            retriever, k, refusals,
        };
        run.AddTo(command);
        command.SetAction(VerbContext.Run(async context =>
        {
            var fitting = run.Begin(context);
            using var loaded = RealmModel.Load(fitting.From, context.StartTorch());
            using var index = fitting.Store.OpenIndex(loaded);
            var model = loaded;
            var outcomes = await EvaluateAsync(model);
            if (context.Parsed.GetValue(refusals) is { } share)
            {
                model = model.WithAnswering(NoAnswerFit.Bias(model.Answering, outcomes, context.Parsed.GetValue(k), share));
                outcomes = await EvaluateAsync(model);
            }
            var before = CalibrationReport.Of(outcomes);
            var (temperature, after) = TemperatureFit.Fit(outcomes);
            fitting.Save(context, model.WithAnswering(model.Answering with { Temperature = temperature }));
            context.Print(
                new { model = fitting.Name, temperature, nullBias = model.Answering.NullBias, n = after.Questions, before, after },
                [
                    string.Create(CultureInfo.InvariantCulture, $"{fitting.Name}: temperature {temperature:F2}, fitted on {after.Questions} questions"),
                    "Confidence as a score (temperature 1):", .. EvaluationTable.Lines(before), "Confidence at the fitted temperature, on the same questions:",
                        .. EvaluationTable.Lines(after),
                ]);

            async Task<IReadOnlyList<QuestionOutcome>> EvaluateAsync(RealmModel measured)
            {
                await using var session = AnsweringSession.Open(fitting.Store, measured, index, context.Time, TemperatureFit.Candidates);
                return await Evaluator.RunAsync(
                    session.Answerer, fitting.Questions, context.Parsed.GetValue(k), context.Parsed.GetValue(retriever), context.Time, context.Progress,
                    context.Cancelled);
            }
        }));
        return command;
    }
}
