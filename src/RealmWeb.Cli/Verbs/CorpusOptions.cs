using System.CommandLine;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;
using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Retrieval.Index;
using RealmWeb.Jobs.Corpora;

namespace RealmWeb.Cli.Verbs;

/// <summary>Options that verbs over a corpus share, and what they name.</summary>
internal static class CorpusOptions
{
    public static Option<string> Corpus() => new("--corpus") { Description = "Name of the corpus.", Required = true };

    public static Option<string?> Model() => new("--model") { Description = "Name of the model; default: the one in production." };

    public static Option<int> K() => new Option<int>("-k") { Description = "Passages, 1 to 100.", DefaultValueFactory = _ => 5 }.Between(1, 100);

    public static Option<double> Recall() => new Option<double>("--recall")
    {
        Description = "Share of the exact dense list that is enough, 1 for all of it; below 1 an index with partitions is searched in part.", DefaultValueFactory = _ => 1,
    }.Between(0.01, 1);

    public static Option<RetrieverKind> Retriever() =>
        new Option<RetrieverKind>("--retriever") { Description = "dense, lexical or hybrid.", DefaultValueFactory = _ => RetrieverKind.Hybrid }.OneOf();

    public static CorpusLibrary Corpora(VerbContext context) => new(context.Paths, context.Time);

    /// <summary>The model that --model names, or the production model.</summary>
    public static ModelEntry FindModel(VerbContext context, string? name)
    {
        return name is { Length: > 0 } ? context.Models.Get(name) : context.Models.Production()
            ?? throw new InvalidOperationException("There is no model yet. Name one with --model, import one with `realm model import DIR`, or make one with `realm model create`.");
    }

    /// <summary>The dense index of a corpus where it is of this model; null where there is none.</summary>
    public static DenseBlockIndex? OpenIndex(CorpusStore corpus, RealmModel model)
    {
        var index = IndexFolder.OpenCurrent(corpus.IndexFolder);
        if (index is null || index.Manifest.ModelVersion == model.ModelVersion)
            return index;
        index.Dispose();
        return null;
    }

    /// <summary>The dense index of a corpus for this model. Where the one that answers is of another model, or older than the corpus, one is built
    /// beside it and kept for the next time; the one that answers goes on answering.</summary>
    public static DenseBlockIndex? OpenOrBuildIndex(VerbContext context, CorpusStore corpus, RealmModel model)
    {
        var index = OpenIndex(corpus, model);
        if (index is not null && index.Manifest.CorpusVersion == corpus.Info().Version)
            return index;
        index?.Dispose();
        using var turn = corpus.TryLockIndex(model.Name)
            ?? throw new InvalidOperationException($"Another process evaluates {model.Name} on \"{corpus.Name}\". Wait for it, or cancel it.");
        var beside = Path.Combine(corpus.EvaluationIndexFolder, model.Name);
        return BuildIndex(context, corpus, model, beside, model.Name);
    }

    /// <summary>Builds an index of a corpus in a folder of its own, beside the one that answers. A generation of the same weights is copied from where it stands.</summary>
    public static DenseBlockIndex BuildIndex(VerbContext context, CorpusStore corpus, RealmModel model, string folder, string modelName)
    {
        Directory.CreateDirectory(folder);
        IndexBuilder.Build(
            folder, new CorpusBlockStore(corpus), corpus.Info().Version, model, modelName, context.Time, context.Progress, context.Cancelled, known: IndexFolders(corpus));
        return IndexFolder.OpenCurrent(folder)!;
    }

    /// <summary>Where indexes of a corpus stand: the one that answers, and those of evaluated models.</summary>
    public static IReadOnlyList<string> IndexFolders(CorpusStore corpus) =>
        [corpus.IndexFolder, .. Directory.Exists(corpus.EvaluationIndexFolder) ? Directory.EnumerateDirectories(corpus.EvaluationIndexFolder) : []];

    /// <summary>Model, corpus and index as one answerer. The caller disposes the parts.</summary>
    public static QuestionAnswerer Answerer(VerbContext context, ModelServer server, CorpusStore corpus, DenseBlockIndex? index) =>
        new(server, new CorpusBlockStore(corpus), index, new CorpusLexicalIndex(corpus), context.Time, Deleted(corpus, index));

    private static RowFilter? Deleted(CorpusStore corpus, DenseBlockIndex? index) =>
        index is null || index.Manifest.CorpusVersion == corpus.Info().Version ? null : DeletedRows.Filter(index, new CorpusBlockStore(corpus));
}
