using System.CommandLine;
using RealmWeb.Contracts.Runs;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Training;
using RealmWeb.Jobs.Corpora;

namespace RealmWeb.Cli.Verbs;

/// <summary><c>realm ict</c></summary>
internal static class IctVerb
{
    public static Command Create()
    {
        var run = new TrainingRun();
        var command = new Command("ict", "Train the retriever on the text of a corpus, without labels: which passage was this sentence taken from? (inverse cloze task)");
        foreach (var option in run.Options)
            command.Add(option);
        command.SetAction(VerbContext.Run(context =>
        {
            var options = run.Settings<InverseClozeOptions>(context);
            var training = run.Adjust(context, options.Training);
            var target = run.Target(context);
            using var turn = run.TakeTurn(context);
            var store = CorpusOptions.Corpora(context).Open(run.Corpus(context));
            using var model = run.Load(context);
            var (blocks, heldOut) = HeldOut.Part([.. new CorpusBlockStore(store).EnumerateBlocks().Select(block => block.Block)], options.HeldOutShare);
            var held = heldOut.Count == 0 ? null : Objective(model, options, training, heldOut);
            var outcome = new TrainingLoop(Objective(model, options, training, blocks), training, run.Work(context, "ict"), context.Time, options with { Training = training })
                .Run(run.Resume(context), context.Progress, held is null ? null : _ => HeldOut.Measure(held, context.Cancelled, "accuracy"), context.Cancelled);
            model.Save(target);
            run.Record(context, model, RunKind.Ict);
            run.Print(context, outcome);
            return Task.CompletedTask;
        }));
        return command;
    }

    private static ContrastiveRetrievalObjective Objective(RealmModel model, InverseClozeOptions options, TrainingOptions training, IReadOnlyList<Block> blocks)
    {
        var examples = new InverseClozeExamples(model.Inputs, blocks, options.RemoveProbability, options.MaxQueryLength, Math.Min(options.MaxBlockLength, model.Options.Encoder.MaxPositions));
        return new ContrastiveRetrievalObjective(
            model.Embedder, model.Featurizer, training.Seed, training.BatchSize, examples.Draw, "Inverse cloze", model.Device, model.QueryEmbedder);
    }
}
