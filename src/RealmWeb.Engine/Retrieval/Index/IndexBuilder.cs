using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Progress;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Retrieval.Index;

/// <summary>Embeds the blocks of a corpus into a new generation. Paper §3.3.</summary>
/// <remarks>Stage, verify, commit: shards are written beside the old generation, laid out as one file, checked and published by one rename. A build that
/// was killed goes on with the shards that are missing; several processes may embed shards of the same build; the same corpus and model built twice
/// are the same generation and cost nothing; a block that an earlier generation of the model holds is not embedded again.</remarks>
public static class IndexBuilder
{
    /// <summary>Blocks in a shard: what is lost at most when the process is killed.</summary>
    public const int ShardBlocks = 1024;

    // Held-back queries that recall is measured with: a sentence each of so many blocks.
    private const int RecallQueries = 256;

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(200);

    /// <summary>Builds the generation of (corpus version, model version) and makes it the one that answers. One process of a corpus at a time.</summary>
    /// <param name="indexFolder">The corpus's index folder; made when missing.</param>
    /// <param name="corpusVersion">Changes whenever a block is added or removed.</param>
    /// <param name="modelName">Name of the model, for people.</param>
    /// <param name="known">Index folders in which such a generation may stand already; it is copied instead of built. Folders that do not exist are passed over.</param>
    /// <returns>Name of the generation.</returns>
    /// <exception cref="IndexException">The encoder gives vectors that are not finite, or a shard was damaged on disk.</exception>
    public static string Build(
        string indexFolder, IBlockStore blocks, string corpusVersion, IBlockEncoder encoder, string modelName,
        TimeProvider time, IProgress<OperationProgress>? progress, CancellationToken cancellationToken, GenerationOptions? options = null, IEnumerable<string>? known = null)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(time);
        options ??= GenerationOptions.Default;
        var generation = Name(corpusVersion, encoder, options);
        if (TryReuse(indexFolder, generation) || (TryCopy(known ?? [], indexFolder, generation, corpusVersion, encoder, options) && TryReuse(indexFolder, generation)))
            return generation;

