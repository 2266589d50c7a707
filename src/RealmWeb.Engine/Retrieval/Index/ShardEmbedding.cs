using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Progress;

namespace RealmWeb.Engine.Retrieval.Index;

/// <summary>Embeds the shards of a build that are missing. Any number of processes may do so at once.</summary>
/// <param name="former">Vectors of the generation before, which are not embedded again; null where there are none.</param>
internal sealed class ShardEmbedding(
    IndexRequest request, FormerVectors? former, TimeProvider time, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
{
    private readonly string _building = request.Building;
    private readonly int _dimension = request.Encoder.Dimension;

    /// <summary>Embeds what no other process embeds.</summary>
    /// <param name="isDone">Whether the build is past embedding, so that shards that are missing are missing on purpose.</param>
    /// <returns>Number of shards; null where another process still holds one that is missing.</returns>
    public int? Run(Func<bool> isDone)
    {
        var total = request.Blocks.CountBlocks();
        var started = time.GetTimestamp();
        var (shard, done, last) = Whole();
        var resumed = done;
        var isWhole = true;
        foreach (var blocks in request.Blocks.EnumerateBlocks(last).Chunk(IndexBuilder.ShardBlocks))
        {
            cancellationToken.ThrowIfCancellationRequested();
            isWhole &= TryEmbed(shard, blocks, isDone);
            shard++;
            done += blocks.Length;
            var rate = (done - resumed) / Math.Max(1e-3, time.GetElapsedTime(started).TotalSeconds);
            progress?.Report(new OperationProgress("Embedding passages", done, Math.Max(total, done), "passages", rate));
        }
        return isWhole ? shard : null;
    }

    // What a killed build left is used up to the first shard that is missing or that the disk damaged.
    private (int Shards, long Blocks, long LastRow) Whole()
    {
        var (shards, blocks, last) = (0, 0L, 0L);
        while (ShardFile.ReadRows(GenerationFiles.Shard(_building, shards), _dimension) is { Length: > 0 } rows)
            (shards, blocks, last) = (shards + 1, blocks + rows.Distinct().Count(), rows[^1]);
        return (shards, blocks, last);
    }

    private bool TryEmbed(int shard, StoredBlock[] blocks, Func<bool> isDone)
    {
        var path = GenerationFiles.Shard(_building, shard);
        using var claim = ShardClaim.TryTake(_building, shard);
        if (claim is null)
            return false;
        if (ShardFile.ReadRows(path, _dimension).Length == 0 && !isDone())
            Embed(path, blocks);
        return true;
    }

    private void Embed(string path, StoredBlock[] blocks)
    {
        var texts = blocks.SelectMany(block => BlockHalves.Texts(block.Block, request.Encoder.EmbedsHalves).Select(text => (block.Row, Text: text))).ToArray();
        var vectors = new float[texts.Length * _dimension];
        var fresh = new List<int>(texts.Length);
        for (var i = 0; i < texts.Length; i++)
        {
            if (former is null || !former.TryCopy(texts[i].Text, vectors.AsSpan(i * _dimension, _dimension)))
                fresh.Add(i);
        }
        if (fresh.Count > 0)
        {
            var encoded = request.Encoder.Encode([.. fresh.Select(i => texts[i].Text)], cancellationToken);
            for (var i = 0; i < fresh.Count; i++)
                encoded.AsSpan(i * _dimension, _dimension).CopyTo(vectors.AsSpan(fresh[i] * _dimension));
        }
        ShardFile.Write(path, VectorShard.Of(texts, vectors));
    }
}
