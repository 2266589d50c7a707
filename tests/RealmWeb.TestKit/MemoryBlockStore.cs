using System.Globalization;
using RealmWeb.Engine.Corpora;

namespace RealmWeb.TestKit;

/// <summary>Blocks in a list; rows count from 1, a block a document. Safe for concurrent readers while nobody deletes.</summary>
public sealed class MemoryBlockStore(IEnumerable<Block> blocks) : IBlockStore
{
    private readonly SortedDictionary<long, StoredBlock> _blocks =
        new(blocks.Select((block, i) => new StoredBlock(i + 1, block, i + 1)).ToDictionary(block => block.Row));

    public long CountBlocks() => _blocks.Count;

    public IReadOnlyList<StoredBlock> GetBlocks(IReadOnlyList<long> rows) => [.. rows.Where(_blocks.ContainsKey).Select(row => _blocks[row])];

    public IEnumerable<StoredBlock> EnumerateBlocks(long afterRow = 0) => _blocks.Values.Where(block => block.Row > afterRow);

    public IEnumerable<long> EnumerateRows() => _blocks.Keys;

    public IReadOnlySet<long> LiveRows(IReadOnlyCollection<long> rows) => rows.Where(_blocks.ContainsKey).ToHashSet();

    /// <summary>A document is called by its number.</summary>
    public IReadOnlyDictionary<long, string> SourceIds(IReadOnlyCollection<long> documents) =>
        documents.Where(_blocks.ContainsKey).ToDictionary(id => id, id => id.ToString(CultureInfo.InvariantCulture));

    /// <summary>Takes a document away, as its deletion does.</summary>
    public void Delete(long row) => _blocks.Remove(row);
}
