using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;
using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Retrieval.Index;
using RealmWeb.Jobs.Corpora;

namespace RealmWeb.Jobs.Answering;

/// <summary>Model, index and corpus that belong together, held for one question from start to end.</summary>
internal sealed class AnsweringSession : IAsyncDisposable
{
    private readonly Shared<ModelServer>.Use _model;
    private readonly Shared<DenseBlockIndex>.Use? _index;

    private AnsweringSession(CorpusStore corpus, Shared<ModelServer>.Use model, Shared<DenseBlockIndex>.Use? index, OpenIndexes indexes)
    {
        _model = model;
        _index = index;
        Answerer = new QuestionAnswerer(model.Value, new CorpusBlockStore(corpus), index?.Value, new CorpusLexicalIndex(corpus), TimeProvider.System, index is null ? null : indexes.Deleted(corpus, index.Value));
    }

    public QuestionAnswerer Answerer { get; }

    public ModelServer Server => _model.Value;

    /// <summary>Null when no index of a model that still exists was built.</summary>
    public DenseBlockIndex? Index => _index?.Value;

    /// <summary>Takes the production model with its index; where the index is still that of another model, both of the other, so that a
    /// promotion never leaves a corpus without answers; where there is neither, the production model over the lexical index.</summary>
    public static async Task<AnsweringSession> OpenAsync(
        CorpusStore corpus, OpenModels models, OpenIndexes indexes, ModelLibrary library, CancellationToken cancellationToken)
    {
        var index = await indexes.OpenAsync(corpus);
        try
        {
            var production = await models.ProductionAsync(cancellationToken);
            if (index is null || production.Value.Model.ModelVersion == index.Value.Manifest.ModelVersion)
                return new AnsweringSession(corpus, production, index, indexes);
            if (library.Find(index.Value.Manifest.Model) is { } older && older.Name != production.Value.Model.Name)
            {
                var use = await models.OpenAsync(older, cancellationToken);
                if (use.Value.Model.ModelVersion == index.Value.Manifest.ModelVersion)
                {
                    await production.DisposeAsync();
                    return new AnsweringSession(corpus, use, index, indexes);
                }
                await use.DisposeAsync();
            }
            await index.DisposeAsync();
            return new AnsweringSession(corpus, production, null, indexes);
        }
        catch
        {
            if (index is not null)
                await index.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_index is not null)
            await _index.DisposeAsync();
        await _model.DisposeAsync();
    }
}
