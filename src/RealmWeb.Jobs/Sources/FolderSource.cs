using Microsoft.Extensions.Options;
using RealmWeb.Contracts.Sources;

namespace RealmWeb.Jobs.Sources;

/// <summary>Folders of this machine that the settings name. They are read where they lie, without a mirror.</summary>
internal sealed class FolderSource(IOptions<RealmJobsOptions> jobs) : ISourceReader
{
    public SourceKind Kind => SourceKind.Folder;

    public SaveSourceRequest Check(SaveSourceRequest source)
    {
        PathOf(source.Address);
        return source with { Website = null, Feed = null, Git = null, Bucket = null };
    }

    public bool IsPrivate(SaveSourceRequest source) => true;

    public Task FetchAsync(SourceFetch fetch, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <exception cref="ArgumentException">The settings name no such folder.</exception>
    public string PathOf(string? name) => jobs.Value.SourceFolders.TryGetValue(name ?? "", out var path) ? path
        : throw new ArgumentException(jobs.Value.SourceFolders.Count == 0
            ? "There is no folder to bring a corpus into step with. Name one in the setting Realm:Jobs:SourceFolders:NAME."
            : $"There is no folder \"{name}\". Realm:Jobs:SourceFolders has {string.Join(", ", jobs.Value.SourceFolders.Keys.Order(StringComparer.Ordinal))}.",
            nameof(name));
}
