using System.Runtime.InteropServices;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Training;

namespace RealmWeb.Engine.Retrieval;

/// <summary>Embeds the blocks of a corpus into a new generation. Paper §3.3.</summary>
/// <remarks>Stage, verify, commit: shards are written beside the old generation, merged, checked and published by one rename. A build that was
/// killed goes on after its last whole shard; the same corpus and model built twice are the same generation and cost nothing.</remarks>
public static class IndexBuilder
{
    /// <summary>Blocks in a shard: what is lost at most when the process is killed.</summary>
    public const int ShardBlocks = 1024;

    /// <summary>Builds the generation of (corpus version, model version) and makes it the one that answers.</summary>
    /// <param name="indexFolder">The corpus's index folder; made when missing.</param>
    /// <param name="corpusVersion">Changes whenever a block is added or removed.</param>
    /// <param name="modelName">Name of the model, for people.</param>
    /// <returns>Name of the generation.</returns>
    public static string Build(
        string indexFolder, IBlockStore blocks, string corpusVersion, IBlockEncoder encoder, string modelName,
        TimeProvider time, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        ArgumentNullException.ThrowIfNull(encoder);
        var generation = $"g{corpusVersion}-{encoder.ModelVersion[..8]}";
        var folder = Path.Combine(indexFolder, generation);
        if (Directory.Exists(folder))
        {
            try
            {
                DenseBlockIndex.Open(folder, verify: true).Dispose();
                IndexFolder.Switch(indexFolder, generation);
                return generation;
            }
            catch (IndexException)
            {
                // A damaged generation of the same name is of no use to anyone.
                Directory.Delete(folder, recursive: true);
            }
        }

        var building = GenerationFiles.Building(indexFolder, generation);
        Directory.CreateDirectory(building);
        var count = WriteShards(building, blocks, encoder, time, progress, cancellationToken, out var shards);
        Merge(building, shards, encoder.Dimension);
        new GenerationManifest(
            GenerationManifest.CurrentFormat, corpusVersion, encoder.ModelVersion, modelName, count, encoder.Dimension,
            GenerationManifest.Checksum(GenerationFiles.Vectors(building)), GenerationManifest.Checksum(GenerationFiles.Rows(building)), time.GetUtcNow())
            .Write(building);
        for (var shard = 0; shard < shards; shard++)
            File.Delete(GenerationFiles.Shard(building, shard));
        DenseBlockIndex.Open(building, verify: true).Dispose();
        Directory.Move(building, folder);
        IndexFolder.Switch(indexFolder, generation);
        foreach (var abandoned in Directory.EnumerateDirectories(indexFolder, "building-*"))
            Directory.Delete(abandoned, recursive: true);
        IndexFolder.Prune(indexFolder);
        return generation;
    }

    private static long WriteShards(
        string building, IBlockStore blocks, IBlockEncoder encoder, TimeProvider time, IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken, out int shards)
    {
        var total = blocks.CountBlocks();
        var started = time.GetTimestamp();
        long done = 0, skipped = 0, after = 0;
        shards = 0;
        // What a killed build left is used up to the first shard that is missing or that the disk damaged.
        while (ReadShardRows(GenerationFiles.Shard(building, shards), encoder.Dimension) is { Length: > 0 } rows)
        {
            done += rows.Length;
            after = rows[^1];
            shards++;
        }
        skipped = done;
        foreach (var shard in blocks.EnumerateBlocks(after).Chunk(ShardBlocks))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var vectors = encoder.Encode([.. shard.Select(block => block.Block)], cancellationToken);
            WriteShard(GenerationFiles.Shard(building, shards++), [.. shard.Select(block => block.Row)], vectors);
            done += shard.Length;
            var rate = (done - skipped) / Math.Max(1e-3, time.GetElapsedTime(started).TotalSeconds);
            progress?.Report(new TrainingProgress("Embedding passages", done, Math.Max(total, done), "passages", rate));
        }
        return done;
    }

    // A shard: int64 count, the rows, then the vectors.
    private static void WriteShard(string path, long[] rows, float[] vectors)
    {
        var part = path + ".part";
        using (var stream = new FileStream(part, FileMode.Create, FileAccess.Write))
        {
            stream.Write(BitConverter.GetBytes((long)rows.Length));
            stream.Write(MemoryMarshal.AsBytes<long>(rows));
            stream.Write(MemoryMarshal.AsBytes<float>(vectors));
            stream.Flush(flushToDisk: true);
        }
        File.Move(part, path, overwrite: true);
    }

    // None where there is no such shard or it is not whole.
    private static long[] ReadShardRows(string path, int dimension)
    {
        if (!File.Exists(path))
            return [];
        using var stream = File.OpenRead(path);
        var header = new byte[sizeof(long)];
        if (stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
            return [];
        var count = BitConverter.ToInt64(header);
        if (count is < 0 or > ShardBlocks || stream.Length != sizeof(long) + count * (sizeof(long) + (long)dimension * sizeof(float)))
            return [];
        var rows = new byte[count * sizeof(long)];
        stream.ReadExactly(rows);
        return MemoryMarshal.Cast<byte, long>(rows).ToArray();
    }

    private static void Merge(string building, int shards, int dimension)
    {
        using var vectors = new FileStream(GenerationFiles.Vectors(building), FileMode.Create, FileAccess.Write);
        using var rows = new FileStream(GenerationFiles.Rows(building), FileMode.Create, FileAccess.Write);
        for (var shard = 0; shard < shards; shard++)
        {
            var path = GenerationFiles.Shard(building, shard);
            var own = ReadShardRows(path, dimension);
            if (own.Length == 0)
                throw new IndexException(path, $"The shard {path} is not whole. Remove the folder {building} and build the index again.");
            rows.Write(MemoryMarshal.AsBytes<long>(own));
            using var source = File.OpenRead(path);
            source.Seek(sizeof(long) * (1 + (long)own.Length), SeekOrigin.Begin);
            source.CopyTo(vectors);
        }
        vectors.Flush(flushToDisk: true);
        rows.Flush(flushToDisk: true);
    }
}
