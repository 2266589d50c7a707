using System.CommandLine;
using RealmWeb.Contracts.Runs;
using RealmWeb.Engine.Training;
using RealmWeb.Jobs.Corpora;

namespace RealmWeb.Cli.Verbs;

/// <summary><c>realm ict</c></summary>
internal static class IctVerb
{
    public static Command Create()
    {
        var corpus = CorpusOptions.Corpus();
        var made = new NewModelOptions("JSON file with the settings of inverse cloze training.");
        var command = new Command(
            "ict", "Train the retriever on the text of a corpus, without labels: which passage was this sentence taken from? (inverse cloze task)") { corpus };
        made.AddTo(command);
        command.SetAction(VerbContext.Run(async context =>
        {
            var options = made.Settings<InverseClozeOptions>(context);
            options = options with { Training = made.Adjust(context, options.Training) };
            var store = context.Corpora.Open(context.Parsed.GetValue(corpus)!);
            var (result, _) = await made.TrainAsync(
                context, RunKind.Ict, store.Name, [], run => Task.FromResult(InverseClozeTraining.Run(run, options, store.Searchable().AllBlocks())));
            context.Print(result, NewModelOptions.Lines(result));
        }));
        return command;
    }
}
