namespace RealmWeb.Engine.Corpora;

/// <summary>A block with the row that indexes and candidates refer to it by.</summary>
/// <param name="Row">Identity of the block within its corpus; never reused, grows with insertion.</param>
/// <param name="Block">Title, text and offsets.</param>
/// <param name="DocumentId">Identity of the document within its corpus.</param>
public readonly record struct StoredBlock(long Row, Block Block, long DocumentId);

/// <summary>Reads the blocks of one corpus. Implementations are safe for concurrent readers.</summary>
public interface IBlockStore
{
    /// <summary>Number of live blocks (those of deleted documents do not count).</summary>
    long CountBlocks();

    /// <summary>Blocks by row, in the order asked for; rows that are gone (deleted documents) are left out.</summary>
    IReadOnlyList<StoredBlock> GetBlocks(IReadOnlyList<long> rows);

    /// <summary>All live blocks with a row above <paramref name="afterRow"/>, by row, streamed.</summary>
    IEnumerable<StoredBlock> EnumerateBlocks(long afterRow = 0);

    /// <summary>Rows of all live blocks, ascending.</summary>
    IEnumerable<long> EnumerateRows() => EnumerateBlocks().Select(block => block.Row);

    /// <summary><see cref="Document.SourceId"/> of documents by <see cref="StoredBlock.DocumentId"/>; those that are gone are left out.</summary>
    IReadOnlyDictionary<long, string> SourceIds(IReadOnlyCollection<long> documents);

    /// <summary>Which of these rows belong to documents that still exist.</summary>
    IReadOnlySet<long> LiveRows(IReadOnlyCollection<long> rows);
}
