using System.Diagnostics;
using System.Text.Json;
using RealmWeb.Data.Corpora;
using RealmWeb.Engine.Corpora;

namespace RealmWeb.Jobs.Corpora;

/// <summary>Something that an import reads: a document, or what could not be read.</summary>
/// <param name="Document">Null when it was skipped.</param>
/// <param name="Path">Where it stands.</param>
/// <param name="Reason">Why it was skipped; null for a document.</param>
public sealed record ImportItem(Document? Document, string Path, string? Reason);

/// <summary>Something that was left out.</summary>
public sealed record SkippedItem(string Path, string Reason);

/// <summary>What an import did so far; also its position, so that a resumed import counts on.</summary>
/// <param name="Items">Documents and skipped items taken in.</param>
/// <param name="Blocks">Blocks of the documents that were added or changed.</param>
/// <param name="Skipped">The first <see cref="CorpusImporter.MostSkippedNamed"/> of them.</param>
/// <param name="SkippedCount">All of them.</param>
public sealed record ImportProgress(
    long Items, long Added, long Changed, long Unchanged, long Blocks, long SkippedCount, IReadOnlyList<SkippedItem> Skipped)
{
    public static ImportProgress Zero { get; } = new(0, 0, 0, 0, 0, 0, []);

    public long Documents => Added + Changed + Unchanged;
}

/// <summary>Puts what a source yields into a corpus.</summary>
public static class CorpusImporter
{
    public const int MostSkippedNamed = 1000;

    // A batch holds the write lock for some ten milliseconds and loses at most a second of work when the process dies.
    private const int BatchDocuments = 500;
    private const int BatchBlocks = 2000;
    private static readonly TimeSpan BatchTime = TimeSpan.FromSeconds(1);

    /// <summary>Imports all items. Broken off and called again with the same key and the same items it goes on behind the last batch.</summary>
    /// <param name="items">In an order that does not change from call to call.</param>
    /// <param name="key">Names the import, see <see cref="CorpusStore.BeginImport"/>.</param>
    /// <param name="progress">Called for each item, also before the first of a resumed import.</param>
    /// <param name="skipped">Called for each item that was skipped in this call.</param>
    /// <exception cref="OperationCanceledException">Broken off; what was stored stays.</exception>
    public static ImportProgress Import(
        CorpusStore corpus, BlockSplitter splitter, IEnumerable<ImportItem> items, string key,
        Action<ImportProgress>? progress = null, Action<SkippedItem>? skipped = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        ArgumentNullException.ThrowIfNull(splitter);
        ArgumentNullException.ThrowIfNull(items);
        var session = corpus.BeginImport(key);
        var done = session.Position is { } position ? JsonSerializer.Deserialize<ImportProgress>(position) ?? ImportProgress.Zero : ImportProgress.Zero;
        if (done.Items > 0)
            progress?.Invoke(done);
        long seen = 0;
        var batch = Stopwatch.GetTimestamp();
        foreach (var item in items)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (++seen <= done.Items)
                continue;
            done = item.Document is { } document ? Upsert(session, splitter, document, done) : Skip(item, done, skipped);
            progress?.Invoke(done);
            if (session.PendingDocuments >= BatchDocuments || session.PendingBlocks >= BatchBlocks || Stopwatch.GetElapsedTime(batch) > BatchTime)
            {
                session.Flush(JsonSerializer.Serialize(done));
                batch = Stopwatch.GetTimestamp();
            }
        }
        session.Flush(JsonSerializer.Serialize(done));
        session.Complete();
        return done;
    }

    private static ImportProgress Upsert(ImportSession session, BlockSplitter splitter, Document document, ImportProgress done)
    {
        var blocks = 0;
        var outcome = session.Upsert(document.SourceId, document.Title, document.Text, () =>
        {
            var cuts = splitter.Split(document).Select(block => new BlockCut(block.Id, block.Start, block.End)).ToList();
            blocks = cuts.Count;
            return cuts;
        });
        done = done with { Items = done.Items + 1, Blocks = done.Blocks + blocks };
        return outcome switch
        {
            UpsertOutcome.Added => done with { Added = done.Added + 1 },
            UpsertOutcome.Changed => done with { Changed = done.Changed + 1 },
            _ => done with { Unchanged = done.Unchanged + 1 },
        };
    }

    private static ImportProgress Skip(ImportItem item, ImportProgress done, Action<SkippedItem>? skipped)
    {
        var skip = new SkippedItem(item.Path, item.Reason ?? "It could not be read.");
        skipped?.Invoke(skip);
        return done with
        {
            Items = done.Items + 1,
            SkippedCount = done.SkippedCount + 1,
            Skipped = done.Skipped.Count < MostSkippedNamed ? [.. done.Skipped, skip] : done.Skipped,
        };
    }
}
