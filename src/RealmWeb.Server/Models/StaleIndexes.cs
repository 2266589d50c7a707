using RealmWeb.Data.Corpora;
using RealmWeb.Jobs.Answering;
using RealmWeb.Jobs.Corpora;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Server.Models;

/// <summary>After another model came into production: lets the index of each corpus be built with it. Until then the former pair of model and
/// index answers.</summary>
internal sealed class StaleIndexes(CorpusLibrary library, AskableCorpora askable, RunLauncher launcher)
{
    public async Task RebuildAsync(string startedBy, CancellationToken cancellationToken)
    {
        foreach (var info in library.List().Where(info => info.Blocks > 0))
        {
            var index = askable.IndexOf(info.Name);
            if (index.Generation is null || index.Stale)
                await launcher.LaunchAsync(new IndexBuildParameters(info.Name), startedBy, cancellationToken: cancellationToken);
        }
    }
}
