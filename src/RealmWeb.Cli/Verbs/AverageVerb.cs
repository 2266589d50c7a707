using System.CommandLine;
using System.Globalization;
using RealmWeb.Data.Models;
using RealmWeb.Engine.Models;

namespace RealmWeb.Cli.Verbs;

/// <summary><c>realm model average</c></summary>
internal static class AverageVerb
{
    public static Command Create()
    {
        var model = new Option<string>("--model") { Description = "Model whose weights, settings and fitted numbers are taken.", Required = true };
        var with = new Option<string>("--with") { Description = "Model that the weights move towards.", Required = true };
        var share = new Option<double>("--share") { Description = "How much of the second, 0 to 1.", DefaultValueFactory = _ => 0.5 };
        share.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is var given and not (>= 0 and <= 1))
                result.AddError($"--share is {given.ToString(CultureInfo.InvariantCulture)}; it is the part of the second model, 0 to 1.");
        });
        var name = new Option<string>("--name") { Description = "Name of the new model.", Required = true };
        var command = new Command("average", "A new model with weights between those of two that were trained from one start.") { model, with, share, name };
        command.SetAction(VerbContext.Run(context =>
        {
            var library = context.Models;
            var (first, second, made) = (context.Parsed.GetValue(model)!, context.Parsed.GetValue(with)!, context.Parsed.GetValue(name)!);
            var part = context.Parsed.GetValue(share);
            var folder = library.FolderForNew(made);
            var device = context.StartTorch();
            using var from = RealmModel.Load(library.Get(second).Folder, device);
            using var averaged = RealmModel.Load(library.Get(first).Folder, device);
            averaged.WithShareOf(from, part).WithoutTemperature().Save(folder);
            context.Store<ModelRegistry>().Record(
                made, new ModelLineage(ModelOrigin.Averaged, first, Settings: new ModelSettings(AveragedWith: second, Share: part)));
            context.Print(
                new { model = made, from = first, with = second, share = part },
                [string.Create(CultureInfo.InvariantCulture, $"Made {made}: {first} with {part:P0} of {second}. Fit its confidence with `realm calibrate`.")]);
            return Task.CompletedTask;
        }));
        return command;
    }
}
