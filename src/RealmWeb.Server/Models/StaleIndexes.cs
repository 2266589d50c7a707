using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;
using RealmWeb.Data.Storage;
using RealmWeb.Jobs.Answering;
using RealmWeb.Jobs.Corpora;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Server.Models;

/// <summary>After another model came into production: lets the index of each corpus be built with it. Until then the former pair of model and
/// index answers. At a start, the same for indexes whose model is gone, as after an update that ships another one: terms answer until then.</summary>
internal sealed partial class StaleIndexes(
    CorpusLibrary library, AskableCorpora askable, ModelLibrary models, RunLauncher launcher, ILogger<StaleIndexes> logger) : IHostedService
{
    public Task RebuildAsync(string startedBy, CancellationToken cancellationToken) =>
        RebuildAsync(index => index.Generation is null || index.Stale, startedBy, cancellationToken);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (models.Production() is null)
            return;
        try
        {
            await RebuildAsync(IsOrphan, "RealmWeb", cancellationToken);
        }
        catch (Exception failure) when (DiskTrouble.Of(failure) is { } trouble)
        {
            // The site starts without it; a later start does it.
            LogNoRoom(trouble.Sentence);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task RebuildAsync(Func<IndexState, bool> chosen, string startedBy, CancellationToken cancellationToken)
    {
        foreach (var info in library.List().Where(info => info.Blocks > 0))
        {
            var index = askable.IndexOf(info.Name);
            if (!chosen(index))
                continue;
            var run = await launcher.LaunchAsync(new IndexBuildParameters(info.Name), startedBy, cancellationToken: cancellationToken);
            LogRebuilding(info.Name, index.Model, run.Id);
        }
    }

    private bool IsOrphan(IndexState index) => index is { Generation: not null, Model: { } model } && models.Find(model) is null;

    [LoggerMessage(EventId = 5301, Level = LogLevel.Information, Message = "The index of \"{Corpus}\", made by model {Model}, is built anew by run {RunId}")]
    private partial void LogRebuilding(string corpus, string? model, Guid runId);

    [LoggerMessage(EventId = 5302, Level = LogLevel.Warning, Message = "Indexes of a model that is gone are not built anew. {Reason}")]
    private partial void LogNoRoom(string reason);
}
