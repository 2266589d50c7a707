using System.CommandLine;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using RealmWeb.Data.Models;
using RealmWeb.Engine.Checkpoints;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.PreTraining;
using RealmWeb.Engine.Retrieval.Index;
using RealmWeb.Engine.Text;
using RealmWeb.Engine.Training;
using RealmWeb.Jobs.Corpora;
using static TorchSharp.torch;

namespace RealmWeb.Cli.Verbs;

/// <summary><c>realm model …</c></summary>
internal static class ModelVerb
{
    public static Command Create()
    {
        var verb = new Command("model", "Make, list, import, export and promote models.");
        verb.Subcommands.Add(CreateModel());
        verb.Subcommands.Add(List());
        verb.Subcommands.Add(Show());
        verb.Subcommands.Add(Import());
        verb.Subcommands.Add(Export());
        verb.Subcommands.Add(CombineVerb.Create());
        verb.Subcommands.Add(AverageVerb.Create());
        verb.Subcommands.Add(Promote());
        verb.Subcommands.Add(Rollback());
        verb.Subcommands.Add(Delete());
        return verb;
    }

    private static Command List()
    {
        var command = new Command("list", "All models; the one in production is marked.");
        command.SetAction(VerbContext.Run(context =>
        {
            var production = context.Models.Production()?.Name;
            var models = context.Store<ModelRegistry>().Read();
            context.Print(
                new
                {
                    production,
                    models = models.Select(model => new
                    {
                        model.Row.Name, embedded = model.Row.Shipped, bytes = model.Row.WeightsBytes, addedAt = model.Entry?.AddedAt ?? model.Row.CreatedAt,
                        production = model.Row.Name == production, model.Damage,
                    }),
                },
                models.Count == 0
                    ? ["No model yet. Make one with `realm model create`, or import one with `realm model import DIR`."]
                    : models.Select(model =>
                        $"{(model.Row.Name == production ? "*" : " ")} {model.Row.Name}\t{model.Row.WeightsBytes >> 10} KiB\t{Standing(model)}"));
            return Task.CompletedTask;
        }));
        return command;
    }

    private static string Standing(RegisteredModel model) =>
        model.Damage is { } damage ? $"damaged: {damage}"
        : model.Row.Shipped ? "comes with the program"
        : model.Entry!.AddedAt.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static Command Delete()
    {
        var name = new Argument<string>("NAME") { Description = "Name of the model." };
        var command = new Command(
            "delete", "Remove a model of the data folder, also one that lost its files. What was measured of it and promoted stays written down.") { name };
        command.SetAction(VerbContext.Run(context =>
        {
            context.Models.Delete(context.Parsed.GetValue(name)!);
            context.Print(new { model = context.Parsed.GetValue(name) }, [$"Deleted {context.Parsed.GetValue(name)}."]);
            return Task.CompletedTask;
        }));
        return command;
    }

    private static Command Show()
    {
        var name = new Argument<string>("NAME") { Description = "Name of the model." };
        var command = new Command("show", "Sizes and card of a model.") { name };
        command.SetAction(VerbContext.Run(context =>
        {
            var entry = context.Models.Get(context.Parsed.GetValue(name)!);
            var options = ModelOptions.Load(entry.ConfigFile);
            var card = File.Exists(entry.CardFile) ? File.ReadAllText(entry.CardFile) : null;
            var row = context.Store<ModelRegistry>().RowOf(entry);
            context.Print(
                new
                {
                    entry.Name, entry.Folder, entry.Embedded, entry.Bytes, config = options, card,
                    row.Origin, row.Training, row.Base, row.Corpus, row.RunId, row.WeightsHash,
                },
                [$"{entry.Name}: {options.Encoder.LayerCount} layers of {options.Encoder.HiddenSize}, {options.Encoder.VocabularySize} pieces, "
                    + $"{entry.Bytes >> 10} KiB in {entry.Folder}", card ?? "It has no card (README.md)."]);
            return Task.CompletedTask;
        }));
        return command;
    }