        var building = GenerationFiles.Building(indexFolder, generation);
        using var former = FormerVectors.Open(indexFolder, encoder.ModelVersion, options.Vectors);
        // Of a build that was killed while it put shards together, which may have removed some.
        Directory.CreateDirectory(building);
        File.Delete(GenerationFiles.AllEmbedded(building));
        int shards;
        try
        {
            while ((shards = WriteShards(building, blocks, encoder, former, () => false, time, progress, cancellationToken)) < 0)
            {
                // Another process embeds the last ones.
                cancellationToken.WaitHandle.WaitOne(LookAgain);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        catch (DirectoryNotFoundException gone)
        {
            throw new IndexException(building, $"{building} was removed while an index was built in it. Build the index again.", gone);
        }
        // From here on, shards that are missing are missing on purpose.
        File.WriteAllBytes(GenerationFiles.AllEmbedded(building), []);
        long count = 0;
        for (var shard = 0; shard < shards; shard++)
            count += ShardFile.ReadRows(GenerationFiles.Shard(building, shard), encoder.Dimension).Length;
        IEnumerable<VectorShard> Shards() => Enumerable.Range(0, shards).Select(shard => ShardFile.Read(GenerationFiles.Shard(building, shard), encoder.Dimension));
        Write(building, Shards, count, blocks, corpusVersion, encoder, modelName, options, time, progress, cancellationToken);
        for (var shard = 0; shard < shards; shard++)
            File.Delete(GenerationFiles.Shard(building, shard));
        foreach (var left in Directory.EnumerateFiles(building, "shard-*"))
            File.Delete(left);
        Publish(indexFolder, generation);
        return generation;
    }

    /// <summary>Makes a generation of vectors that were embedded elsewhere, and makes it the one that answers. One process of a corpus at a time.</summary>
    /// <param name="vectors">A vector for each document of the corpus, in the order of its rows; a document that was cut into several blocks has the
    /// same vector for all of them.</param>
    /// <param name="encoder">The model whose questions these vectors are for. A later build with it embeds only what has no vector yet.</param>
    /// <exception cref="IndexException">There are more or fewer vectors than documents, or they are not as wide as the model's, or not finite.</exception>
    /// <inheritdoc cref="Build"/>
    public static string Take(
        GivenVectors vectors, string indexFolder, IBlockStore blocks, string corpusVersion, IBlockEncoder encoder, string modelName,
        TimeProvider time, IProgress<OperationProgress>? progress, CancellationToken cancellationToken, GenerationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        ArgumentNullException.ThrowIfNull(blocks);
        ArgumentNullException.ThrowIfNull(encoder);
        options ??= GenerationOptions.Default;
        if (vectors.Dimension != encoder.Dimension)
            throw new IndexException(vectors.Path, $"The vectors of {vectors.Path} are {vectors.Dimension} wide, those of {modelName} {encoder.Dimension}. Name the model that they belong to.");
        // What answers stays until the new one has been verified.
        var name = $"{Name(corpusVersion, encoder, options)}-given";
        var generation = Enumerable.Range(1, int.MaxValue).Select(number => $"{name}{number}").First(free => !Directory.Exists(Path.Combine(indexFolder, free)));
        var building = GenerationFiles.Building(indexFolder, generation);
        if (Directory.Exists(building))
            Directory.Delete(building, recursive: true);
        Directory.CreateDirectory(building);
        Write(building, () => vectors.Shards(blocks, cancellationToken), blocks.CountBlocks(), blocks, corpusVersion, encoder, modelName, options, time, progress, cancellationToken);
        Publish(indexFolder, generation);
        return generation;
    }

    /// <summary>Embeds shards of a build that another process finishes, or has not begun yet: what <see cref="Build"/> does first, without the rest.
    /// Any number of processes may do so at once.</summary>
    /// <returns>False where other processes were still at work on some of the shards.</returns>
    public static bool EncodeShards(
        string indexFolder, IBlockStore blocks, string corpusVersion, IBlockEncoder encoder,
        TimeProvider time, IProgress<OperationProgress>? progress, CancellationToken cancellationToken, GenerationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(time);
        options ??= GenerationOptions.Default;
        var generation = Name(corpusVersion, encoder, options);
        var building = GenerationFiles.Building(indexFolder, generation);
        if (IsDone())
            return true;
        using var former = FormerVectors.Open(indexFolder, encoder.ModelVersion, options.Vectors);
        Directory.CreateDirectory(building);
        try
        {
            return WriteShards(building, blocks, encoder, former, IsDone, time, progress, cancellationToken) >= 0;
        }
        catch (IOException) when (IsDone())
        {
            // The generation was published, and the folder of its shards is gone.
            return true;
        }

        bool IsDone() => File.Exists(GenerationFiles.AllEmbedded(building)) || Directory.Exists(Path.Combine(indexFolder, generation));
    }

    private static void Write(
        string building, Func<IEnumerable<VectorShard>> shards, long count, IBlockStore blocks, string corpusVersion, IBlockEncoder encoder, string modelName,
        GenerationOptions options, TimeProvider time, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        try
        {
            GenerationWriter.Write(
                building, shards, count, encoder.Dimension, options, Queries(blocks, encoder, shards, count, options, cancellationToken),
                (corpusVersion, encoder.ModelVersion, modelName, time.GetUtcNow()), progress, cancellationToken);
        }
        catch (ArgumentException notFinite)
        {
            throw new IndexException(building, $"The index cannot be built with {modelName}: {notFinite.Message}", notFinite);
        }
    }

    private static void Publish(string indexFolder, string generation)
    {
        var building = GenerationFiles.Building(indexFolder, generation);
        DenseBlockIndex.Open(building, verify: true).Dispose();
        var published = Path.Combine(indexFolder, generation);
        Directory.Move(building, published);
        File.Delete(GenerationFiles.AllEmbedded(published));
        IndexFolder.Switch(indexFolder, generation);
        foreach (var abandoned in Directory.EnumerateDirectories(indexFolder, "building-*").Where(abandoned => !IsWorkedOn(abandoned)))
            Directory.Delete(abandoned, recursive: true);
        IndexFolder.Prune(indexFolder);
    }

    // Another layout is another generation: what answers is never written over.
    private static string Name(string corpusVersion, IBlockEncoder encoder, GenerationOptions options)
    {
        var vectors = options.Vectors switch { VectorFormat.Float16 => "-f16", VectorFormat.BFloat16 => "-bf16", _ => "" };
        return $"g{corpusVersion}-{encoder.ModelVersion[..8]}{vectors}{(options.Partitions is { } partitions ? $"-p{partitions}" : "")}";
    }

    private static bool TryReuse(string indexFolder, string generation)
    {
        var folder = Path.Combine(indexFolder, generation);
        if (!Directory.Exists(folder))
            return false;
        try
        {
            DenseBlockIndex.Open(folder, verify: true).Dispose();
            IndexFolder.Switch(indexFolder, generation);
            return true;
        }
        catch (IndexException)
        {
            // A damaged generation of the same name is of no use to anyone.
            Directory.Delete(folder, recursive: true);
            return false;
        }
    }

    // Brings a finished generation of this corpus and these weights, in a layout that serves, here from another index folder.
    private static bool TryCopy(IEnumerable<string> known, string indexFolder, string generation, string corpusVersion, IBlockEncoder encoder, GenerationOptions options)
    {
        // Removed with the next build, should this one be killed.
        var part = GenerationFiles.Building(indexFolder, $"{generation}-copy");
        foreach (var found in known.SelectMany(Finished))
        {
            try
            {
                var manifest = GenerationManifest.Read(found);
                if (manifest.ModelVersion != encoder.ModelVersion || manifest.CorpusVersion != corpusVersion || manifest.Vectors != options.Vectors
                    || (options.Partitions is { } partitions && manifest.Partitions != partitions))
                    continue;
                Directory.CreateDirectory(part);
                foreach (var file in Directory.EnumerateFiles(found))
                    File.Copy(file, Path.Combine(part, Path.GetFileName(file)), overwrite: true);
                Directory.Move(part, Path.Combine(indexFolder, generation));
                return true;
            }
            catch (Exception failure) when (failure is IndexException or IOException or UnauthorizedAccessException)
            {
                // Damaged, or removed meanwhile, or no room for two: it is built.
                if (Directory.Exists(part))
                    Directory.Delete(part, recursive: true);
            }
        }
        return false;
    }

    private static string[] Finished(string indexFolder)
    {
        try
        {
            return [.. Directory.EnumerateDirectories(indexFolder).Where(found => !IndexFolder.IsUnfinished(found) && File.Exists(GenerationFiles.Manifest(found)))];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Not there, or no more.
            return [];
        }
    }

    // Number of shards; -1 where another process still holds one that is missing.
    private static int WriteShards(
        string building, IBlockStore blocks, IBlockEncoder encoder, FormerVectors? former, Func<bool> isDone, TimeProvider time, IProgress<OperationProgress>? progress,
        CancellationToken cancellationToken)
    {
        var total = blocks.CountBlocks();
        var started = time.GetTimestamp();
        long done = 0, after = 0;
        var number = 0;
        var whole = true;
        // What a killed build left is used up to the first shard that is missing or that the disk damaged.
        while (ShardFile.ReadRows(GenerationFiles.Shard(building, number), encoder.Dimension) is { Length: > 0 } rows)
        {
            done += rows.Length;
            after = rows[^1];
            number++;
        }
        var resumed = done;
        foreach (var shard in blocks.EnumerateBlocks(after).Chunk(ShardBlocks))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var path = GenerationFiles.Shard(building, number);
            using (var claim = TryClaim(GenerationFiles.Claim(building, number)))
            {
                if (claim is null)
                    whole = false;
                else if (ShardFile.ReadRows(path, encoder.Dimension).Length == 0 && !isDone())
                    Encode(path, shard, encoder, former, cancellationToken);
            }
            number++;
            done += shard.Length;
            var rate = (done - resumed) / Math.Max(1e-3, time.GetElapsedTime(started).TotalSeconds);
            progress?.Report(new OperationProgress("Embedding passages", done, Math.Max(total, done), "passages", rate));
        }
        return whole ? number : -1;
    }

