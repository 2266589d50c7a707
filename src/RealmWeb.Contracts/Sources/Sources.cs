using System.Text.Json.Serialization;
using RealmWeb.Contracts.Runs;

namespace RealmWeb.Contracts.Sources;

/// <summary>What kind of place documents come from. Stored and sent by name.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SourceKind>))]
public enum SourceKind
{
    /// <summary>A folder of the server, named in the settings.</summary>
    Folder,
    Website,

    /// <summary>RSS or Atom.</summary>
    Feed,
    Git,

    /// <summary>S3, or a store that speaks like it; named in the settings.</summary>
    Bucket,
}

/// <summary>How a web site is read.</summary>
/// <param name="MaxPages">Pages at most.</param>
/// <param name="MaxDepth">Links from the first page at most; a page that the sitemap names is one link away.</param>
/// <param name="UseSitemap">Read the site's sitemap as well as its links.</param>
/// <param name="PathPrefix">Only addresses whose path begins so, such as <c>/docs/</c>; empty for the whole host.</param>
/// <param name="MainText">Leave out menus, sidebars and footers; else all that a page shows is read.</param>
public sealed record WebsiteSettings(int MaxPages = 500, int MaxDepth = 8, bool UseSitemap = true, string PathPrefix = "", bool MainText = true);

/// <summary>How a feed is read.</summary>
/// <param name="LinkedPages">Read the page that an entry links to, in place of what the feed says of it.</param>
public sealed record FeedSettings(bool LinkedPages = false);

/// <summary>How a Git repository is read.</summary>
/// <param name="Branch">Empty for the one that the repository is shown with.</param>
/// <param name="Files">Patterns of paths, <c>*</c> within a folder and <c>**</c> over folders; none for Markdown, reStructuredText, AsciiDoc and text.</param>
public sealed record GitSettings(string Branch = "", IReadOnlyList<string>? Files = null);

/// <summary>How a bucket is read.</summary>
/// <param name="Prefix">Only objects whose key begins so; empty for all.</param>
public sealed record BucketSettings(string Prefix = "");

/// <summary>When a source is brought into step by itself.</summary>
/// <param name="Cron">Minute, hour, day of month, month, day of week.</param>
/// <param name="TimeZone">IANA name.</param>
public sealed record SourceTimes(string Cron, string TimeZone);

/// <summary>A source as it shall be.</summary>
/// <param name="Address">Of a web site, a feed or a repository; the name in the settings of a folder, a bucket or a repository that is named there.</param>
/// <param name="KeepDays">Days for which documents stay that are gone at the source; 0 for none.</param>
/// <param name="Enabled">Switched off, nothing is taken over from it.</param>
/// <param name="Times">Null where it is brought into step by hand alone.</param>
public sealed record SaveSourceRequest(
    string Name, SourceKind Kind, string Address, int KeepDays = 0, bool Enabled = true, SourceTimes? Times = null, WebsiteSettings? Website = null,
    FeedSettings? Feed = null, GitSettings? Git = null, BucketSettings? Bucket = null);

/// <summary>Where documents of a corpus come from, with what was taken over last.</summary>
/// <param name="NextAt">In the time zone of <see cref="SaveSourceRequest.Times"/>; null where nothing starts by itself.</param>
/// <param name="Last">The newest first, at most ten; the first may be under way.</param>
/// <param name="MayChange">Whoever asks may change it: what reads places that are not public is an administrator's.</param>
public sealed record SourceView(
    Guid Id, string Corpus, SaveSourceRequest Source, string MadeBy, DateTimeOffset MadeAt, DateTimeOffset? NextAt, IReadOnlyList<SourceSync> Last,
    bool MayChange);

/// <summary>What became of a document.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SourceChangeKind>))]
public enum SourceChangeKind
{
    Added,
    Changed,
    Removed,
}

/// <summary>A document that was, or would be, added, changed or removed.</summary>
public sealed record SourceChange(SourceChangeKind What, string Document, string Title);

/// <summary>One time that a source was brought into step, or that it was tried.</summary>
/// <param name="Kept">Documents that are gone at the source and still kept.</param>
/// <param name="Changes">By name, the first 1,000.</param>
/// <param name="Note">What went wrong; null when nothing did.</param>
/// <param name="Stage">What is being done, in words.</param>
public sealed record SourceSync(
    Guid RunId, RunState State, bool DryRun, DateTimeOffset At, DateTimeOffset? EndedAt, string StartedBy, long Added, long Changed, long Unchanged,
    long Removed, long Kept, long Skipped, IReadOnlyList<SourceChange> Changes, string? Note, string Stage)
{
    public bool IsFinal => RunTransitions.IsFinal(State);
}

/// <summary>Brings a source into step.</summary>
/// <param name="DryRun">Only say what would be added, changed and removed.</param>
/// <param name="Force">Remove what is gone even where that is more than half.</param>
public sealed record SyncSourceRequest(bool DryRun = false, bool Force = false);

/// <summary>Names in the settings that a source can be made of.</summary>
public sealed record SourceChoices(IReadOnlyList<string> Folders, IReadOnlyList<string> Repositories, IReadOnlyList<string> Buckets);
