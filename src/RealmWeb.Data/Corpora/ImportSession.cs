using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace RealmWeb.Data.Corpora;

/// <summary>A document that waits for the next <see cref="ImportSession.Flush"/>.</summary>
internal sealed record PendingDocument(string SourceId, string Title, string Text, byte[] ContentHash, IReadOnlyList<BlockCut> Cuts);

/// <summary>Puts documents into a corpus in batches. A batch and the position behind it are stored together, so that an import that was killed
/// goes on behind its last batch; importing the same again changes nothing. Not for use by several threads.</summary>
/// <remarks>Documents are cut outside the transaction: the write lock is held for the writing alone, and others get their turn.</remarks>
public sealed class ImportSession
{
    private readonly CorpusStore _corpus;
    private readonly string _positionKey;
    private readonly List<PendingDocument> _pending = [];
    private readonly Dictionary<string, byte[]> _pendingHashes = new(StringComparer.Ordinal);

    internal ImportSession(CorpusStore corpus, string key)
    {
        _corpus = corpus;
        _positionKey = "import:" + key;
        using var connection = corpus.Connect();
        using var command = CorpusStore.Command(connection, "SELECT value FROM meta WHERE key = $key", ("$key", _positionKey));
        Position = (string?)command.ExecuteScalar();
    }

    /// <summary>What was stored with the last batch of this import; null when it has none yet. Its form is the caller's.</summary>
    public string? Position { get; private set; }

    /// <summary>Documents that wait for <see cref="Flush"/>.</summary>
    public int PendingDocuments => _pending.Count;

    /// <summary>Blocks that wait for <see cref="Flush"/>.</summary>
    public int PendingBlocks { get; private set; }

    /// <summary>Stores what the blocks are cut with.</summary>
    public void SetSplitter(string vocabularyHash, int blockPieces)
    {
        using var connection = _corpus.Connect();
        CorpusStore.SetMeta(connection, "vocabulary", vocabularyHash);
        CorpusStore.SetMeta(connection, "block_pieces", blockPieces.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Takes a document in; it is stored by the next <see cref="Flush"/>.</summary>
    /// <param name="text">Normalised text.</param>
    /// <param name="cut">Cuts the text into blocks, in order and without overlap; called only when title or text are new.</param>
    /// <exception cref="ArgumentException">Cuts overlap or leave the text.</exception>
    public UpsertOutcome Upsert(string sourceId, string title, string text, Func<IReadOnlyList<BlockCut>> cut)
    {
        ArgumentNullException.ThrowIfNull(cut);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{title}\u001f{text}"));
        var stored = _pendingHashes.GetValueOrDefault(sourceId) ?? StoredHash(sourceId);
        if (stored is not null && stored.AsSpan().SequenceEqual(hash))
            return UpsertOutcome.Unchanged;
        var cuts = cut();
        var end = 0;
        foreach (var block in cuts)
        {
            if (block.Start < end || block.End <= block.Start || block.End > text.Length)
                throw new ArgumentException($"Block [{block.Start}, {block.End}) of document {sourceId} is empty, or overlaps the one before that ends at {end}, or leaves the text of {text.Length} characters.", nameof(cut));
            end = block.End;
        }
        _pending.Add(new PendingDocument(sourceId, title, text, hash, cuts));
        _pendingHashes[sourceId] = hash;
        PendingBlocks += cuts.Count;
        return stored is null ? UpsertOutcome.Added : UpsertOutcome.Changed;
    }

    /// <summary>Stores the waiting documents and the position behind them in one transaction.</summary>
    public void Flush(string position)
    {
        using var connection = _corpus.Connect();
        using var transaction = connection.BeginTransaction();
        var writer = new CorpusWriter(connection);
        var now = _corpus.Time.GetUtcNow();
        foreach (var document in _pending)
            writer.Upsert(document, now);
        CorpusStore.SetMeta(connection, _positionKey, position);
        writer.Finish(now);
        transaction.Commit();
        Position = position;
        _pending.Clear();
        _pendingHashes.Clear();
        PendingBlocks = 0;
    }

    /// <summary>Forgets the position: the import is over, however it ended.</summary>
    public void Complete()
    {
        using var connection = _corpus.Connect();
        using var command = CorpusStore.Command(connection, "DELETE FROM meta WHERE key = $key", ("$key", _positionKey));
        command.ExecuteNonQuery();
        Position = null;
    }

    private byte[]? StoredHash(string sourceId)
    {
        using var connection = _corpus.Connect();
        using var command = CorpusStore.Command(connection, "SELECT content_hash FROM documents WHERE source_id = $source", ("$source", sourceId));
        return (byte[]?)command.ExecuteScalar();
    }
}
