using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Progress;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Retrieval.Index;

namespace RealmWeb.Jobs.Corpora;

/// <summary>Stored corpora as the engine searches them, and their indexes for a given model.</summary>
public static class CorpusIndexes
{
    public static SearchableCorpus Searchable(this CorpusStore corpus)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        return new SearchableCorpus(new CorpusBlockStore(corpus), new CorpusLexicalIndex(corpus), corpus.Info().Version, IndexFolders(corpus));
    }

    /// <summary>The index of a corpus that is to answer.</summary>
    /// <param name="name">Of the model, for people.</param>
    public static IndexRequest IndexRequest(this CorpusStore corpus, RealmModel model, string name, GenerationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        return new IndexRequest(corpus.IndexFolder, new CorpusBlockStore(corpus), corpus.Info().Version, model, name)
        {
            // What was built beside for a model that is now to answer is copied.
            Options = options ?? GenerationOptions.Default, KnownFolders = [.. IndexFolders(corpus).Where(folder => folder != corpus.IndexFolder)],
        };
    }

    /// <summary>The turn to build the index that answers.</summary>
    /// <exception cref="InvalidOperationException">Another process builds it.</exception>
    public static IDisposable LockIndex(this CorpusStore corpus)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        return corpus.TryLockIndex()
            ?? throw new InvalidOperationException($"Another process builds the index of \"{corpus.Name}\". Wait for it, or cancel it.");
    }

    /// <summary>Builds the index that is to answer, and once more where another model came into production meanwhile: else the index of the one before would
    /// answer, and nobody would build the right one.</summary>
    /// <param name="wanted">The model that is to answer now.</param>
    /// <param name="build">Builds its index and switches to it.</param>
    public static T BuildWanted<T>(Func<ModelEntry> wanted, Func<ModelEntry, T> build)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(build);
        while (true)
        {
            var model = wanted();
            var built = build(model);
            if (wanted().Name == model.Name)
                return built;
        }
    }

    /// <summary>The index that answers, where it is of this model; null where there is none.</summary>
    public static DenseBlockIndex? OpenIndex(this CorpusStore corpus, RealmModel model)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        ArgumentNullException.ThrowIfNull(model);
        var index = IndexFolder.OpenCurrent(corpus.IndexFolder);
        if (index is null || index.Manifest.ModelVersion == model.ModelVersion)
            return index;
        index.Dispose();
        return null;
    }

    /// <summary>An index for this model. Where the one that answers is of another model, or older than the corpus, one is built beside it and kept for the
    /// next time; the one that answers goes on answering.</summary>
    /// <exception cref="InvalidOperationException">Another process builds it.</exception>
    public static DenseBlockIndex OpenOrBuildIndex(
        this CorpusStore corpus, RealmModel model, TimeProvider time, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        return corpus.OpenOrBuildIndex(model, model.Name, time, progress, cancellationToken);
    }

    /// <summary>The same for a model that is to have another name.</summary>
    /// <param name="name">Whose index it is that is built.</param>
    public static DenseBlockIndex OpenOrBuildIndex(
        this CorpusStore corpus, RealmModel model, string name, TimeProvider time, IProgress<OperationProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        ArgumentNullException.ThrowIfNull(model);
        var searchable = corpus.Searchable();
        var index = corpus.OpenIndex(model);
        if (index is not null && index.Manifest.CorpusVersion == searchable.Version && index.Manifest.IndexVersion == model.IndexVersion)
            return index;
        index?.Dispose();
        using var turn = corpus.TryLockIndex(name)
            ?? throw new InvalidOperationException($"Another process evaluates {name} on \"{corpus.Name}\". Wait for it, or cancel it.");
        var beside = Path.Combine(corpus.EvaluationIndexFolder, name);
        return IndexBuilder.BuildAndOpen(
            new IndexRequest(beside, searchable.Blocks, searchable.Version, model, name)
            {
                KnownFolders = searchable.IndexFolders,
            }, time, progress, cancellationToken);
    }

    // The one that answers, and those of evaluated models.
    private static IReadOnlyList<string> IndexFolders(CorpusStore corpus) =>
        [corpus.IndexFolder, .. Directory.Exists(corpus.EvaluationIndexFolder) ? Directory.EnumerateDirectories(corpus.EvaluationIndexFolder) : []];
}