    private static Command Import()
    {
        var sources = new Argument<string[]>("DIR")
        {
            Description = "Folder of a model of this program, or folders of published checkpoints (open QA, embedder, scorer, encoder, reader, BERT, "
                + "sentence-transformers) with config.json and model.safetensors (whole or in shards), pytorch_model.bin or model.onnx.",
            Arity = ArgumentArity.OneOrMore,
        };
        var name = new Option<string?>("--name") { Description = "Name here; default: that of the first folder." };
        var vocabulary = new Option<string?>("--vocab") { Description = "vocab.txt, where the folders of published checkpoints have none." };
        var config = new Option<string?>("--config")
        {
            Description = "JSON file with properties that go before those of the folders' config.json: of the reader that is to be trained "
                + "(\"reader_null_span\": true), or of an embedder that does not say how it embeds (\"embedder_head\": \"none\", \"embedder_pooling\": "
                + "\"mean\").",
        };
        var command = new Command("import", "Take a model in, after loading it once to see that it is whole.") { sources, name, vocabulary, config };
        command.SetAction(VerbContext.Run(context =>
        {
            var folders = context.Parsed.GetValue(sources)!.Select(Path.GetFullPath).ToList();
            if (folders.Find(folder => !Directory.Exists(folder)) is { } missing)
                throw new DirectoryNotFoundException($"There is no folder {missing}.");
            var entry = context.Parsed.GetValue(name) ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(folders[0]));
            var target = context.Models.FolderForNew(entry);
            var overrides = context.Parsed.GetValue(config) is { } file ? ModelOptions.ReadProperties(file) : null;
            if (folders is [var own] && PublishedImport.IsOwn(own))
            {
                if (overrides is not null)
                    throw new InvalidOperationException(
                        $"{own} holds a whole model of this program, whose properties belong to its weights. Leave --config out.");
                using var model = RealmModel.Load(own, context.StartTorch(), context.Paths.Models);
                if (TensorFiles.Find(own) == ModelFiles.Weights(own))
                    ModelFiles.Copy(own, target);
                else
                    model.Save(target);
            }
            else
            {
                using var model = PublishedImport.Read(
                    entry, folders, context.Parsed.GetValue(vocabulary), seed: 1, context.StartTorch(), note =>
                        context.Progress.Log("warning", note), overrides);
                model.Save(target);
            }
            context.Store<ModelRegistry>().Record(entry, new ModelLineage(ModelOrigin.Imported));
            context.Print(new { model = entry }, [entry]);
            return Task.CompletedTask;
        }));
        return command;
    }

    private static Command Export()
    {
        var name = new Argument<string>("NAME") { Description = "Name of the model." };
        var target = new Argument<string>("DIR") { Description = "Folder to write; made when it is new." };
        var half = new Option<bool>("--half") { Description = "Store weights in 16 bits." };
        var kind = new Option<PublishedKind?>("--as")
        {
            Description = "Write what a published class holds, under its names: openQa, embedder, scorer, encoder, reader or bert. Default: the whole model "
                + "as it is.",
        };
        var corpus = new Option<string?>("--corpus")
        {
            Description = "With --as openQa: the corpus whose passages and vectors go along (block_records.npy, block_emb), so that the published class "
                + "answers from it.",
        };
        var start = new Option<string?>("--base")
        {
            Description = "Name or folder of the base that the model began with: write what training changed of it alone, in 8 bits (16 with --half).",
        };
        var command = new Command("export", "Write a model as a folder that loads here and elsewhere.") { name, target, half, kind, corpus, start };
        command.Validators.Add(result =>
        {
            if (result.GetValue(start) is not null && result.GetValue(kind) is not null)
                result.AddError("--base goes without --as: no published class has a base.");
            if (result.GetValue(corpus) is not null && result.GetValue(kind) != PublishedKind.OpenQa)
                result.AddError("--corpus goes with --as openQa: no other class has passages.");
        });
        command.SetAction(VerbContext.Run(context =>
        {
            var entry = context.Models.Get(context.Parsed.GetValue(name)!);
            var folder = Path.GetFullPath(context.Parsed.GetValue(target)!);
            var storeAs = context.Parsed.GetValue(half) ? ScalarType.Float16 : ScalarType.Float32;
            var along = context.Parsed.GetValue(corpus);
            Directory.CreateDirectory(folder);
            var whole = ModelBase.Of(ModelOptions.Load(entry.ConfigFile)) is null;
            if (context.Parsed.GetValue(kind) is null && storeAs == ScalarType.Float32 && whole && context.Parsed.GetValue(start) is null)
            {
                ModelFiles.Copy(entry.Folder, folder);
            }
            else
            {
                using var model = RealmModel.Load(entry.Folder, context.StartTorch());
                if (context.Parsed.GetValue(start) is { } began)
                    model.SaveChanged(folder, Directory.Exists(began) ? began : Path.Combine(ModelBase.Shipped, began), context.Parsed.GetValue(half)
                        ? ScalarType.Float16 : ScalarType.Int8);
                else if (along is not null)
                    ExportWithBlocks(context, model, along, folder, storeAs);
                else if (context.Parsed.GetValue(kind) is { } part)
                    PublishedExport.Save(model, part, folder, storeAs);
                else
                    model.Save(folder, storeAs);
                if (File.Exists(entry.CardFile))
                    File.Copy(entry.CardFile, ModelFiles.Card(folder), overwrite: true);
            }
            context.Print(new { model = entry.Name, folder }, [$"Wrote {entry.Name} to {folder}."]);
            return Task.CompletedTask;
        }));
        return command;
    }

    private static void ExportWithBlocks(VerbContext context, RealmModel model, string corpus, string folder, ScalarType storeAs)
    {
        var store = context.Corpora.Open(corpus);
        PublishedExport.Require(model, PublishedKind.OpenQa, withBlocks: true);
        using var index = store.OpenOrBuildIndex(model, context.Time, context.Progress, context.Cancelled);
        PublishedExport.Save(model, PublishedKind.OpenQa, folder, storeAs, new PublishedBlocks(new CorpusBlockStore(store), index));
    }

    private static Command Promote()
    {
        var name = new Argument<string>("NAME") { Description = "Name of the model." };
        var reason = new Option<string>("--reason") { Description = "Why; kept with the promotion.", DefaultValueFactory = _ => "from the command line" };
        var command = new Command(
            "promote", "Answer with this model. Corpora keep answering with the former one until their index is built anew.") { name, reason };
        command.SetAction(VerbContext.Run(context =>
        {
            var promotion = context.Models.Promote(context.Parsed.GetValue(name)!, Environment.UserName, context.Parsed.GetValue(reason)!);
            context.Print(promotion, [$"{promotion.Model} is in production{(promotion.Previous is null ? "" : $", before it {promotion.Previous}")}."]);
            return Task.CompletedTask;
        }));
        return command;
    }

    private static Command Rollback()
    {
        var reason = new Option<string>(
            "--reason") { Description = "Why; kept with the promotion.", DefaultValueFactory = _ => "rolled back from the command line" };
        var command = new Command("rollback", "Answer with the model that was in production before.") { reason };
        command.SetAction(VerbContext.Run(context =>
        {
            var promotion = context.Models.Rollback(Environment.UserName, context.Parsed.GetValue(reason)!);
            context.Print(promotion, [$"{promotion.Model} is in production again."]);
            return Task.CompletedTask;
        }));
        return command;
    }

    private static Command CreateModel()
    {
        var name = new Argument<string>("NAME") { Description = "Name of the new model." };
        var config = new Option<string>("--config") { Description = "JSON file with sizes, vocabulary size and word vectors.", Required = true };
        var text = new Option<string[]>("--text")
        {
            Description = "Folders of documents, and JSON line files (.jsonl, .jsonl.gz) whose \"text\", \"context\", \"question\" and \"sentence\" the "
                + "vocabulary is learned from.",
            AllowMultipleArgumentsPerToken = true,
            Required = true,
        };
        var command = new Command("create", "A new small model with random weights and a vocabulary learned from text.") { name, config, text };
        command.SetAction(VerbContext.Run(context =>
        {
            var device = context.StartTorch();
            var library = context.Models;
            var folder = library.FolderForNew(context.Parsed.GetValue(name)!);
            var options = SettingsFile.Read<ModelCreationOptions>(context.Parsed.GetValue(config)!);
            var files = context.Parsed.GetValue(text)!;
            using var model = ModelCreator.Create(
                context.Parsed.GetValue(name)!, options, () => files.SelectMany(Texts), device, context.Progress, context.Cancelled);
            model.Save(folder);
            context.Store<ModelRegistry>().Record(model.Name, new ModelLineage(
                ModelOrigin.Created, Settings: new ModelSettings(Configuration: File.ReadAllText(context.Parsed.GetValue(config)!))));
            context.Print(
                new { model = model.Name, vocabulary = model.Vocabulary.Count, folder },
                [$"Made {model.Name} with {model.Vocabulary.Count} pieces in {folder}."]);
            return Task.CompletedTask;
        }));
        return command;
    }

    private static IEnumerable<string> Texts(string path)
    {
        if (Directory.Exists(path))
        {
            foreach (var document in CorpusSource.Read([path]).Select(item => item.Document).OfType<Document>())
                yield return document.Text;
            yield break;
        }
        using var file = File.OpenRead(path);
        using Stream plain = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = new StreamReader(plain);
        string? previous = null;
        while (reader.ReadLine() is { } line)
        {
            using var json = JsonDocument.Parse(line);
            foreach (var key in new[] { "text", "context", "sentence", "question" })
            {
                if (!json.RootElement.TryGetProperty(key, out var value) || value.ValueKind != JsonValueKind.String
                    || value.GetString() is not { Length: > 0 } found)
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