    private static void Encode(string path, StoredBlock[] shard, IBlockEncoder encoder, FormerVectors? former, CancellationToken cancellationToken)
    {
        var d = encoder.Dimension;
        var vectors = new float[shard.Length * d];
        var fresh = new List<int>(shard.Length);
        for (var i = 0; i < shard.Length; i++)
        {
            if (former is null || !former.TryCopy(shard[i].Block, vectors.AsSpan(i * d, d)))
                fresh.Add(i);
        }
        if (fresh.Count > 0)
        {
            var encoded = encoder.Encode([.. fresh.Select(i => shard[i].Block)], cancellationToken);
            for (var i = 0; i < fresh.Count; i++)
                encoded.AsSpan(i * d, d).CopyTo(vectors.AsSpan(fresh[i] * d));
        }
        ShardFile.Write(path, VectorShard.Of(shard, vectors));
    }

    // Evenly spread blocks, the middle sentence of each: what pre-training asks for, and no vector of the index.
    private static float[] Queries(
        IBlockStore blocks, IBlockEncoder encoder, Func<IEnumerable<VectorShard>> shards, long count, GenerationOptions options, CancellationToken cancellationToken)
    {
        if ((options.Partitions ?? Partitioner.CountFor(count)) == 0)
            return [];
        var every = Math.Max(1, count / RecallQueries);
        var rows = new List<long>();
        long seen = 0;
        foreach (var row in shards().SelectMany(shard => shard.Rows))
        {
            if (seen++ % every == 0)
                rows.Add(row);
        }
        return encoder.EncodeQueries([.. blocks.GetBlocks(rows).Select(block => MiddleSentence(block.Block.Text))], cancellationToken);
    }

    private static string MiddleSentence(string text)
    {
        var sentences = SentenceSplitter.Split(text);
        return sentences.Count == 0 ? text : text[sentences[sentences.Count / 2].Start..sentences[sentences.Count / 2].End];
    }

    // The operating system gives the lock back when its holder dies.
    private static FileStream? TryClaim(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException held) when (held is not DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static bool IsWorkedOn(string building) => Directory.EnumerateFiles(building, "*.claim").Any(claim =>
    {
        using var own = TryClaim(claim);
        return own is null;
    });
}
