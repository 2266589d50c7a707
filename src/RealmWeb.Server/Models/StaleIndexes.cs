using RealmWeb.Data.Models;
using RealmWeb.Data.Storage;
using RealmWeb.Engine.Models;
using RealmWeb.Jobs.Answering;
using RealmWeb.Jobs.Corpora;

namespace RealmWeb.Server.Models;

/// <summary>At a start, lets indexes be built anew whose model is gone, as after an update that ships another one: terms answer until then. So are those of the
/// shipped model where an update began to embed halves with the same weights: they answer until then.</summary>
internal sealed partial class StaleIndexes(
    ModelLibrary models, ModelRegistry registry, ProductionIndexes indexes, ILogger<StaleIndexes> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (models.Production() is not { } production)
            return;
        var isUpdated = BeginsToEmbedHalves(production);
        try
        {
            await indexes.RebuildAsync(index => IsOrphan(index) || (isUpdated && index.Stale), "RealmWeb", cancellationToken);
        }
        catch (Exception failure) when (DiskTrouble.Of(failure) is { } trouble)
        {
            // The site starts without it; a later start does it.
            LogNoRoom(trouble.Sentence);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private bool BeginsToEmbedHalves(ModelEntry production)
    {
        if (!production.Embedded || models.EmbedderOf(production) is not { } known || known.EndsWith(IBlockEncoder.HalvesMark, StringComparison.Ordinal)
            || !ModelOptions.Load(production.ConfigFile).Retriever.EmbedsHalves)
            return false;
        registry.RecordEmbedder(production, IBlockEncoder.IndexVersionOf(known, halves: true));
        return true;
    }

    private bool IsOrphan(IndexState index) => index is { Generation: not null, Model: { } model } && models.Find(model) is null;

    [LoggerMessage(EventId = 5302, Level = LogLevel.Warning, Message = "Indexes of a model that is gone are not built anew. {Reason}")]
    private partial void LogNoRoom(string reason);
}
