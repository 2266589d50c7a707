using System.CommandLine;
using System.Globalization;
using RealmWeb.Engine.Evaluation;
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
        var command = new Command("calibrate", "Fit the temperature at which a model's confidence says how often its answers are right.") { retriever, k };
        run.AddTo(command);
        command.SetAction(VerbContext.Run(async context =>
        {
            var fitting = run.Begin(context);
            using var loaded = RealmModel.Load(fitting.From, context.StartTorch());
            using var index = fitting.Store.OpenIndex(loaded);
            await using var session = AnsweringSession.Open(fitting.Store, loaded, index, context.Time, TemperatureFit.Candidates);
            var outcomes = await Evaluator.RunAsync(
                session.Answerer, fitting.Questions, context.Parsed.GetValue(k), context.Parsed.GetValue(retriever), context.Time, context.Progress,
                    context.Cancelled);
            var before = CalibrationReport.Of(outcomes);
            var (temperature, after) = TemperatureFit.Fit(outcomes);
            fitting.Save(context, loaded.WithAnswering(loaded.Answering with { Temperature = temperature }));
            context.Print(
                new { model = fitting.Name, temperature, n = after.Questions, before, after },
                [
                    string.Create(CultureInfo.InvariantCulture, $"{fitting.Name}: temperature {temperature:F2}, fitted on {after.Questions} questions"),
                    "Confidence as a score (temperature 1):", .. EvaluationTable.Lines(before), "Confidence at the fitted temperature, on the same questions:",
                        .. EvaluationTable.Lines(after),
                ]);
        }));
        return command;
    }
}
