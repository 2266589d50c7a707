using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using RealmWeb.Data.Sqlite;

namespace RealmWeb.Data.Corpora;

/// <summary>A document that waits for the next <see cref="ImportSession.Flush"/>.</summary>
internal sealed record PendingDocument(
    string GivenId, string Origin, string Title, string Text, byte[] ContentHash, IReadOnlyList<BlockCut> Cuts, IReadOnlyList<int> PageStarts,
    IReadOnlyList<byte[]> Layouts);

/// <summary>Puts documents into a corpus in batches. A batch and the position behind it are stored together, so that an import that was killed
/// goes on behind its last batch; importing the same again changes nothing. Not for use by several threads.</summary>
/// <remarks>Documents are cut outside the transaction: the write lock is held for the writing alone, and others get their turn.</remarks>
public sealed class ImportSession
{
    private readonly CorpusFile _file;
    private readonly TimeProvider _time;
    private readonly string _key;
    private readonly string _positionKey;
    private readonly Importer? _importer;
    private readonly VersionLimits _versions;
    private readonly List<PendingDocument> _pending = [];
    private readonly Dictionary<(string Origin, string GivenId), byte[]> _pendingHashes = [];
    private readonly Dictionary<string, byte[]> _pendingIds = new(StringComparer.Ordinal);
    private readonly List<(long Id, string GivenId, string Origin, IReadOnlyList<byte[]> Layouts)> _unchanged = [];
    private readonly List<string> _skips = [];

    internal ImportSession(CorpusFile file, TimeProvider time, string key, Importer? importer, VersionLimits versions)
    {
        (_file, _time, _key, _importer, _versions) = (file, time, key, importer, versions);
        _positionKey = CorpusMeta.PositionOf(key);
        using var connection = file.Connect();
        Position = CorpusMeta.Find(connection, _positionKey);
    }

    /// <summary>What was stored with the last batch of this import; null when it has none yet. Its form is the caller's.</summary>
    public string? Position { get; private set; }

    /// <summary>Documents that wait for <see cref="Flush"/>.</summary>
    public int PendingDocuments => _pending.Count;

    /// <summary>Blocks that wait for <see cref="Flush"/>.</summary>
    public int PendingBlocks { get; private set; }

    /// <summary>Documents, stored by this object, whose id another file uses too: they have a longer one.</summary>
    public long ToldApart { get; private set; }

