using System.Text.Json.Nodes;
using RealmWeb.Engine.Bert;
using RealmWeb.Engine.Checkpoints;
using RealmWeb.Engine.Text;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Models;

/// <summary>Makes a model from folders of published checkpoints: an open-QA model, or what the folders have of it.</summary>
/// <remarks>A part that no folder brings starts from the best encoder there is (of the knowledge-augmented encoder, of BERT, of the other part),
/// with a random head, as the published warm starts do.</remarks>
public static class PublishedImport
{
    private const string QueryPrefix = "query_embedder.";

    private static readonly StateDictOptions Body = new() { MayBeMissing = ["pooler."], MayBeUnused = ["cls.", "pooler."] };

    /// <summary>Whether a folder holds a model of this program's own form, which needs no conversion.</summary>
    public static bool IsOwn(string folder)
    {
        if (!File.Exists(ModelFiles.Config(folder)) || !File.Exists(ModelFiles.Vocabulary(folder)) || TensorFiles.Find(folder) is not { } weights)
            return false;
        if (ModelBase.Of(ModelOptions.Load(ModelFiles.Config(folder))) is not null)
            return true;
        using var file = TensorFiles.Open(weights);
        // By families of names, so that a file that lacks a tensor is still taken for what it is and the tensor can be named.
        return HasAny("embedder.realm.") && HasAny("reader.realm.") && !file.Contains(TensorNames.BlockVectors) && !HasAny("embedder.cls.predictions.");

        bool HasAny(string prefix) => file.Names.Any(name => name.StartsWith(prefix, StringComparison.Ordinal));
    }

    /// <summary>Reads folders with config.json and weights in a form that <see cref="TensorFiles"/> opens.</summary>
    /// <param name="vocabularyFile">Null for the vocab.txt of the first folder that has one.</param>
    /// <param name="seed">Decides the weights that no folder brings.</param>
    /// <param name="note">Told what no folder brings and what was left behind.</param>
    /// <param name="overrides">Properties of config.json that go before those of the folders; null for none.</param>
    /// <exception cref="CheckpointException">A file is damaged or hostile, or two folders bring the same part.</exception>
    /// <exception cref="FileNotFoundException">A folder lacks a file.</exception>
    /// <exception cref="InvalidDataException">config.json is unusable, or the vocabulary is that of another model.</exception>
    public static RealmModel Read(
        string name, IReadOnlyList<string> folders, string? vocabularyFile, int seed, Device device, Action<string>? note = null, JsonObject? overrides = null)
    {
        ArgumentNullException.ThrowIfNull(folders);
        var sources = new List<PublishedSource>();
        try
        {
            foreach (var folder in folders)
                sources.Add(PublishedSource.Open(folder, overrides));
            return Assemble(name, sources, Vocabulary.Load(vocabularyFile ?? FindVocabulary(folders)), seed, device, note);
        }
        finally
        {
            foreach (var source in sources)
                source.Dispose();
        }
    }

