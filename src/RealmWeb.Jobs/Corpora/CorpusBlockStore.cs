using RealmWeb.Data.Corpora;
using RealmWeb.Engine.Corpora;

namespace RealmWeb.Jobs.Corpora;

/// <summary>The blocks of a stored corpus, as the engine reads them.</summary>
public sealed class CorpusBlockStore(CorpusStore corpus) : IBlockStore
{
    public long CountBlocks() => corpus.Info().Blocks;

    public IReadOnlyList<StoredBlock> GetBlocks(IReadOnlyList<long> rows) => [.. corpus.Blocks.Get(rows).Select(Stored)];

    public IEnumerable<StoredBlock> EnumerateBlocks(long afterRow = 0) => corpus.Blocks.Enumerate(afterRow).Select(Stored);

    public IEnumerable<long> EnumerateRows() => corpus.Blocks.EnumerateRows();

    public IReadOnlySet<long> LiveRows(IReadOnlyCollection<long> rows) => corpus.Blocks.LiveRows(rows);

    public IReadOnlyDictionary<long, string> SourceIds(IReadOnlyCollection<long> documents) => corpus.Documents.SourceIds(documents);

    private static StoredBlock Stored(BlockRow block) =>
        new(block.Row, new Block(block.BlockId, block.Title, block.Text, block.Start, block.End, block.Context), block.DocumentId);
}
