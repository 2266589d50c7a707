using RealmWeb.Client.Components.Shared;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts.Sources;

namespace RealmWeb.Client.Components.Sources;

/// <summary>Sources in words.</summary>
public static class SourceWords
{
    /// <summary>All kinds, what people have most first.</summary>
    public static IReadOnlyList<(SourceKind Kind, string Name, string Does)> Kinds { get; } =
    [
        (SourceKind.Website, "Web site", "Pages of one host, found by its links and its sitemap. Its robots.txt is respected."),
        (SourceKind.Feed, "Feed (RSS, Atom)", "An entry each. What the feed does not name any more stays."),
        (SourceKind.Git, "Git repository", "Files of a branch, by https."),
        (SourceKind.Folder, "Folder of the server", "Files that lie on the server; its settings name the folders."),
        (SourceKind.Bucket, "S3 bucket", "Objects of a store; the settings of the server name the buckets and hold their keys."),
    ];

    public static string NameOf(SourceKind kind) => Kinds.First(known => known.Kind == kind).Name;

    /// <summary>"3 added, 1 changed, 2 removed".</summary>
    public static string Of(SourceSync sync)
    {
        ArgumentNullException.ThrowIfNull(sync);
        if (!sync.IsFinal)
            return sync.Stage.Length > 0 ? sync.Stage : "Waits for its turn";
        if (sync.State is RunState.Failed or RunState.Cancelled)
            return sync.State == RunState.Cancelled ? "Cancelled" : "Nothing was taken over";
        var removed = sync.DryRun ? $"{sync.Removed} would be removed" : $"{sync.Removed} removed";
        return $"{(sync.DryRun ? $"{sync.Added} would be added" : $"{sync.Added} added")}, {sync.Changed} changed, {removed}, {sync.Unchanged} unchanged"
            + $"{(sync.Kept > 0 ? $", {sync.Kept} kept for now" : "")}{(sync.Skipped > 0 ? $", {Wording.Count(sync.Skipped, "item")} skipped" : "")}";
    }

    public static string Of(SourceChangeKind what, bool dryRun) => (what, dryRun) switch
    {
        (SourceChangeKind.Added, false) => "Added",
        (SourceChangeKind.Changed, false) => "Changed",
        (SourceChangeKind.Removed, false) => "Removed",
        (SourceChangeKind.Added, true) => "Would be added",
        (SourceChangeKind.Changed, true) => "Would be changed",
        _ => "Would be removed",
    };
}
