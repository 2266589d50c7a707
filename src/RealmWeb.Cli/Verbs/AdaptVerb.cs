using System.CommandLine;
using System.Globalization;
using RealmWeb.Contracts.Runs;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.PreTraining.Adaptation;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Retrieval.Index;
using RealmWeb.Jobs.Commands;
using RealmWeb.Jobs.Corpora;

namespace RealmWeb.Cli.Verbs;

/// <summary><c>realm adapt</c></summary>
internal static class AdaptVerb
{
    public static Command Create()
    {
        var corpus = CorpusOptions.Corpus();
        var made = new NewModelOptions("JSON file with the settings of the adaptation.");
        var data = new Option<string[]>("--data")
        {
            Description = "Question files of this corpus, with their passages or documents: they choose how much of what is learned is kept. About 100 do.",
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command(
            "adapt", "Let the retriever learn from the documents themselves, without labels: REALM's objective over all passages (the index stays).")
        {
            corpus, data,
        };
        made.AddTo(command);
        command.SetAction(VerbContext.Run(async context =>
        {
            var options = made.Settings<AdaptationOptions>(context);
            options = options with { Training = made.Adjust(context, options.Training) };
            var files = context.Parsed.GetValue(data)!;
            var questions = files.SelectMany(file => QuestionSets.Read(new QuestionSource { File = file }, ""))
                .Where(question => !question.IsImpossible).ToList();
            var store = context.Corpora.Open(context.Parsed.GetValue(corpus)!);
            var (result, adapted) = await made.TrainAsync(context, RunKind.Adapt, store.Name, files, run =>
            {
                var start = run.Model.ModelVersion;
                // First of all, so that it stands in the folders that refreshes copy from.
                Index(run.Model).Dispose();
                return CorpusAdaptation.RunAsync(run, options, store.Searchable(), Index, questions);

                // That of the start stays where it is for others.
                DenseBlockIndex Index(RealmModel model) => store.OpenOrBuildIndex(
                    model, model.ModelVersion == start ? model.Name : run.Name, context.Time, context.Progress, context.Cancelled);
            });
            context.Print(
                new AdaptingResult(
                    result.Model, result.Steps, result.Seconds, result.TokensPerSecond, result.Metrics, adapted.Rounds, adapted.Share, adapted.Questions,
                    adapted.Measurements),
                [.. NewModelOptions.Lines(result), .. Lines(adapted)]);
        }));
        return command;
    }

    private static IEnumerable<string> Lines(AdaptationResult adapted)
    {
        foreach (var (round, number) in adapted.Rounds.Select((round, i) => (round, i + 1)))
            yield return $"Round {number}: {round.Examples} of {round.Sentences} sentences are answered by other documents"
                + (round is { HeldOutRecallAt5Before: { } before, HeldOutRecallAt5: { } after }
                    ? Format($"; recall@5 of sentences held out {100 * before:F1}, now {100 * after:F1}") : "");
        if (adapted.Measurements.Count == 0)
            yield return Format($"Kept {adapted.Share:P0} of what was learned; no labelled questions said whether it helps.");
        else
        {
            yield return $"Dense retrieval on {adapted.Questions} labelled questions (nDCG@10 or 1/rank; difference with 95 % interval):";
            foreach (var measured in adapted.Measurements)
                yield return Format($"  {measured.Share,5:P0}  {100 * measured.Gain,6:F1}  recall@5 {100 * measured.RecallAt5,5:F1}  ")
                    + Interval(measured) + Rise(measured)
                    + (measured.Mixture is { } mixture ? $"; mixture with BM25 {Interval(mixture)}{Carry(measured)}" : "");
            yield return Format($"Kept {adapted.Share:P0} of what was learned.");
        }
    }

    private static string Rise(ShareMeasurement measured) => measured.RiseLow > 0 ? ", right passages rise" : "";

    private static string Carry(ShareMeasurement measured) => measured.Carry == MixtureCarry.Whole ? ", all weights scaled" : "";

    private static string Interval(ShareMeasurement measured) =>
        Format($"{100 * measured.Difference:+0.0;-0.0;0.0} [{100 * measured.Low:+0.0;-0.0;0.0}, {100 * measured.High:+0.0;-0.0;0.0}]");

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
