using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Progress;
using RealmWeb.Files;

namespace RealmWeb.Engine.Retrieval.Index;

/// <summary>Embeds the blocks of a corpus into a new generation. Paper §3.3.</summary>
/// <remarks>Stage, verify, commit: shards are written beside the old generation, laid out as one file, checked and published by one rename. A build that
/// was killed goes on with the shards that are missing; several processes may embed shards of the same build; the same corpus and model built twice
/// are the same generation and cost nothing; a block that an earlier generation of the model holds is not embedded again.</remarks>
public static class IndexBuilder
{
    /// <summary>Blocks in a shard: what is lost at most when the process is killed.</summary>
    public const int ShardBlocks = 1024;

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(200);

    /// <summary>Builds the generation of (corpus version, model version) and makes it the one that answers. One process of a corpus at a time.</summary>
    /// <returns>Name of the generation.</returns>
    /// <exception cref="IndexException">The encoder gives vectors that are not finite, or a shard was damaged on disk.</exception>
    public static string Build(IndexRequest request, TimeProvider time, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(time);
        if (GenerationPublisher.TryReuse(request))
            return request.Generation;
        DiskRoom.Require(request.Folder, "The index build", BytesFor(
            request.Blocks.CountBlocks() * (request.Encoder.EmbedsHalves ? BlockHalves.MostTexts : 1), request.Encoder.Dimension, request.Options));
        var building = request.Building;
        using var former = FormerVectors.Open(request.Folder, request.Encoder.ModelVersion, request.Options.Vectors);
        // Of a build that was killed while it put shards together, which may have removed some.
        Directory.CreateDirectory(building);
        File.Delete(GenerationFiles.AllEmbedded(building));
        var shards = EmbedAll(new ShardEmbedding(request, former, time, progress, cancellationToken), building, cancellationToken);
        // From here on, shards that are missing are missing on purpose.
        File.WriteAllBytes(GenerationFiles.AllEmbedded(building), []);
        Write(request, building, () => Shards(request, shards), Count(request, shards), request.Encoder.EmbedsHalves, time, progress, cancellationToken);
        for (var shard = 0; shard < shards; shard++)
            File.Delete(GenerationFiles.Shard(building, shard));
        foreach (var left in Directory.EnumerateFiles(building, "shard-*"))
            File.Delete(left);
        GenerationPublisher.Publish(request.Folder, request.Generation);
        return request.Generation;
    }

    /// <summary>Builds the generation and opens it.</summary>
    /// <inheritdoc cref="Build"/>
    public static DenseBlockIndex BuildAndOpen(
        IndexRequest request, TimeProvider time, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        Directory.CreateDirectory(request.Folder);
        Build(request, time, progress, cancellationToken);
        return IndexFolder.OpenCurrent(request.Folder)!;
    }

    /// <summary>Makes a generation of vectors that were embedded elsewhere, and makes it the one that answers. One process of a corpus at a time.</summary>
    /// <param name="request">Its encoder is the model whose questions these vectors are for. A later build with it embeds only what has no vector yet.</param>
    /// <param name="vectors">A vector for each document of the corpus, in the order of its rows; a document that was cut into several blocks has the
    /// same vector for all of them.</param>
    /// <exception cref="IndexException">There are more or fewer vectors than documents, or they are not as wide as the model's, or not finite.</exception>
    /// <inheritdoc cref="Build"/>
    public static string BuildFromVectors(
        IndexRequest request, GivenVectors vectors, TimeProvider time, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(vectors);
        if (vectors.Dimension != request.Encoder.Dimension)
            throw new IndexException(
                vectors.Path,
                $"The vectors of {vectors.Path} are {vectors.Dimension} wide, those of {request.ModelName} {request.Encoder.Dimension}. Name the model that "
                    + $"they belong to.");
        // What answers stays until the new one has been verified.
        var generation = Enumerable.Range(1, int.MaxValue).Select(number => $"{request.Generation}-given{number}")
            .First(free => !Directory.Exists(Path.Combine(request.Folder, free)));
        var building = GenerationFiles.Building(request.Folder, generation);
        if (Directory.Exists(building))
            Directory.Delete(building, recursive: true);
        Directory.CreateDirectory(building);
        Write(
            request, building, () => vectors.Shards(request.Blocks, cancellationToken), request.Blocks.CountBlocks(), halves: false, time, progress,
            cancellationToken);
        GenerationPublisher.Publish(request.Folder, generation);
        return generation;
    }

    /// <summary>Embeds shards of a build that another process finishes, or has not begun yet: what <see cref="Build"/> does first, without the rest.
    /// Any number of processes may do so at once.</summary>
    /// <returns>False where other processes were still at work on some of the shards.</returns>
    public static bool EmbedShards(IndexRequest request, TimeProvider time, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(time);
        if (IsDone())
            return true;
        using var former = FormerVectors.Open(request.Folder, request.Encoder.ModelVersion, request.Options.Vectors);
        Directory.CreateDirectory(request.Building);
        try
        {
            return new ShardEmbedding(request, former, time, progress, cancellationToken).Run(IsDone) is not null;
        }
        catch (IOException) when (IsDone())
        {
            // The generation was published, and the folder of its shards is gone.
            return true;
        }

        bool IsDone() => File.Exists(GenerationFiles.AllEmbedded(request.Building)) || Directory.Exists(Path.Combine(request.Folder, request.Generation));
    }

    private static int EmbedAll(ShardEmbedding embedding, string building, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                if (embedding.Run(isDone: () => false) is { } shards)
                    return shards;
                // Another process embeds the last ones.
                cancellationToken.WaitHandle.WaitOne(LookAgain);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        catch (DirectoryNotFoundException gone)
        {
            throw new IndexException(building, $"{building} was removed while an index was built in it. Build the index again.", gone);
        }
    }

    private static long Count(IndexRequest request, int shards) => Enumerable.Range(0, shards)
        .Sum(shard => (long)ShardFile.ReadRows(GenerationFiles.Shard(request.Building, shard), request.Encoder.Dimension).Length);

    private static IEnumerable<VectorShard> Shards(IndexRequest request, int shards) =>
        Enumerable.Range(0, shards).Select(shard => ShardFile.Read(GenerationFiles.Shard(request.Building, shard), request.Encoder.Dimension));

    // The shards, and the file that they are put together to. Those that a killed build left are counted too: they are small beside the room that is asked for.
    private static long BytesFor(long count, int dimension, GenerationOptions options) =>
        new SectionTable(count, dimension, options.Vectors, options.Partitions ?? Partitioner.CountFor(count)).FileBytes
        + count * (sizeof(long) + SectionTable.IdBytes + (long)dimension * sizeof(float));

    private static void Write(
        IndexRequest request, string building, Func<IEnumerable<VectorShard>> shards, long count, bool halves, TimeProvider time,
        IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        try
        {
            GenerationWriter.Write(
                building, shards, count, request.Encoder.Dimension, request.Options with { Halves = halves },
                RecallQueries.Encode(request, shards, count, cancellationToken),
                (request.CorpusVersion, request.Encoder.ModelVersion, request.ModelName, time.GetUtcNow()), progress, cancellationToken);
        }
        catch (ArgumentException notFinite)
        {
            throw new IndexException(building, $"The index cannot be built with {request.ModelName}: {notFinite.Message}", notFinite);
        }
    }
}
