using Microsoft.Extensions.Logging;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;
using RealmWeb.Engine.Retrieval.Index;
using RealmWeb.Jobs.Answering;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.Corpora;

/// <summary>Lets the corpora answer with the production model: where an index of its embedder stands already, at once; else as soon as one is built.
/// Until then the former pair of model and index answers.</summary>
public sealed partial class ProductionIndexes(
    CorpusLibrary library, AskableCorpora askable, ModelLibrary models, RunLauncher launcher, ILogger<ProductionIndexes> logger)
{
    /// <summary>After another model came into production.</summary>
    /// <param name="startedBy">User name.</param>
    public async Task FollowAsync(string startedBy, CancellationToken cancellationToken)
    {
        foreach (var info in library.List().Where(info => info.Blocks > 0))
            TrySwitch(info.Name);
        await RebuildAsync(index => index.Generation is null || index.Stale, startedBy, cancellationToken);
    }

    /// <summary>Queues index builds.</summary>
    /// <param name="chosen">Which indexes are built anew.</param>
    public async Task RebuildAsync(Func<IndexState, bool> chosen, string startedBy, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(chosen);
        foreach (var info in library.List().Where(info => info.Blocks > 0))
        {
            var index = askable.IndexOf(info.Name);
            if (!chosen(index))
                continue;
            var run = await launcher.LaunchAsync(new IndexBuildParameters(info.Name), startedBy, cancellationToken: cancellationToken);
            LogRebuilding(info.Name, index.Model, run.Id);
        }
    }

    private void TrySwitch(string corpus)
    {
        if (models.Production() is not { } production || models.EmbedderOf(production) is not { } embedder || library.Find(corpus) is not { } store
            || IndexFolder.Find(store.IndexFolder, embedder) is not { } generation || generation == IndexFolder.Current(store.IndexFolder))
            return;
        // Where another process builds, it switches in the end, and a build after it brings the right one back.
        using var turn = store.TryLockIndex();
        if (turn is null)
            return;
        IndexFolder.Switch(store.IndexFolder, generation);
        LogSwitched(corpus, generation, production.Name);
    }

    [LoggerMessage(EventId = 4301, Level = LogLevel.Information, Message = "The index of \"{Corpus}\", made by model {Model}, is built anew by run {RunId}")]
    private partial void LogRebuilding(string corpus, string? model, Guid runId);

    [LoggerMessage(EventId = 4302, Level = LogLevel.Information, Message = "\"{Corpus}\" answers from {Generation}, which serves model {Model}")]
    private partial void LogSwitched(string corpus, string generation, string model);
}
