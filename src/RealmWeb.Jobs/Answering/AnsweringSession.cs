using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;
using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Retrieval.Index;
using RealmWeb.Jobs.Corpora;

namespace RealmWeb.Jobs.Answering;

/// <summary>Model, index and corpus that belong together, composed to one answerer: for one question of the site, or for all that a command asks.</summary>
public sealed class AnsweringSession : IAsyncDisposable
{
    private readonly IAsyncDisposable[] _held;

    private AnsweringSession(
        CorpusStore corpus, ModelServer server, AnsweringDefaults answering, DenseBlockIndex? index, RowFilter? deleted, TimeProvider time,
        params IAsyncDisposable[] held)
    {
        (Server, Index, _held) = (server, index, held);
        Answerer = new QuestionAnswerer(server, new CorpusBlockStore(corpus), index, new CorpusLexicalIndex(corpus), time, deleted, answering);
    }

    public QuestionAnswerer Answerer { get; }

    public ModelServer Server { get; }

    /// <summary>Null when no index of a model that still exists was built: terms answer.</summary>
    public DenseBlockIndex? Index { get; }

    /// <summary>Serves a model over a corpus.</summary>
    /// <param name="model">Stays the caller's, as the index does; disposed after this.</param>
    /// <param name="index">Of this model; null to answer by terms.</param>
    /// <param name="temperatures">See <see cref="ModelServer"/>.</param>
    /// <param name="unfitted">Answers as the model says itself, whatever was fitted to the corpus: to fit it anew.</param>
    public static AnsweringSession Open(
        CorpusStore corpus, RealmModel model, DenseBlockIndex? index, TimeProvider time, IReadOnlyList<double>? temperatures = null,
        ReadingPrecision precision = ReadingPrecision.Auto, bool unfitted = false)
    {
        var server = new ModelServer(model, temperatures, precision);
        var answering = unfitted ? model.Answering : CorpusFit.For(corpus, server);
        return new AnsweringSession(corpus, server, answering, index, index is null ? null : DeletedRows.Filter(index, corpus.Searchable()), time, server);
    }

    /// <summary>Takes the production model with its index; where the index is still that of another model, both of the other, so that a
    /// promotion never leaves a corpus without answers; where there is neither, the production model over the lexical index.</summary>
    internal static async Task<AnsweringSession> OpenAsync(
        CorpusStore corpus, OpenModels models, OpenIndexes indexes, ModelLibrary library, CancellationToken cancellationToken)
    {
        var index = await indexes.OpenAsync(corpus);
        try
        {
            var production = await models.ProductionAsync(cancellationToken);
            if (index is null || production.Value.Model.ModelVersion == index.Value.Manifest.ModelVersion)
                return await WithAsync(corpus, production, index, indexes);
            if (library.Find(index.Value.Manifest.Model) is { } older && older.Name != production.Value.Model.Name)
            {
                var use = await models.OpenAsync(older, cancellationToken);
                if (use.Value.Model.ModelVersion == index.Value.Manifest.ModelVersion)
                {
                    await production.DisposeAsync();
                    return await WithAsync(corpus, use, index, indexes);
                }
                await use.DisposeAsync();
            }
            await index.DisposeAsync();
            return Share(corpus, production, null, indexes);
        }
        catch
        {
            if (index is not null)
                await index.DisposeAsync();
            throw;
        }
    }

    // Which rows were deleted is read from the index, which may be damaged there.
    private static async Task<AnsweringSession> WithAsync(
        CorpusStore corpus, Shared<ModelServer>.Use model, Shared<DenseBlockIndex>.Use? index, OpenIndexes indexes)
    {
        try
        {
            return Share(corpus, model, index, indexes);
        }
        catch (IndexException damage) when (index is not null)
        {
            await indexes.CondemnAsync(corpus, index.Value, damage);
            await index.DisposeAsync();
            return Share(corpus, model, null, indexes);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var held in _held)
            await held.DisposeAsync();
    }

    private static AnsweringSession Share(CorpusStore corpus, Shared<ModelServer>.Use model, Shared<DenseBlockIndex>.Use? index, OpenIndexes indexes)
    {
        var answering = CorpusFit.For(corpus, model.Value);
        return index is null
            ? new AnsweringSession(corpus, model.Value, answering, null, null, TimeProvider.System, model)
            : new AnsweringSession(corpus, model.Value, answering, index.Value, indexes.Deleted(corpus, index.Value), TimeProvider.System, index, model);
    }
}
