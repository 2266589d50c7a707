using System.CommandLine;
using System.Globalization;
using RealmWeb.Contracts.Runs;
using RealmWeb.Engine.PreTraining.Adaptation;
using RealmWeb.Engine.Questions;
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
            var (result, adapted) = await made.TrainAsync(context, RunKind.Adapt, store.Name, files, async run =>
            {
                using var index = store.OpenOrBuildIndex(run.Model, context.Time, context.Progress, context.Cancelled);
                return await CorpusAdaptation.RunAsync(run, options, store.Searchable(), index, questions);
            });
            context.Print(
                new
                {
                    model = result.Model, steps = result.Steps, seconds = result.Seconds, rounds = adapted.Rounds, share = adapted.Share,
                    questions = adapted.Questions, measurements = adapted.Measurements,
                },
                [.. NewModelOptions.Lines(result), .. Lines(adapted)]);
        }));
        return command;
    }

    private static IEnumerable<string> Lines(AdaptationResult adapted)
    {
        foreach (var (round, number) in adapted.Rounds.Select((round, i) => (round, i + 1)))
            yield return $"Round {number}: {round.Examples} of {round.Sentences} sentences are answered by other documents";
        if (adapted.Measurements.Count == 0)
            yield return Format($"Kept {adapted.Share:P0} of what was learned; no labelled questions said whether it helps.");
        else
        {
            yield return $"Dense retrieval on {adapted.Questions} labelled questions (nDCG@10 or 1/rank; difference with 95 % interval):";
            foreach (var measured in adapted.Measurements)
            {
                var interval = Format($"{100 * measured.Difference:+0.0;-0.0;0.0} [{100 * measured.Low:+0.0;-0.0;0.0}, {100 * measured.High:+0.0;-0.0;0.0}]");
                yield return Format($"  {measured.Share,5:P0}  {100 * measured.Gain,6:F1}  recall@5 {100 * measured.RecallAt5,5:F1}  {interval}");
            }
            yield return Format($"Kept {adapted.Share:P0} of what was learned.");
        }
    }

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
