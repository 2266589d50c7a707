using System.CommandLine;
using System.CommandLine.Parsing;
using RealmWeb.Contracts.Runs;
using RealmWeb.Engine.FineTuning;
using RealmWeb.Engine.Questions;
using RealmWeb.Jobs.Commands;
using RealmWeb.Jobs.Corpora;

namespace RealmWeb.Cli.Verbs;

/// <summary><c>realm finetune</c></summary>
internal static class FineTuneVerb
{
    public static Command Create()
    {
        var corpus = new Option<string?>(
            "--corpus") { Description = "Corpus that the questions are answered from; needed for inverse cloze pairs and for the stages joint and openQa." };
        var made = new NewModelOptions("JSON file with data, stages and their settings; retriever and reader where it names no stage.");
        var data = new Option<string[]>("--data")
        {
            Description = "Question files, beside those that the configuration names.",
            AllowMultipleArgumentsPerToken = true,
        };
        var weights = new Option<double[]>("--weights")
        {
            Description = "How often each file of --data is drawn from relative to the others, in their order; 1 where nothing is said.",
            AllowMultipleArgumentsPerToken = true,
        };
        var exclude = new Option<string[]>("--exclude")
        {
            Description = "Question files whose questions are not trained on: what will be measured.",
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command("finetune", "Train retriever and reader on question lines.") { corpus, data, weights, exclude };
        command.Validators.Add(result => CheckWeights(result, data, weights));
        made.AddTo(command);
        command.SetAction(VerbContext.Run(async context =>
        {
            var options = FineTuningStages.OrDefault(made.Settings<FineTuningOptions>(context));
            options = FineTuningStages.Change(options, stage => made.Adjust(context, stage)) with
            {
                Data = [.. options.Data, .. Weighted(Sources(context.Parsed.GetValue(data)!), context.Parsed.GetValue(weights)!)],
                Exclude = [.. options.Exclude, .. Sources(context.Parsed.GetValue(exclude)!)],
            };
            var store = context.Parsed.GetValue(corpus) is { } name ? context.Corpora.Open(name) : null;
            var searched = store?.Searchable();
            FineTuner.Require(options, searched);
            var (result, (stages, answering)) = await made.TrainAsync(
                context, RunKind.FineTune, store?.Name, context.Parsed.GetValue(data)!, async run =>
                    (await new FineTuner(run, options).RunAsync(searched), run.Model.Answering));
            context.Print(
                new FineTuningResult(
                    result.Model, result.Steps, result.Seconds, result.TokensPerSecond, result.Metrics,
                    stages.Retriever, stages.Reader, stages.Joint, stages.OpenQa, answering),
                NewModelOptions.Lines(result));
        }));
        return command;
    }

    private static void CheckWeights(CommandResult result, Option<string[]> data, Option<double[]> weights)
    {
        if (result.GetResult(weights) is not { } said || said.Errors.Any() || result.GetValue(weights) is not { Length: > 0 } given)
            return;
        if (given.Length != (result.GetValue(data) ?? []).Length)
            result.AddError($"--weights has {given.Length} numbers and --data {(result.GetValue(data) ?? []).Length} files. Give a number for each file.");
        else if (given.Any(weight => !(weight > 0 && double.IsFinite(weight))))
            result.AddError($"--weights has {string.Join(" ", given)}; each should be above 0.");
    }

    private static IEnumerable<QuestionSource> Weighted(IEnumerable<QuestionSource> sources, double[] weights) =>
        weights.Length == 0 ? sources : sources.Zip(weights, (source, weight) => source with { Weight = weight });

    private static IEnumerable<QuestionSource> Sources(string[] files) => files.Select(file => new QuestionSource { File = Path.GetFullPath(file) });
}
