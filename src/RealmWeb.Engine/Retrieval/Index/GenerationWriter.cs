using System.IO.Hashing;
using System.IO.MemoryMappedFiles;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Progress;
using RealmWeb.Engine.Retrieval.Scan;
using RealmWeb.Engine.Tensors;

namespace RealmWeb.Engine.Retrieval.Index;

/// <summary>Lays vectors out as a generation's file: partitions, codes, bounds, checksums.</summary>
/// <remarks>The shards are read twice, one at a time (once, without partitions). Memory is a few bytes a vector for the partition of each, and pages of
/// the file that the system may write back whenever it likes.</remarks>
public static unsafe class GenerationWriter
{
    private const int SamplePerPartition = 64;

    /// <summary>Writes vectors.realm and manifest.json into a folder, and measures recall.</summary>
    /// <param name="folder">Must exist; belongs to nobody else.</param>
    /// <param name="shards">Gives the same shards at every call.</param>
    /// <param name="count">Vectors in all shards.</param>
    /// <param name="recallQueries">Queries to measure recall with, row-major [n, d]; empty to measure nothing.</param>
    /// <param name="manifest">Versions, model and time; the rest is filled in.</param>
    /// <exception cref="IndexException">The shards are not what was promised.</exception>
    /// <exception cref="ArgumentException">A vector is not finite.</exception>
    public static GenerationManifest Write(
        string folder, Func<IEnumerable<VectorShard>> shards, long count, int dimension, GenerationOptions options, ReadOnlyMemory<float> recallQueries,
        (string CorpusVersion, string ModelVersion, string Model, DateTimeOffset At) manifest, IProgress<OperationProgress>? progress,
            CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(shards);
        ArgumentNullException.ThrowIfNull(options);
        if (count > int.MaxValue)
            throw new ArgumentException(
                $"{count} vectors are more than one generation holds ({int.MaxValue}). Share the corpus out to several.", nameof(count));
        var partitions = (int)Math.Min(options.Partitions ?? Partitioner.CountFor(count), Math.Min(count, ushort.MaxValue));
        using var partitioner = partitions > 0 ? Train(shards, count, dimension, partitions, progress, cancellationToken) : null;
        var (assigned, starts) = partitioner is null ? (null, []) : Assign(partitioner, shards, count, dimension, partitions, progress, cancellationToken);
        var table = new SectionTable(count, dimension, options.Vectors, partitions);
        var path = GenerationFiles.Vectors(folder);
        ulong own;
        long blocks;
        // Allocated beforehand: a full disk is an error here, and not a fault of memory later.
        using (var stream = new FileStream(
            path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.ReadWrite, PreallocationSize = table.FileBytes }))
        {
            stream.SetLength(table.FileBytes);
            using (var file = MemoryMappedFile.CreateFromFile(
                stream, null, table.FileBytes, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true))
            using (var view = file.CreateViewAccessor(0, table.FileBytes))
            {
                byte* start = null;
                view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
                try
                {
                    blocks = Place(start, table, shards, assigned, starts, progress, cancellationToken);
                    if (partitioner is not null)
                        partitioner.Centroids().CopyTo(new Span<float>(start + table.Offset(Section.Centroids), partitions * dimension));
                    Encode(start, table, progress, cancellationToken);
                    own = Seal(start, table);
                }
                finally
                {
                    view.SafeMemoryMappedViewHandle.ReleasePointer();
                }
                view.Flush();
            }
            stream.Flush(flushToDisk: true);
        }
        var written = new GenerationManifest(
            GenerationManifest.CurrentFormat, manifest.CorpusVersion, manifest.ModelVersion, manifest.Model, count, dimension, options.Vectors, partitions, [],
                0, manifest.At,
            GenerationManifest.Hex(own), "")
        {
            Blocks = options.Halves ? blocks : null,
        };
        if (partitions > 0 && recallQueries.Length > 0)
        {
            using var index = DenseBlockIndex.Open(folder, written, verify: false);
            written = written with
            {
                Recall = RecallMeasurement.Measure(index, recallQueries, cancellationToken),
                RecallQueries = recallQueries.Length / dimension,
            };
        }
        written.Write(folder);
        return written;
    }

    private static Partitioner Train(
        Func<IEnumerable<VectorShard>> shards, long count, int dimension, int partitions, IProgress<OperationProgress>? progress,
            CancellationToken cancellationToken)
    {
        progress?.Report(new OperationProgress("Partitioning passages", 0, count, "passages", 0));
        var wanted = Math.Min(Math.Min(count, (long)partitions * SamplePerPartition), Array.MaxLength / dimension);
        var sample = new float[wanted * dimension];
        long seen = 0, taken = 0;
        foreach (var shard in shards())
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var i = 0; i < shard.Rows.Length; i++, seen++)
            {
                // Evenly spread over all shards.
                if (taken < wanted && seen == taken * count / wanted)
                    shard.Vectors.AsSpan(i * dimension, dimension).CopyTo(sample.AsSpan((int)(taken++ * dimension)));
            }
        }
        if (taken < wanted)
            throw new IndexException("", $"The shards hold {seen} vectors where {count} were promised. Build the index again.");
        return Partitioner.Train(sample, dimension, partitions, cancellationToken);
    }

    private static (ushort[] Assigned, long[] Starts) Assign(
        Partitioner partitioner, Func<IEnumerable<VectorShard>> shards, long count, int dimension, int partitions, IProgress<OperationProgress>? progress,
            CancellationToken cancellationToken)
    {
        var assigned = new ushort[count];
        var done = 0;
        foreach (var shard in shards())
        {
            cancellationToken.ThrowIfCancellationRequested();
            partitioner.Assign(shard.Vectors, dimension, assigned.AsSpan(done, shard.Rows.Length));
            done += shard.Rows.Length;
            progress?.Report(new OperationProgress("Partitioning passages", done, count, "passages", 0));
        }
        var starts = new long[partitions + 1];
        foreach (var partition in assigned)
            starts[partition + 1]++;
        for (var p = 0; p < partitions; p++)
            starts[p + 1] += starts[p];
        return (assigned, starts);
    }

    // Vectors, rows, ids and the order of rows; returns the number of blocks.
    private static long Place(
        byte* start, SectionTable table, Func<IEnumerable<VectorShard>> shards, ushort[]? assigned, long[] starts, IProgress<OperationProgress>? progress,
            CancellationToken cancellationToken)
    {
        var d = table.Dimension;
        var rows = (long*)(start + table.Offset(Section.Rows));
        var order = (int*)(start + table.Offset(Section.Order));
        var ids = start + table.Offset(Section.Ids);
        var vectors = start + table.Offset(Section.Vectors);
        starts.CopyTo(new Span<long>(start + table.Offset(Section.Starts), starts.Length));
        var next = (long[])starts.Clone();
        long done = 0, blocks = 0;
        var (last, repeats) = (long.MinValue, 0);
        foreach (var shard in shards())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (done + shard.Rows.Length > table.Count || shard.Vectors.Length != shard.Rows.Length * d
                || shard.Ids.Length != shard.Rows.Length * SectionTable.IdBytes)
                throw new IndexException("", $"The shards hold more than the {table.Count} vectors of width {d} that were promised. Build the index again.");
            for (var i = 0; i < shard.Rows.Length; i++, done++)
            {
                repeats = shard.Rows[i] == last ? repeats + 1 : 0;
                if (shard.Rows[i] < last || repeats >= BlockHalves.MostTexts)
                    throw new IndexException("", $"Row {shard.Rows[i]} comes after row {last}; shards have ascending rows. Build the index again.");
                last = shard.Rows[i];
                blocks += repeats == 0 ? 1 : 0;
                var vector = shard.Vectors.AsSpan(i * d, d);
                VectorLimits.Require(vector, $"The vector of row {last}");
                var position = assigned is null ? done : next[assigned[done]]++;
                rows[position] = last;
                order[done] = (int)position;
                shard.Ids.AsSpan(i * SectionTable.IdBytes, SectionTable.IdBytes)
                    .CopyTo(new Span<byte>(ids + position * SectionTable.IdBytes, SectionTable.IdBytes));
                var target = vectors + position * table.VectorBytes;
                if (table.Format == VectorFormat.Float32)
                    vector.CopyTo(new Span<float>(target, d));
                else
                    Halves.Narrow(vector, new Span<ushort>(target, d), table.Format);
            }
            progress?.Report(new OperationProgress("Writing vectors", done, table.Count, "passages", 0));
        }
        if (done != table.Count)
            throw new IndexException("", $"The shards hold {done} vectors where {table.Count} were promised. Build the index again.");
        return blocks;
    }

    private static void Encode(byte* start, SectionTable table, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        progress?.Report(new OperationProgress("Encoding vectors", 0, table.Count, "passages", 0));
        var groups = CodeLayout.Groups(table.Count);
        Cores.ForEach((groups + CodeLayout.TileGroups - 1) / CodeLayout.TileGroups, tile =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (scratch, codes) = (new float[table.Dimension], new sbyte[4 * CodeLayout.Quads(table.Dimension)]);
            for (var group = tile * CodeLayout.TileGroups; group < Math.Min(groups, (tile + 1) * CodeLayout.TileGroups); group++)
                EncodeGroup(start, table, group, scratch, codes);
        });
    }

    private static void EncodeGroup(byte* start, SectionTable table, long group, float[] scratch, sbyte[] codes)
    {
        var d = table.Dimension;
        var target = start + table.Offset(Section.Codes) + group * CodeLayout.GroupBytes(d);
        var bounds = (float*)(start + table.Offset(Section.Bounds)) + group * CodeLayout.BoundNumbers;
        bounds[0] = bounds[1] = 0;
        for (var lane = 0; lane < CodeLayout.Lanes && group * CodeLayout.Lanes + lane < table.Count; lane++)
        {
            var source = start + table.Offset(Section.Vectors) + (group * CodeLayout.Lanes + lane) * table.VectorBytes;
            ReadOnlySpan<float> vector;
            if (table.Format == VectorFormat.Float32)
            {
                vector = new ReadOnlySpan<float>(source, d);
            }
            else
            {
                Halves.Widen(new ReadOnlySpan<ushort>(source, d), scratch, table.Format);
                vector = scratch;
            }
            Quantizer.Encode(vector, codes, out var scale, out var residual, out var norm);
            ((float*)target)[lane] = scale;
            bounds[0] = Math.Max(bounds[0], residual);
            bounds[1] = Math.Max(bounds[1], norm);
            for (var quad = 0; quad < codes.Length / 4; quad++)
                codes.AsSpan(quad * 4, 4).CopyTo(new Span<sbyte>(target + CodeLayout.ScaleBytes + (quad * CodeLayout.Lanes + lane) * 4, 4));
        }
    }

    private static ulong Seal(byte* start, SectionTable table)
    {
        var checksums = (ulong*)(start + table.Offset(Section.Checksums));
        foreach (var section in Enum.GetValues<Section>().Where(section => section != Section.Checksums))
        {
            var size = table.BytesPerChunk(section);
            Cores.ForEach(table.ChunksOf(section), chunk =>
            {
                var length = (int)Math.Min(size, table.Length(section) - chunk * size);
                checksums[table.FirstChunk(section) + chunk] =
                    XxHash3.HashToUInt64(new ReadOnlySpan<byte>(start + table.Offset(section) + chunk * size, length));
            });
        }
        var all = new XxHash3();
        for (long chunk = 0; chunk < table.Chunks; chunk += 1 << 20)
            all.Append(new ReadOnlySpan<byte>(checksums + chunk, (int)Math.Min(1 << 20, table.Chunks - chunk) * sizeof(ulong)));
        return GenerationHeader.Write(new Span<byte>(start, SectionTable.HeaderBytes), table, all.GetCurrentHashAsUInt64());
    }
}
