using System.CommandLine;
using System.Globalization;
using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.Models;
using RealmWeb.Jobs.Answering;

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
            Description = "Also fit when no answer is given: at most this share of the questions of --corpus whose passage was read may be refused, 0 to 0.5.",
        };
        refusals.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double?>() is { } share && share is not (>= 0 and <= 0.5))
                result.AddError($"--false-refusals is {share.ToString(CultureInfo.InvariantCulture)}; it is a share of the questions, 0 to 0.5.");
        });
        var forCorpus = new Option<bool>("--for-corpus")
        {
            Description =
                "Fit --corpus and not the model: its confidence, and with --false-refusals when no answer is given. Kept with the corpus for this model alone.",
        };
        var ownPassages = new Option<string[]>("--own-passages")
        {
            Description =
                "Also fit how much it speaks for \"no answer\" that a passage holds a question's terms apart: on the questions of these files, answerable and "
                + "not, each read in its own passage.",
            DefaultValueFactory = _ => [],
            AllowMultipleArgumentsPerToken = true,
        };
        var output = new Option<string?>("--out") { Description = "With --for-corpus: a file that gets what was fitted, too." };
        var command = new Command("calibrate", "Fit the temperature at which a model's confidence says how often its answers are right.")
        {
            retriever, k, refusals, ownPassages, forCorpus, output,
        };
        run.AddTo(command);
        command.SetAction(VerbContext.Run(async context =>
        {
            if (context.Parsed.GetValue(forCorpus))
            {
                await FitCorpusAsync(context);
                return;
            }
            if (context.Parsed.GetValue(output) is not null)
                throw new ArgumentException("--out writes what was fitted to a corpus. Give --for-corpus too, or leave it out.");
            var fitting = run.Begin(context);
            using var loaded = RealmModel.Load(fitting.From, context.StartTorch());
            var model = loaded;
            string[] scattered = [];
            if (context.Parsed.GetValue(ownPassages) is { Length: > 0 } files)
            {
                var (scatter, refusedBefore, refusedAfter) = NullScatterFit.Fit(
                    model, [.. files.SelectMany(file => run.Questions(context, file))], context.Progress, ReadingPrecision.Auto, context.Cancelled);
                model = model.WithAnswering(model.Answering with { NullScatter = scatter });
                scattered = [string.Create(CultureInfo.InvariantCulture,
                    $"Terms apart count {scatter}: AUC of the null mass {refusedAfter.Auc:F1} (without: {refusedBefore.Auc:F1}), recognised at 15 % "
                    + $"{refusedAfter.RecognisedAt[15]:F1} % ({refusedBefore.RecognisedAt[15]:F1} %)")];
            }
            if (context.Parsed.GetValue(refusals) is { } share)
            {
                var unbiased = await EvaluateAsync(model, fitting.Asked[0]);
                model = model.WithAnswering(NoAnswerFit.Bias(model.Answering, unbiased, context.Parsed.GetValue(k), share));
            }
            var outcomes = new List<QuestionOutcome>();
            foreach (var asked in fitting.Asked)
                outcomes.AddRange(await EvaluateAsync(model, asked));
            var before = CalibrationReport.Of(outcomes);
            var (temperature, after) = TemperatureFit.Fit(outcomes);
            fitting.Save(context, model.WithAnswering(model.Answering with { Temperature = temperature }));
            context.Print(
                new
                {
                    model = fitting.Name, temperature, nullBias = model.Answering.NullBias, nullScatter = model.Answering.NullScatter, n = after.Questions,
                    before, after,
                },
                [
                    .. scattered,
                    string.Create(CultureInfo.InvariantCulture, $"{fitting.Name}: temperature {temperature:F2}, fitted on {after.Questions} questions"),
                    "Confidence as a score (temperature 1):", .. EvaluationTable.Lines(before), "Confidence at the fitted temperature, on the same questions:",
                        .. EvaluationTable.Lines(after),
                ]);

            Task<IReadOnlyList<QuestionOutcome>> EvaluateAsync(RealmModel measured, AskedCorpus asked) =>
                AskAsync(context, measured, asked, TemperatureFit.Candidates);
        }));
        return command;

        async Task FitCorpusAsync(VerbContext context)
        {
            var (asked, entry) = run.BeginForCorpus(context);
            using var model = context.LoadModel(entry.Name);
            var version = model.AnsweringVersion();
            var answering = model.Answering;
            if (context.Parsed.GetValue(refusals) is { } share)
                answering = NoAnswerFit.Bias(answering, await AskAsync(context, model, asked, null), context.Parsed.GetValue(k), share);
            var outcomes = await AskAsync(context, model.WithAnswering(answering), asked, null);
            var before = CalibrationReport.Of(outcomes);
            var (scaling, after) = PlattFit.Fit(outcomes);
            var fit = new CorpusFit(
                entry.Name, version, scaling, context.Parsed.GetValue(refusals) is null ? null : answering.NullBias, after.Questions, context.Time.GetUtcNow());
            asked.Store.SetFit(fit.Text());
            if (context.Parsed.GetValue(output) is { } file)
                await File.WriteAllTextAsync(file, fit.Text() + "\n", context.Cancelled);
            context.Print(
                new { corpus = asked.Store.Name, fit, before, after },
                [
                    string.Create(CultureInfo.InvariantCulture,
                        $"{asked.Store.Name}: confidence of {entry.Name} is σ({scaling.Slope:F2} · log odds {scaling.Offset:+0.00;-0.00}), fitted on "
                        + $"{after.Questions} questions"),
                    "Before:", .. EvaluationTable.Lines(before), "After, on the same questions:", .. EvaluationTable.Lines(after),
                ]);
        }

        async Task<IReadOnlyList<QuestionOutcome>> AskAsync(
            VerbContext context, RealmModel measured, AskedCorpus asked, IReadOnlyList<double>? temperatures)
        {
            IReadOnlyList<QuestionOutcome> found = [];
            var kind = context.Parsed.GetValue(retriever);
            await asked.WithAnswererAsync(context, measured, kind, async answerer => found = await Evaluator.RunAsync(
                answerer, asked.Questions, context.Parsed.GetValue(k), kind, context.Time, context.Progress, context.Cancelled), temperatures);
            return found;
        }
    }
}
