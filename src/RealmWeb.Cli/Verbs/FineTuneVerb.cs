using System.CommandLine;
using RealmWeb.Data.Models;
using RealmWeb.Engine.FineTuning;
using RealmWeb.Engine.Models;

namespace RealmWeb.Cli.Verbs;

/// <summary><c>realm finetune</c></summary>
internal static class FineTuneVerb
{
    public static Command Create()
    {
        var from = new Option<string?>("--model") { Description = "Model to start from; default: the one in production." };
        var name = new Option<string>("--name") { Description = "Name of the new model.", Required = true };
        var config = new Option<string>("--config") { Description = "JSON file with data, stages and their settings.", Required = true };
        var resume = new Option<bool>("--resume") { Description = "Go on from the last checkpoint." };
        var command = new Command("finetune", "Train retriever and reader on question lines.") { from, name, config, resume };
        command.SetAction(VerbContext.Run(context =>
        {
            var device = context.StartTorch();
            var library = new ModelLibrary(context.Paths, context.Time);
            var start = context.Parsed.GetValue(from) is { } given ? library.Get(given) : library.Production()
                ?? throw new InvalidOperationException("There is no model to start from. Name one with --model, or make one with `realm model create`.");
            var configFile = Path.GetFullPath(context.Parsed.GetValue(config)!);
            var options = ConfigFile.Read<FineTuningOptions>(configFile);
            using var model = RealmModel.Load(start.Folder, device);
            var work = Path.Combine(context.Paths.Root, "training", context.Parsed.GetValue(name)!);
            var tuner = new FineTuner(model, options, Path.GetDirectoryName(configFile)!, work, context.Time);
            var retriever = tuner.TrainRetriever([], context.Parsed.GetValue(resume), context.Progress, context.Cancelled);
            var reader = tuner.TrainReader(context.Parsed.GetValue(resume), context.Progress, context.Cancelled);
            model.Save(Path.Combine(context.Paths.Models, context.Parsed.GetValue(name)!));
            context.Print(
                new { model = context.Parsed.GetValue(name), retriever, reader },
                [$"Saved {context.Parsed.GetValue(name)}."]);
            return Task.CompletedTask;
        }));
        return command;
    }
}
