using System.CommandLine;
using RealmWeb.Data.Models;
using RealmWeb.Engine.Models;

namespace RealmWeb.Cli.Verbs;

/// <summary><c>realm model combine</c></summary>
internal static class CombineVerb
{
    public static Command Create()
    {
        var retriever = new Option<string>("--retriever") { Description = "Model whose retriever is taken.", Required = true };
        var reader = new Option<string>("--reader") { Description = "Model whose reader and everything else is taken.", Required = true };
        var name = new Option<string>("--name") { Description = "Name of the new model.", Required = true };
        var command = new Command(
            "combine", "A new model with the retriever of one and the reader of another; both must have one vocabulary and the same sizes.") { retriever,
            reader, name };
        command.SetAction(VerbContext.Run(context =>
        {
            var library = context.Models;
            var (first, second, made) = (context.Parsed.GetValue(retriever)!, context.Parsed.GetValue(reader)!, context.Parsed.GetValue(name)!);
            var folder = library.FolderForNew(made);
            var device = context.StartTorch();
            using var from = RealmModel.Load(library.Get(first).Folder, device);
            using var model = RealmModel.Load(library.Get(second).Folder, device);
            model.WithRetrieverOf(from).WithoutTemperature().WithoutMixture().Save(folder);
            context.Store<ModelRegistry>().Record(made, new ModelLineage(ModelOrigin.Combined, second, Settings: new ModelSettings(Retriever: first)));
            context.Print(new { model = made, retriever = first, reader = second }, [$"Made {made}: the retriever of {first}, the reader of {second}."]);
            return Task.CompletedTask;
        }));
        return command;
    }
}