    /// <summary>Stores what the blocks are cut with.</summary>
    public void SetSplitter(string vocabularyHash, int blockPieces)
    {
        using var connection = _file.Connect();
        CorpusMeta.Set(connection, "vocabulary", vocabularyHash);
        CorpusMeta.Set(connection, "block_pieces", blockPieces.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Takes a document in; it is stored by the next <see cref="Flush"/>.</summary>
    /// <param name="givenId">Id of the document in its file.</param>
    /// <param name="text">Normalised text.</param>
    /// <param name="cut">Cuts the text into blocks, in order and without overlap; called only when title or text are new.</param>
    /// <param name="origin">The file, as a path with / between its parts: documents of two files are never the same one. Empty where it is not known:
    /// then the document replaces the one of this id.</param>
    /// <param name="pageStarts">Offsets in the text at which its pages begin, ascending; null where it has no pages.</param>
    /// <param name="layouts">Where the words of each page stand, in a form of the caller's; null where that is not known. A document that is stored without
    /// them, and is the same else, gets them.</param>
    /// <exception cref="ArgumentException">Cuts overlap or leave the text.</exception>
    public UpsertOutcome Upsert(
        string givenId, string title, string text, Func<IReadOnlyList<BlockCut>> cut, string origin = "", IReadOnlyList<int>? pageStarts = null,
        Func<IReadOnlyList<byte[]>>? layouts = null)
    {
        ArgumentNullException.ThrowIfNull(cut);
        ArgumentNullException.ThrowIfNull(origin);
        var pages = pageStarts is { Count: > 0 } ? $"\u001f{string.Join(',', pageStarts)}" : "";
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{title}\u001f{text}{pages}"));
        var pending = _pendingHashes.GetValueOrDefault((origin, givenId));
        var stored = pending is null ? Find(givenId, origin, hash) : new StoredIdentity(null, pending, givenId, TakesOrigin: false);
        if (stored.Hash is not null && stored.Hash.AsSpan().SequenceEqual(hash))
        {
            if (stored.Id is { } id)
                _unchanged.Add((id, givenId, stored.TakesOrigin ? origin : "", layouts is not null && !HasLayouts(id) ? layouts() : []));
            return UpsertOutcome.Unchanged;
        }
        var cuts = cut();
        Check(cuts, givenId, text);
        _pending.Add(new PendingDocument(givenId, origin, title, text, hash, cuts, pageStarts ?? [], layouts?.Invoke() ?? []));
        _pendingHashes[(origin, givenId)] = hash;
        PendingBlocks += cuts.Count;
        // The first that waits for an id takes it; the same text of another file is then a copy, of which one is enough.
        if (stored.Hash is null && stored.SourceId == givenId && !_pendingIds.TryAdd(givenId, hash)
            && _pendingIds[givenId].AsSpan().SequenceEqual(hash))
            return UpsertOutcome.Unchanged;
        return stored.Hash is null ? UpsertOutcome.Added : UpsertOutcome.Changed;
    }

    /// <summary>Notes that a file, or what lies below a folder or in an archive, could not be read whole: its documents are not taken for gone.</summary>
    public void Skip(string origin) => _skips.Add(origin);

    /// <summary>Stores the waiting documents and the position behind them in one transaction.</summary>
    public void Flush(string position)
    {
        _file.Read(connection => Store(connection, position));
        Position = position;
        Forget();
    }

    private bool Store(DbConnection connection, string position)
    {
        using var transaction = connection.BeginTransaction();
        CorpusVersions.Apply(connection, _versions);
        var writer = new CorpusWriter(connection, _importer, _versions);
        var met = new ImportMeetings(connection, _key);
        var now = _time.GetUtcNow();
        foreach (var (id, givenId, origin, layouts) in _unchanged)
        {
            if (origin.Length > 0)
                writer.SetOrigin(id, givenId, origin);
            writer.InsertLayouts(id, layouts);
            met.Add(id);
        }
        foreach (var document in _pending)
            met.Add(writer.Upsert(document, now));
        foreach (var skip in _skips)
            met.AddSkip(skip);
        CorpusMeta.Set(connection, _positionKey, position);
        writer.Finish(now);
        transaction.Commit();
        ToldApart += writer.ToldApart;
        return true;
    }

    /// <summary>Documents from these files and folders that the import, which has come to its end, did not meet, although nothing of their file was
    /// skipped: they left the file, or their file left.</summary>
    /// <param name="roots">In the form of the documents' origins.</param>
    public IReadOnlyList<DepartedDocument> FindDeparted(IReadOnlyList<string> roots)
    {
        using var connection = _file.Connect();
        return new ImportMeetings(connection, _key).FindDeparted(roots);
    }

    /// <summary>Forgets what was stored of an earlier, aborted import: this one begins again.</summary>
    public void Restart() => Complete();

    /// <summary>Forgets the position: the import is over, however it ended.</summary>
    public void Complete()
    {
        using var connection = _file.Connect();
        using var transaction = connection.BeginTransaction();
        CorpusMeta.Remove(connection, _positionKey);
        new ImportMeetings(connection, _key).Clear();
        transaction.Commit();
        Position = null;
        Forget();
    }

    private void Forget()
    {
        _pending.Clear();
        _pendingHashes.Clear();
        _pendingIds.Clear();
        _unchanged.Clear();
        _skips.Clear();
        PendingBlocks = 0;
    }

    private static void Check(IReadOnlyList<BlockCut> cuts, string givenId, string text)
    {
        var end = 0;
        foreach (var block in cuts)
        {
            if (block.Start < end || block.End <= block.Start || block.End > text.Length)
            {
                throw new ArgumentException($"Block [{block.Start}, {block.End}) of document {givenId} is empty, or overlaps the one before that ends at "
                    + $"{end}, or leaves the text of {text.Length} characters.", nameof(cuts));
            }
            end = block.End;
        }
    }

    private bool HasLayouts(long id)
    {
        using var connection = _file.Connect();
        using var command = Sql.Command(connection, "SELECT 1 FROM page_layouts WHERE document_id = $id LIMIT 1", ("$id", id));
        return command.ExecuteScalar() is not null;
    }

    private StoredIdentity Find(string givenId, string origin, byte[] hash)
    {
        using var connection = _file.Connect();
        return new DocumentIdentity(connection).Find(givenId, origin, hash);
    }
}
