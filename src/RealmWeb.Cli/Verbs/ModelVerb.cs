using System.CommandLine;
using System.IO.Compression;
using System.Text.Json;
using RealmWeb.Data.Models;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Text;

namespace RealmWeb.Cli.Verbs;

/// <summary><c>realm model …</c></summary>
internal static class ModelVerb
{
    public static Command Create()
    {
        var verb = new Command("model", "Make, list, import, export and promote models.");
        verb.Subcommands.Add(CreateModel());
        return verb;
    }

    private static Command CreateModel()
    {
        var name = new Argument<string>("NAME") { Description = "Name of the new model." };
        var config = new Option<string>("--config") { Description = "JSON file with sizes, vocabulary size and word vectors.", Required = true };
        var text = new Option<string[]>("--text") { Description = "JSON line files (.jsonl, .jsonl.gz) whose \"text\", \"context\", \"question\" and \"sentence\" the vocabulary is learned from.", AllowMultipleArgumentsPerToken = true, Required = true };
        var command = new Command("create", "A new small model with random weights and a vocabulary learned from text.") { name, config, text };
        command.SetAction(VerbContext.Run(context =>
        {
            var device = context.StartTorch();
            var library = new ModelLibrary(context.Paths, context.Time);
            var folder = library.FolderForNew(context.Parsed.GetValue(name)!);
            var options = ConfigFile.Read<ModelCreationOptions>(context.Parsed.GetValue(config)!);
            var files = context.Parsed.GetValue(text)!;
            using var model = ModelCreator.Create(
                context.Parsed.GetValue(name)!, options, () => files.SelectMany(Texts), device, context.Progress, context.Cancelled);
            model.Save(folder);
            context.Print(
                new { model = model.Name, vocabulary = model.Vocabulary.Count, folder },
                [$"Made {model.Name} with {model.Vocabulary.Count} pieces in {folder}."]);
            return Task.CompletedTask;
        }));
        return command;
    }

    private static IEnumerable<string> Texts(string path)
    {
        using var file = File.OpenRead(path);
        using Stream plain = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = new StreamReader(plain);
        string? previous = null;
        while (reader.ReadLine() is { } line)
        {
            using var json = JsonDocument.Parse(line);
            foreach (var key in new[] { "text", "context", "sentence", "question" })
            {
                if (!json.RootElement.TryGetProperty(key, out var value) || value.ValueKind != JsonValueKind.String || value.GetString() is not { Length: > 0 } found)
                    continue;
                // Question lines repeat their passage.
                if (key == "context" && found == previous)
                    continue;
                if (key == "context")
                    previous = found;
                yield return TextNormalization.Normalize(found);
            }
        }
    }
}