    private static RealmModel Assemble(string name, List<PublishedSource> sources, Vocabulary vocabulary, int seed, Device device, Action<string>? note)
    {
        // Fine-tuning trains the tower of questions alone: beside its result the embedder that it began with embeds the passages.
        var open = Only(sources, "an open-QA model", PublishedKind.OpenQa);
        var embedder = Only(sources, "an embedder", PublishedKind.Embedder, PublishedKind.Scorer) ?? open;
        var reader = Only(sources, "a reader", PublishedKind.OpenQa, PublishedKind.Reader);
        var plain = sources.Find(source => source.IsPlainEmbedder);
        var encoder = Only([.. sources.Where(source => source != plain)], "an encoder", PublishedKind.Encoder, PublishedKind.Bert) ?? plain;
        if (plain is not null && embedder is not null)
            throw new CheckpointException(plain.Folder, null, $"it brings an embedder, and so does {embedder.Folder}. Name one of them.");
        var first = (reader ?? encoder ?? embedder)!;
        var options = first.Options with
        {
            Encoder = first.Options.Encoder with { FeatureSizes = [] },
            Retriever = (plain ?? embedder ?? first).Options.Retriever with { SeparateTowers = false },
        };
        if (vocabulary.Count != options.Encoder.VocabularySize)
            throw new InvalidDataException(
                $"The vocabulary has {vocabulary.Count} pieces but config.json in {first.Folder} says vocab_size {options.Encoder.VocabularySize}. Name the "
                + $"vocab.txt that the model was trained with.");

        var model = RealmModel.Create(name, options, vocabulary, null, null, seed, device);
        try
        {
            if (embedder is not null)
            {
                StateDict.LoadInto(model.Embedder, embedder.File, embedder.Kind.EmbedderPrefix());
                if (open is not null && open != embedder)
                {
                    model = model.WithSeparateTowers();
                    StateDict.LoadInto(model.QueryEmbedder, open.File, open.Kind.EmbedderPrefix());
                }
                else if (HasOwnQueryTower(embedder.File))
                {
                    model = model.WithSeparateTowers();
                    StateDict.LoadInto(model.QueryEmbedder, embedder.File, QueryPrefix);
                }
                else if (open is not null)
                {
                    note?.Invoke($"{open.Folder} has the embedder of questions alone; passages get the same, which is not the one that it was fine-tuned "
                        + $"against. Name the folder of that embedder too, if there is one.");
                }
                if (open is not null && open.File.Contains(TensorNames.BlockVectors))
                    note?.Invoke($"{open.Folder} holds the vectors of its passages. Import those (block_records.npy or blocks.tfr) as a corpus, then `realm "
                        + $"index import {open.Folder}` takes the vectors over.");
            }
            else if (plain is not null)
            {
                LoadBody(model.Embedder.Bert, plain);
            }
            else
            {
                LoadBody(model.Embedder.Bert, (encoder ?? reader)!);
                note?.Invoke("No folder has an embedder: its encoder was taken over, its projection is untrained. Dense retrieval needs training.");
            }
            if (reader is not null)
            {
                StateDict.LoadInto(model.Reader, reader.File, reader.Kind.ReaderPrefix());
            }
            else
            {
                LoadBody(model.Reader.Bert, (encoder ?? embedder)!);
                note?.Invoke("No folder has a reader: its encoder was taken over, its span scorer is untrained. Answers need training.");
            }
            if (encoder is not null && encoder.File.Contains("cls.predictions.bias") && reader is null)
            {
                model = model.WithHead(seed);
                StateDict.LoadInto(model.Head!, encoder.File, "cls.", StateDictOptions.TiedHead);
            }
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static void LoadBody(BertEncoder bert, PublishedSource source) => StateDict.LoadInto(bert, source.File, source.Kind.BodyPrefix(source.File), Body);

    // Published scorers hold the same embedder twice, under both names or under one.
    private static bool HasOwnQueryTower(ITensorFile file) =>
        file.Names.Where(name => name.StartsWith(QueryPrefix, StringComparison.Ordinal) && !name.Contains("cls.predictions.", StringComparison.Ordinal))
            .Any(name =>
        {
            using var scope = NewDisposeScope();
            var block = name["query_".Length..];
            return !file.Contains(block) || !file.ShapeOf(name).SequenceEqual(file.ShapeOf(block))
                || !file.Load(name).equal(file.Load(block)).all().item<bool>();
        });

    private static PublishedSource? Only(IReadOnlyList<PublishedSource> sources, string what, params PublishedKind[] kinds)
    {
        var found = sources.Where(source => kinds.Contains(source.Kind)).ToList();
        return found.Count <= 1 ? found.FirstOrDefault()
            : throw new CheckpointException(found[1].Folder, null, $"it brings {what}, and so does {found[0].Folder}. Name one of them.");
    }

    private static string FindVocabulary(IReadOnlyList<string> folders) => folders.Select(ModelFiles.Vocabulary).FirstOrDefault(File.Exists)
        ?? throw new FileNotFoundException(
            $"{string.Join(" and ", folders)} {(folders.Count == 1 ? "has" : "have")} no vocab.txt. Put the model's vocabulary there or name it with --vocab.");
}
