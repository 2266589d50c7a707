using Microsoft.Extensions.Logging;
using RealmWeb.Data.Runs;
using RealmWeb.Data.Sources;
using RealmWeb.Data.Uploads;
using RealmWeb.Files;

namespace RealmWeb.Data.Storage;

/// <summary>At the start of a site: removes what a process that was killed left in the data folder. Other processes may be at work there.</summary>
public sealed partial class DataFolderSweep(
    RealmPaths paths, UploadStore uploads, RunStore runs, SourceStore sources, TimeProvider time, ILogger<DataFolderSweep> logger)
{
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        var after = time.GetUtcNow() - UploadStore.KeptForRetry;
        var removed = Leftovers.Sweep(paths.Root).Count + await sources.SweepAsync(cancellationToken) + await uploads.SweepAsync(async upload =>
            await runs.IsNamedByOpenAsync(upload, cancellationToken) || await runs.IsNamedByRecentAsync(upload, after, cancellationToken));
        if (removed > 0)
            LogSwept(removed);
    }

    [LoggerMessage(EventId = 2001, Level = LogLevel.Information, Message = "Removed {Count} files and folders that a killed process had left on their way")]
    private partial void LogSwept(int count);
}
