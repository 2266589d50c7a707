using RealmWeb.Data.Models;
using RealmWeb.Data.Storage;
using RealmWeb.Jobs.Answering;
using RealmWeb.Jobs.Corpora;

namespace RealmWeb.Server.Models;

/// <summary>At a start, lets indexes be built anew whose model is gone, as after an update that ships another one: terms answer until then.</summary>
internal sealed partial class StaleIndexes(ModelLibrary models, ProductionIndexes indexes, ILogger<StaleIndexes> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (models.Production() is null)
            return;
        try
        {
            await indexes.RebuildAsync(IsOrphan, "RealmWeb", cancellationToken);
        }
        catch (Exception failure) when (DiskTrouble.Of(failure) is { } trouble)
        {
            // The site starts without it; a later start does it.
            LogNoRoom(trouble.Sentence);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private bool IsOrphan(IndexState index) => index is { Generation: not null, Model: { } model } && models.Find(model) is null;

    [LoggerMessage(EventId = 5302, Level = LogLevel.Warning, Message = "Indexes of a model that is gone are not built anew. {Reason}")]
    private partial void LogNoRoom(string reason);
}
