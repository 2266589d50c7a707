using System.CommandLine;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Corpora;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.PreTraining;
using RealmWeb.Engine.Training;
using RealmWeb.Engine.Training.Refresh;
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
        var run = new TrainingRun();
        var objective = new Option<PreTrainingObjective>("--objective") { Description = "realm: retriever and encoder together; mlm: the encoder alone, which comes before it; the retriever's becomes a copy, unless the configuration says \"embedder\": false." };
        var texts = new Option<string?>("--text-corpus") { Description = "Corpus that masked sentences are taken from, where it is another than the one that is retrieved from." };
        var command = new Command("pretrain", "Train on the text of a corpus, without labels: fill in what a sentence hides, with the help of retrieved passages.") { objective, texts };
        foreach (var option in run.Options)
            command.Add(option);
        command.SetAction(VerbContext.Run(context =>
        {
            var options = run.Settings<PreTrainingOptions>(context);
            var target = run.Target(context);
            using var turn = run.TakeTurn(context);
            var store = CorpusOptions.Corpora(context).Open(run.Corpus(context));
            using var model = run.Load(context);
            TrainingOutcome outcome;
            if (context.Parsed.GetValue(objective) == PreTrainingObjective.Mlm)
            {
                outcome = TrainEncoder(context, run, model, options, store);
                if (options.Embedder)
                    model.ShareReaderEncoder();
            }
            else
            {
                var other = context.Parsed.GetValue(texts);
                outcome = TrainJointly(context, run, model, options.Realm, store, other is null ? store : CorpusOptions.Corpora(context).Open(other));
            }
            model.Save(target);
            run.Record(context, model, context.Parsed.GetValue(objective) == PreTrainingObjective.Mlm ? RunKind.Mlm : RunKind.PreTrain);
            run.Print(context, outcome);
            return Task.CompletedTask;
        }));
        return command;
    }

    private static TrainingOutcome TrainEncoder(VerbContext context, TrainingRun run, RealmModel model, PreTrainingOptions options, CorpusStore store)
    {
        var training = run.Adjust(context, options.MaskedLanguageModel);
        var all = Blocks(store);
        var (blocks, heldOut) = HeldOut.Part(all, options.HeldOutShare);
        var masking = RealmMasking.Create(options, model.Vocabulary, all, run.BaseFolder(context), context.Cancelled);
        MaskedLanguageModelObjective Objective(IReadOnlyList<Block> texts) => new(model, texts, training, options.MaxLength, masking);
        var held = heldOut.Count == 0 ? null : Objective(heldOut);
        // What concerns the other objective may change.
        return new TrainingLoop(Objective(blocks), training, run.Work(context, "pretrain"), context.Time, options with { MaskedLanguageModel = training, Realm = new() })
            .Run(run.Resume(context), context.Progress, held is null ? null : _ => HeldOut.Measure(held, context.Cancelled, "accuracy"), context.Cancelled);
    }

    private static TrainingOutcome TrainJointly(VerbContext context, TrainingRun run, RealmModel model, RealmPreTrainingOptions options, CorpusStore store, CorpusStore texts)
    {
        options = options with { Training = run.Adjust(context, options.Training) };
        if (model.Head is null)
            context.Progress.Log("warning", $"{model.Name} has never predicted masked words: its head starts at random. `realm pretrain --objective mlm` first makes a better start.");
        if (options.SeparateTowers)
            model.SeparateTowers();
        var all = Blocks(texts);
        var (sentences, heldOut) = HeldOut.Part(all, options.HeldOutShare);
        var masking = RealmMasking.Create(options, model.Vocabulary, all, run.BaseFolder(context), context.Cancelled);
        var work = run.Work(context, "realm");
        // Of a retriever that does not learn, every index would be the first again.
        var refreshed = options.RetrieverRate > 0 ? options : options with { Refresh = options.Refresh with { Mode = RefreshMode.Frozen } };
        using var refresher = new IndexRefresher(
            model, new CorpusBlockStore(store), store.Info().Version, refreshed.Refresh, Path.Combine(work, "refresh"), run.Resume(context),
            options.Training.FarthestBack, CorpusOptions.IndexFolders(store), context.Time, context.Progress, context.Cancelled);
        var lexical = new CorpusLexicalIndex(store);
        using var objective = new RealmObjective(model, sentences, new CorpusBlockStore(store), masking, refreshed, refresher.At, context.Time, lexical);
        return new TrainingLoop(objective, options.Training, work, context.Time, options)
            .Run(run.Resume(context), context.Progress, heldOut.Count == 0 ? null : MeasureHeldOut, context.Cancelled);

        // With the index of the moment, which the next measurement may not have any more. A run that goes on with a measurement has none yet: then that of the
        // last step that was taken.
        IReadOnlyDictionary<string, double> MeasureHeldOut(long step)
        {
            var index = refresher.Current ?? refresher.At(Math.Max(0, step - 1));
            using var held = new RealmObjective(model, heldOut, new CorpusBlockStore(store), masking, refreshed, _ => index, context.Time, lexical);
            return HeldOut.Measure(held, context.Cancelled, "retrievalUtility");
        }
    }

    private static List<Block> Blocks(CorpusStore store) => [.. new CorpusBlockStore(store).EnumerateBlocks().Select(block => block.Block)];
}
