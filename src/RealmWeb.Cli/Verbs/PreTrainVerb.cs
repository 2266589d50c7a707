using System.CommandLine;
using RealmWeb.Contracts.Runs;
using RealmWeb.Engine.PreTraining;
using RealmWeb.Engine.Training;
using RealmWeb.Jobs.Corpora;

namespace RealmWeb.Cli.Verbs;

/// <summary><c>realm pretrain</c></summary>
internal static class PreTrainVerb
{
    private enum PreTrainingObjective
    {
        /// <summary>Retriever and encoder together.</summary>
        Realm,

        /// <summary>The encoder alone.</summary>
        Mlm,
    }

    public static Command Create()
    {
        var corpus = CorpusOptions.Corpus();
        var made = new NewModelOptions("JSON file with the settings of pre-training.");
        var objective = new Option<PreTrainingObjective>("--objective")
        {
            Description = "realm: train retriever and encoder together; mlm: train the encoder alone, which comes first. "
                + "Its weights are then copied into the retriever, unless the configuration says \"embedder\": false.",
        };
        var texts = new Option<string?>("--text-corpus")
        {
            Description = "Corpus to take masked sentences from, if it is another one than --corpus, which is retrieved from.",
        };
        var command = new Command(
            "pretrain", "Train on the text of a corpus, without labels: fill in what a sentence hides, with the help of retrieved passages.")
        {
            objective, corpus, texts,
        };
        made.AddTo(command);
        command.SetAction(VerbContext.Run(async context =>
        {
            var options = made.Settings<PreTrainingOptions>(context);
            var store = context.Corpora.Open(context.Parsed.GetValue(corpus)!);
            var searched = store.Searchable();
            var alone = context.Parsed.GetValue(objective) == PreTrainingObjective.Mlm;
            var (result, _) = await made.TrainAsync(
                context, alone ? RunKind.Mlm : RunKind.PreTrain, store.Name, [], run => Task.FromResult(alone ? TrainEncoder(run) : TrainBoth(run)));
            context.Print(result, NewModelOptions.Lines(result));

            TrainingOutcome TrainEncoder(TrainingRun run) => MaskedLanguageModelTraining.Run(
                run, options with { MaskedLanguageModel = made.Adjust(context, options.MaskedLanguageModel) }, searched.AllBlocks());

            TrainingOutcome TrainBoth(TrainingRun run)
            {
                var sentences = context.Parsed.GetValue(texts) is { } other ? context.Corpora.Open(other).Searchable() : searched;
                var realm = options.Realm with { Training = made.Adjust(context, options.Realm.Training) };
                return RealmPreTraining.Run(run, realm, searched, sentences.AllBlocks());
            }
        }));
        return command;
    }
}
