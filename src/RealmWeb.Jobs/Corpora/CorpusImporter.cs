using System.Diagnostics;
using System.Text.Json;
using RealmWeb.Data.Corpora;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Text;

namespace RealmWeb.Jobs.Corpora;

/// <summary>What an import did so far; stored with each batch, so that a resumed import counts on.</summary>
/// <param name="Blocks">Blocks of the documents that were added or changed.</param>
/// <param name="SkippedCount">All that was skipped.</param>
/// <param name="Skipped">The first <see cref="CorpusImporter.MostSkippedNamed"/> of them.</param>
/// <param name="BytesRead">Of the files, as they lie on disk.</param>
public sealed record ImportProgress(
    long Added, long Changed, long Unchanged, long Blocks, long SkippedCount, IReadOnlyList<Skipped> Skipped, long BytesRead, long BytesTotal)
{
    public static ImportProgress Zero { get; } = new(0, 0, 0, 0, 0, [], 0, 0);

    /// <summary>Documents read, whether or not they were new.</summary>
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

    /// <summary>Imports files, folders and archives. Broken off and called again with the same key and paths it goes on behind the last batch.</summary>
    /// <param name="tokenizer">Counts the pieces of a block.</param>
    /// <param name="key">Names the import, see <see cref="CorpusStore.BeginImport"/>; a new one for each import that shall not be resumed.</param>
    /// <param name="blockPieces">Wordpieces of a block with its title at most.</param>
    /// <param name="rename">Changes items before they are stored; null for none.</param>
    /// <param name="progress">Called for each item, and once before the first of a resumed import.</param>
    /// <param name="skipped">Called for each item that was skipped in this call.</param>
    /// <exception cref="OperationCanceledException">Broken off; what was stored stays.</exception>
    public static ImportProgress Import(
        CorpusStore corpus, WordPieceTokenizer tokenizer, IReadOnlyList<string> paths, string key,
        CorpusReadOptions? options = null, int blockPieces = BlockSplitter.DefaultMaxPieces,
        Func<CorpusItem, CorpusItem>? rename = null, Action<ImportProgress>? progress = null, Action<Skipped>? skipped = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        ArgumentNullException.ThrowIfNull(tokenizer);
        var splitter = new BlockSplitter(tokenizer, blockPieces);
        var session = corpus.BeginImport(key);
        session.SetSplitter(tokenizer.Vocabulary.Hash, blockPieces);
        var (after, done) = Resume(session);
        if (after is not null)
            progress?.Invoke(done);
        var batch = Stopwatch.GetTimestamp();
        foreach (var raw in CorpusSource.Read(paths, options, after, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var item = rename is null ? raw : rename(raw);
            done = done with { BytesRead = item.BytesRead, BytesTotal = item.BytesTotal };
            if (item.Document is { } document)
                done = Upsert(session, splitter, document, done);
            if (item.Skipped is { } skip)
            {
                skipped?.Invoke(skip);
                done = done with
                {
                    SkippedCount = done.SkippedCount + 1,
                    Skipped = done.Skipped.Count < MostSkippedNamed ? [.. done.Skipped, skip] : done.Skipped,
                };
            }
            after = item.Position;
            progress?.Invoke(done);
            if (session.PendingDocuments < BatchDocuments && session.PendingBlocks < BatchBlocks && Stopwatch.GetElapsedTime(batch) < BatchTime)
                continue;
            session.Flush(PositionText(after.Value, done));
            batch = Stopwatch.GetTimestamp();
        }
        if (after is not null)
            session.Flush(PositionText(after.Value, done));
        session.Complete();
        return done;
    }

    private static (CorpusPosition? After, ImportProgress Done) Resume(ImportSession session) =>
        session.Position is { } text && JsonSerializer.Deserialize<StoredPosition>(text) is { } stored
            ? (CorpusPosition.Parse(stored.Position), stored.Done)
            : (null, ImportProgress.Zero);

    private static string PositionText(CorpusPosition position, ImportProgress done) => JsonSerializer.Serialize(new StoredPosition(position.ToString(), done));

    private static ImportProgress Upsert(ImportSession session, BlockSplitter splitter, Document document, ImportProgress done)
    {
        var blocks = 0;
        var outcome = session.Upsert(document.SourceId, document.Title, document.Text, () =>
        {
            var cuts = splitter.Split(document).Select(block => new BlockCut(block.Id, block.Start, block.End)).ToList();
            blocks = cuts.Count;
            return cuts;
        });
        return outcome switch
        {
            UpsertOutcome.Added => done with { Added = done.Added + 1, Blocks = done.Blocks + blocks },
            UpsertOutcome.Changed => done with { Changed = done.Changed + 1, Blocks = done.Blocks + blocks },
            _ => done with { Unchanged = done.Unchanged + 1 },
        };
    }

    private sealed record StoredPosition(string Position, ImportProgress Done);
}
