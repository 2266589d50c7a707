using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Retrieval.Index;

/// <summary>Queries that the recall of a partitioned index is measured with: a sentence each of evenly spread blocks, which is what pre-training asks for and
/// no
/// vector of the index.</summary>
internal static class RecallQueries
{
    private const int Most = 256;

    /// <summary>Their vectors, row-major; empty for an index without partitions.</summary>
    /// <param name="shards">What the index holds.</param>
    /// <param name="count">Vectors in it.</param>
    public static float[] Encode(IndexRequest request, Func<IEnumerable<VectorShard>> shards, long count, CancellationToken cancellationToken)
    {
        if ((request.Options.Partitions ?? Partitioner.CountFor(count)) == 0)
            return [];
        var every = Math.Max(1, count / Most);
        var rows = shards().SelectMany(shard => shard.Rows).Where((_, i) => i % every == 0).ToList();
        return request.Encoder.EncodeQueries([.. request.Blocks.GetBlocks(rows).Select(block => MiddleSentence(block.Block.Text))], cancellationToken);
    }

    private static string MiddleSentence(string text)
    {
        var sentences = SentenceSplitter.Split(text);
        return sentences.Count == 0 ? text : sentences[sentences.Count / 2].Of(text);
    }
}
