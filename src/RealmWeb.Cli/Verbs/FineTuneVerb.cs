using System.CommandLine;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;
using RealmWeb.Data.QuestionSets;
using RealmWeb.Data.Training;
using RealmWeb.Engine.Answering;
using RealmWeb.Engine.FineTuning;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Training;
using RealmWeb.Jobs.Commands;
using RealmWeb.Jobs.Corpora;

namespace RealmWeb.Cli.Verbs;

/// <summary><c>realm finetune</c></summary>
internal static class FineTuneVerb
{
    public static Command Create()
    {
        var corpus = new Option<string?>("--corpus") { Description = "Corpus that the questions are answered from; needed for inverse cloze pairs and for the stages joint and openQa." };
        var from = CorpusOptions.Model();
        var name = new Option<string>("--new-model") { Description = "Name of the new model.", Required = true };
        var config = new Option<string?>("--config") { Description = "JSON file with data, stages and their settings; retriever and reader where it names no stage." };
        var data = new Option<string[]>("--data") { Description = "Question files, beside those that the configuration names.", AllowMultipleArgumentsPerToken = true };
        var steps = new Option<int>("--steps") { Description = "Optimiser steps of each stage, at least 1; goes before the configuration." }.Between(1);
        var seed = new Option<int?>("--seed") { Description = "Seed of all stages." };
        var resume = new Option<bool>("--resume") { Description = "Go on from the last checkpoint." };
        var command = new Command("finetune", "Train retriever and reader on question lines.") { corpus, from, name, config, data, steps, seed, resume };
        command.SetAction(VerbContext.Run(async context =>
        {
            var newModel = context.Parsed.GetValue(name)!;
            var start = CorpusOptions.FindModel(context, context.Parsed.GetValue(from));
            var (options, baseFolder) = Options(context, context.Parsed.GetValue(config), context.Parsed.GetValue(data)!, context.Parsed.GetValue(steps), context.Parsed.GetValue(seed));
            var library = context.Models;
            var target = context.Parsed.GetValue(resume) && library.Find(newModel) is { Embedded: false } existing ? existing.Folder : library.FolderForNew(newModel);
            var folders = new TrainingFolders(context.Paths);
            using var turn = folders.Take(newModel);
            var store = context.Parsed.GetValue(corpus) is { } corpusName ? CorpusOptions.Corpora(context).Open(corpusName) : null;
            if (store is null && (options.Joint is not null || options.OpenQa is not null))
                throw new InvalidOperationException("The stages \"joint\" and \"openQa\" train on retrieved passages. Name the corpus with --corpus, or leave them out of the configuration.");

            using var model = RealmModel.Load(start.Folder, context.StartTorch());
            model.ForgetFits();
            var work = folders.Of(newModel);
            var tuner = new FineTuner(
                model, options, baseFolder, work, context.Time,
                skipped => context.Progress.Log("warning", $"Left out or repaired: {skipped.Path}: {skipped.Reason}"));
            var again = context.Parsed.GetValue(resume);
            var blocks = store is null || options.Retriever is null ? [] : new CorpusBlockStore(store).EnumerateBlocks().Select(block => block.Block).ToList();
            var retriever = tuner.TrainRetriever(blocks, again, context.Progress, context.Cancelled);
            var reader = tuner.TrainReader(again, context.Progress, context.Cancelled);
            var (joint, openQa) = options.Joint is null && options.OpenQa is null
                ? (null, null)
                : await TrainOnRetrievedAsync(context, tuner, options, model, store!, Path.Combine(work, "index"), newModel, again);
            model.Save(target);
            var (given, sets) = (context.Parsed.GetValue(config), context.Store<QuestionSetLibrary>());
            context.Store<ModelRegistry>().Record(newModel, new ModelLineage(
                ModelOrigin.Trained, start.Name, store?.Name, context.RunId,
                new ModelSettings(
                    context.Parsed.GetValue(steps) is > 0 and var all ? all : null, context.Parsed.GetValue(seed),
                    [.. context.Parsed.GetValue(data)!.Select(sets.NameOf)], given is null ? null : File.ReadAllText(given)), RunKind.FineTune));
            var outcomes = new[] { retriever, reader, joint, openQa }.OfType<TrainingOutcome>().ToList();
            context.Print(
                new FineTuningResult(
                    newModel, outcomes.Sum(outcome => outcome.Steps), outcomes.Sum(outcome => outcome.Seconds),
                    outcomes.Count == 0 ? 0 : outcomes.Average(outcome => outcome.TokensPerSecond), outcomes.Count == 0 ? null : outcomes[^1].Metrics,
                    retriever, reader, joint, openQa, model.Answering),
                [$"Saved {newModel} in {target}.", .. outcomes.Select(outcome => string.Join(", ", outcome.Metrics.Select(metric => $"{metric.Key} {metric.Value:G4}")))]);
        }));
        return command;
    }

    private static async Task<(TrainingOutcome? Joint, TrainingOutcome? OpenQa)> TrainOnRetrievedAsync(
        VerbContext context, FineTuner tuner, FineTuningOptions options, RealmModel model, CorpusStore store, string indexFolder, string newModel, bool resume)
    {
        // An index of the model as it is now, beside the corpus's own, which goes on answering.
        var index = CorpusOptions.BuildIndex(context, store, model, indexFolder, newModel);
        try
        {
            await using var server = new ModelServer(model);
            var joint = await tuner.TrainJointlyAsync(CorpusOptions.Answerer(context, server, store, index), resume, context.Progress, context.Cancelled);
            var open = tuner.TrainOpenQa(
                server, new CorpusBlockStore(store), store.Info().Version, index, indexFolder, new CorpusLexicalIndex(store), resume, context.Progress, context.Cancelled);
            if (options.OpenQa is { DocumentTower: DocumentTower.Trainable })
            {
                index.Dispose();
                index = CorpusOptions.BuildIndex(context, store, model, indexFolder, newModel);
            }
            await tuner.FitAnsweringAsync(CorpusOptions.Answerer(context, server, store, index), context.Progress, context.Cancelled);
            return (joint, open);
        }
        finally
        {
            index.Dispose();
        }
    }

    private static (FineTuningOptions Options, string BaseFolder) Options(VerbContext context, string? config, string[] data, int steps, int? seed)
    {
        var given = config is not null ? SettingsFile.Read<FineTuningOptions>(config) : new FineTuningOptions();
        given = given with { Data = [.. given.Data, .. data.Select(file => new QuestionSource { File = Path.GetFullPath(file) })] };
        if (given is { Retriever: null, Reader: null, Joint: null, OpenQa: null })
            given = given with
            {
                Retriever = new TrainingOptions { LearningRate = 2e-4, BatchSize = 32, Beta2 = 0.98, BiasCorrection = true },
                Reader = new TrainingOptions { LearningRate = 3e-4, Beta2 = 0.98, BiasCorrection = true },
            };
        if (given.Data.Count == 0)
            throw new InvalidOperationException("There are no questions to train on. Name files with --data or in the configuration's \"data\".");
        TrainingOptions? Adjust(TrainingOptions? stage) => stage is null ? null : (steps > 0 ? stage.ForSteps(steps) : stage) with { Seed = seed ?? stage.Seed };
        return (
            given with
            {
                Retriever = Adjust(given.Retriever), Reader = Adjust(given.Reader), Joint = Adjust(given.Joint),
                OpenQa = given.OpenQa is { } open ? open with { Training = Adjust(open.Training)! } : null,
            },
            config is null ? "" : Path.GetDirectoryName(Path.GetFullPath(config))!);
    }
}
