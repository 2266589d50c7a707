using System.CommandLine;
using System.Globalization;
using RealmWeb.Data.Models;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.PreTraining;
using RealmWeb.Engine.PreTraining.Masking;
using RealmWeb.Engine.Training;
using RealmWeb.Jobs.Corpora;

namespace RealmWeb.Cli.Verbs;

/// <summary><c>realm pretrain</c></summary>
internal static class PreTrainVerb
{
    public static Command Create()
    {
        var corpus = CorpusOptions.Corpus();
        var from = CorpusOptions.Model();
        var name = new Option<string>("--new-model") { Description = "Name of the new model.", Required = true };
        var config = new Option<string?>("--config") { Description = "JSON file with the settings." };
        var steps = new Option<int>("--steps") { Description = "Optimiser steps." };
        var seed = new Option<int?>("--seed") { Description = "Seed." };
        var resume = new Option<bool>("--resume") { Description = "Go on from the last checkpoint." };
        var command = new Command("pretrain", "Train the encoder on the text of a corpus, without labels: masked language modelling.") { corpus, from, name, config, steps, seed, resume };
        command.SetAction(VerbContext.Run(context =>
        {
            var newModel = context.Parsed.GetValue(name)!;
            var start = CorpusOptions.FindModel(context, context.Parsed.GetValue(from));
            var options = context.Parsed.GetValue(config) is { } file ? ConfigFile.Read<PreTrainingOptions>(file) : new PreTrainingOptions();
            var training = options.MaskedLanguageModel;
            if (context.Parsed.GetValue(steps) is > 0 and var given)
                training = training.ForSteps(given);
            training = training with { Seed = context.Parsed.GetValue(seed) ?? training.Seed };
            var library = new ModelLibrary(context.Paths, context.Time);
            var again = context.Parsed.GetValue(resume);
            var target = again && library.Find(newModel) is { Embedded: false } existing ? existing.Folder : library.FolderForNew(newModel);
            var store = CorpusOptions.Corpora(context).Open(context.Parsed.GetValue(corpus)!);

            using var model = RealmModel.Load(start.Folder, context.StartTorch());
            // Fitted for the weights as they were.
            model.Calibrate(model.Answering with { Temperature = null });
            var blocks = new CorpusBlockStore(store).EnumerateBlocks().Select(block => block.Block).ToList();
            using var objective = new MaskedLanguageModelObjective(model, blocks, training, options.MaxLength, new UniformMasking(model.Vocabulary, options.Masking));
            var outcome = new TrainingLoop(objective, training, Path.Combine(context.Paths.Root, "training", newModel, "pretrain"), context.Time)
                .Run(again, context.Progress, null, context.Cancelled);
            if (options.Embedder)
                model.ShareReaderEncoder();
            model.Save(target);
            context.Print(
                new { model = newModel, steps = outcome.Steps, seconds = outcome.Seconds, tokensPerSecond = outcome.TokensPerSecond, metrics = outcome.Metrics },
                [string.Create(CultureInfo.InvariantCulture, $"Saved {newModel}: {outcome.Steps} steps in {outcome.Seconds:F0} s, loss {outcome.Metrics["loss"]:F3}, accuracy {100 * outcome.Metrics["accuracy"]:F1} %.")]);
            return Task.CompletedTask;
        }));
        return command;
    }
}
