using System.Runtime.CompilerServices;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Retrieval.Scan;
using RealmWeb.Engine.Tensors;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Retrieval.Index;

/// <summary>Maximum inner product search over one memory-mapped generation. Immutable; safe for concurrent searches.</summary>
/// <remarks>8-bit codes are scanned, and every vector that their error bound cannot rule out is scored again from its stored numbers: what comes back
/// is the exact top k of what was scanned, all of it unless the caller settles for less (<see cref="SearchOptions.Recall"/>).
/// docs/decisions/0011-inner-product-search.md.</remarks>
public sealed unsafe class DenseBlockIndex : IBlockIndex
{
    // So few vectors are scanned faster by one core than a second is woken.
    private const int GroupsForOneCore = 4 * CodeLayout.TileGroups;

    // Fewer queries are scanned for faster than vectors are brought to a device.
    private const int LeastForProducts = 16;

    // Codes of so many groups stay in a core's cache while all queries of a batch pass over them.
    private const int GroupsPerPass = 32;

    private readonly MappedGeneration _file;
    private readonly PartitionTable? _partitions;
    private readonly DeviceVectors? _products;
    private readonly ConditionalWeakTable<RowFilter, ushort[]> _filters = [];

    private DenseBlockIndex(string folder, GenerationManifest manifest, MappedGeneration file, ScanKernel kernel, Device? device)
    {
        Manifest = manifest;
        Kernel = kernel;
        Generation = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        _file = file;
        _products = device is null ? null : new DeviceVectors(file, device);
        if (file.Table.Partitions > 0)
            _partitions = new PartitionTable(file);
    }

    /// <summary>How the generation was made.</summary>
    public GenerationManifest Manifest { get; }

    public long Count => Manifest.BlockCount;

    /// <summary>Number of vectors: that of blocks, and of halves of blocks where the generation has those.</summary>
    internal long VectorCount => _file.Table.Count;

    public int Dimension => _file.Table.Dimension;

    public string Generation { get; }

    /// <summary>Instructions that scans use.</summary>
    public ScanKernel Kernel { get; }

    /// <summary>Opens a generation folder without reading its vectors: every part is compared with its checksum when it is first used.</summary>
    /// <param name="verify">Compare everything now.</param>
    /// <param name="kernel">Instructions to scan with; null for the fastest of this processor.</param>
    /// <param name="products">Batches are matrix products on this device, which pays on a GPU; null scans codes for them too, which is faster on a
    /// CPU (docs/performance.md).</param>
    /// <exception cref="IndexException">A file is missing, cut off or damaged; the message names the section.</exception>
    public static DenseBlockIndex Open(string folder, bool verify = false, ScanKernel? kernel = null, Device? products = null) =>
        Open(folder, GenerationManifest.Read(folder), verify, kernel, products);

    internal static DenseBlockIndex Open(string folder, GenerationManifest manifest, bool verify, ScanKernel? kernel = null, Device? products = null)
    {
        if (kernel is { } wanted && !CodeScan.IsSupported(wanted))
            throw new ArgumentException($"This processor has no instructions for {wanted}. Choose another kernel, or none for the best.", nameof(kernel));
        var path = GenerationFiles.Vectors(folder);
        var file = new MappedGeneration(path);
        try
        {
            var table = file.Table;
            if (GenerationManifest.Hex(file.HeaderChecksum) != manifest.HeaderChecksum
                || (table.Count, table.Dimension) != (manifest.Count, manifest.Dimension))
                throw new IndexException(path, $"{path} is not the file that its manifest was written for. Build the index again.");
            if (verify)
                file.RequireAll();
            return new DenseBlockIndex(folder, manifest, file, kernel ?? CodeScan.Best, products);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public IReadOnlyList<SearchHits> Search(ReadOnlyMemory<float> queries, int k, CancellationToken cancellationToken = default) =>
        Search(queries, k, SearchOptions.Exact, cancellationToken);

    public IReadOnlyList<SearchHits> Search(ReadOnlyMemory<float> queries, int k, SearchOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        if (!(options.Recall > 0 && options.Recall <= 1))
            throw new ArgumentException($"A recall of {options.Recall} cannot be asked for; it is above 0 and at most 1.", nameof(options));
        if (queries.Length % Dimension != 0)
            throw new ArgumentException(
                $"{queries.Length} numbers are not whole vectors of width {Dimension}. Encode the question with the model that built the index.",
                nameof(queries));
        cancellationToken.ThrowIfCancellationRequested();
        var coded = new QueryCodes[queries.Length / Dimension];
        for (var q = 0; q < coded.Length; q++)
        {
            var query = queries.Span.Slice(q * Dimension, Dimension);
            VectorLimits.Require(query, "The query");
            coded[q] = new QueryCodes(query);
        }
        k = (int)Math.Min(k, Count);
        if (k == 0)
            return [.. coded.Select(_ => new SearchHits([], 0, 0))];
        // The best k blocks are among the blocks of so many best vectors.
        var vectors = !Manifest.HasHalves ? k : (int)Math.Min((long)k * BlockHalves.MostTexts, VectorCount);
        var found = SearchVectors(coded, vectors, options, cancellationToken);
        return !Manifest.HasHalves ? found : [.. found.Select(hits => BestOfBlocks(hits, k))];
    }

    private SearchHits[] SearchVectors(QueryCodes[] coded, int k, SearchOptions options, CancellationToken cancellationToken)
    {
        var allowed = options.Filter is { } filter ? _filters.GetValue(filter, Positions) : null;
        var probes = Probes(k, options);
        if (probes == 0)
        {
            return _products is not null && coded.Length >= LeastForProducts
                ? MultiplyEverything(coded, k, allowed, cancellationToken)
                : ScanEverything(coded, k, allowed, cancellationToken);
        }
        var hits = new SearchHits[coded.Length];
        Cores.ForEach(hits.Length, q => hits[q] = ScanPartitions(coded[q], k, probes, allowed, cancellationToken));
        return hits;
    }

    // The first hit of a block is its greatest inner product.
    private static SearchHits BestOfBlocks(SearchHits hits, int k) => new([.. hits.DistinctBy(hit => hit.Row).Take(k)], hits.Scanned, hits.Rescored);

    public BlockProducts[] InnerProducts(ReadOnlyMemory<float> query, IReadOnlyList<long> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var products = new BlockProducts[rows.Count];
        var scratch = new float[Dimension];
        for (var i = 0; i < products.Length; i++)
        {
            products[i] = BlockProducts.None;
            for (var place = Count > 0 ? _file.Find(rows[i]) : -1; place >= 0 && place < VectorCount && _file.RowAt(place) == rows[i]; place++)
            {
                var product = InnerProduct.Of(query.Span, _file.Vector(_file.PositionAt(place), scratch));
                products[i] = float.IsNaN(products[i].Whole) ? new(product, product) : products[i] with { Best = Math.Max(products[i].Best, product) };
            }
        }
        return products;
    }

    public float[] Vectors(IReadOnlyList<long> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var vectors = new float[rows.Count * Dimension];
        for (var i = 0; i < rows.Count; i++)
        {
            var target = vectors.AsSpan(i * Dimension, Dimension);
            if (Count > 0 && _file.Find(rows[i]) is >= 0 and var place)
                _file.Vector(_file.PositionAt(place), target).CopyTo(target);
            else
                target.Fill(float.NaN);
        }
        return vectors;
    }

    /// <summary>Whether a row is in it.</summary>
    public bool Has(long row) => Count > 0 && _file.Find(row) >= 0;

    /// <summary>All rows, ascending.</summary>
    public IEnumerable<long> RowsAscending()
    {
        for (var i = 0; i < VectorCount; i++)
        {
            if (i == 0 || _file.RowAt(i) != _file.RowAt(i - 1))
                yield return _file.RowAt(i);
        }
    }

    internal MappedGeneration File => _file;

    public void Dispose()
    {
        _products?.Dispose();
        _file.Dispose();
    }

    // 0 for a scan of everything.
    private int Probes(int k, SearchOptions options)
    {
        if (_partitions is null)
            return 0;
        if (options.Probes > 0)
            return options.Probes >= _partitions.Count ? 0 : options.Probes;
        if (options.Recall >= 1)
            return 0;
        return Manifest.Recall.FirstOrDefault(measured => (k <= 10 ? measured.RecallAt5 : measured.RecallAt100) >= options.Recall)?.Probes ?? 0;
    }

    private SearchHits[] ScanEverything(QueryCodes[] queries, int k, ushort[]? allowed, CancellationToken cancellationToken)
    {
        var groups = (int)CodeLayout.Groups(VectorCount);
        var workers = groups <= GroupsForOneCore && queries.Length == 1 ? 1 : Math.Min(Environment.ProcessorCount, Math.Max(1, groups / CodeLayout.TileGroups));
        var found = new ScanCandidates[workers][];
        // The best threshold that any worker knows of each query.
        var thresholds = new float[queries.Length];
        Array.Fill(thresholds, float.NegativeInfinity);
        var next = -1;
        void Work(int worker)
        {
            var own = found[worker] = [.. queries.Select(_ => new ScanCandidates(k))];
            for (var tile = Interlocked.Increment(ref next); (long)tile * CodeLayout.TileGroups < groups; tile = Interlocked.Increment(ref next))
            {
                cancellationToken.ThrowIfCancellationRequested();
                ScanTile(queries, allowed, tile, groups, own, thresholds);
            }
        }
        Cores.ForEach(workers, Work);
        var hits = new SearchHits[queries.Length];
        Cores.ForEach(hits.Length, q => hits[q] = Rescore(queries[q], k, VectorCount, [.. found.Select(worker => worker[q])]));
        return hits;
    }

    private SearchHits[] MultiplyEverything(QueryCodes[] queries, int k, ushort[]? allowed, CancellationToken cancellationToken)
    {
        var found = queries.Select(_ => new ScanCandidates(k)).ToArray();
        MatrixScan.Run(_file, _products!, queries, k, allowed, found, ScanCodes, cancellationToken);
        var hits = new SearchHits[queries.Length];
        Cores.ForEach(hits.Length, q => hits[q] = Rescore(queries[q], k, VectorCount, [found[q]]));
        return hits;

        void ScanCodes(int q, int from, int to)
        {
            RequireCodes(from, to);
            // What the product gave of these groups stands among the candidates already; they may come twice.
            Scan(queries[q], allowed, from, to, found[q]);
        }
    }

    private void ScanTile(QueryCodes[] queries, ushort[]? allowed, int tile, int groups, ScanCandidates[] own, float[] thresholds)
    {
        var (from, to) = (tile * CodeLayout.TileGroups, Math.Min(groups, (tile + 1) * CodeLayout.TileGroups));
        RequireCodes(from, to);
        var step = queries.Length == 1 ? CodeLayout.TileGroups : GroupsPerPass;
        for (; from < to; from += step)
        {
            for (var q = 0; q < queries.Length; q++)
            {
                own[q].Raise(Volatile.Read(ref thresholds[q]));
                Scan(queries[q], allowed, from, Math.Min(to, from + step), own[q]);
                RaiseShared(ref thresholds[q], own[q].Threshold);
            }
        }
    }

    private SearchHits ScanPartitions(QueryCodes query, int k, int probes, ushort[]? allowed, CancellationToken cancellationToken)
    {
        var found = new ScanCandidates(k);
        long scanned = 0;
        foreach (var (from, to) in _partitions!.Nearest(query.Vector, probes))
        {
            cancellationToken.ThrowIfCancellationRequested();
            RequireCodes(from, to);
            Scan(query, allowed, from, to, found);
            scanned += Math.Min(VectorCount, (long)to * CodeLayout.Lanes) - (long)from * CodeLayout.Lanes;
        }
        return Rescore(query, k, scanned, [found]);
    }

    private void RequireCodes(int from, int to)
    {
        var groupBytes = CodeLayout.GroupBytes(Dimension);
        const int BoundBytes = CodeLayout.BoundNumbers * sizeof(float);
        _file.Require(Section.Codes, (long)from * groupBytes, (long)(to - from) * groupBytes);
        _file.Require(Section.Bounds, (long)from * BoundBytes, (long)(to - from) * BoundBytes);
    }

    private void Scan(QueryCodes query, ushort[]? allowed, int from, int to, ScanCandidates found) =>
        CodeScan.Run(Kernel, query, Dimension, VectorCount, _file.Pointer(Section.Codes), (float*)_file.Pointer(Section.Bounds), allowed, from, to, found);

    // The candidates by what they can be at most, until the k-th best is better than what the next can be.
    private SearchHits Rescore(QueryCodes query, int k, long scanned, ScanCandidates[] found)
    {
        var threshold = found.Max(part => part.Threshold);
        var count = 0;
        foreach (var part in found)
            count += part.CountFrom(threshold);
        var (uppers, positions) = (new float[count], new int[count]);
        var filled = 0;
        foreach (var part in found)
            filled = part.CopyFrom(threshold, uppers, positions, filled);
        Array.Sort(uppers, positions);
        var best = new PriorityQueue<BlockHit, BlockHit>(Math.Min(k, count), BestHits.WorstFirst);
        Span<float> scratch = _file.Table.Format == VectorFormat.Float32 ? [] : new float[Dimension];
        long rescored = 0;
        var seen = _products is null ? null : new HashSet<int>();
        for (var i = count - 1; i >= 0; i--)
        {
            if (best.Count == k && uppers[i] < best.Peek().Score)
                break;
            // A product and the codes may both have brought it; such pairs need not stand side by side.
            if (seen?.Add(positions[i]) == false)
                continue;
            rescored++;
            var hit = new BlockHit(_file.Row(positions[i]), InnerProduct.Of(query.Vector, _file.Vector(positions[i], scratch)));
            if (best.Count < k)
                best.Enqueue(hit, hit);
            else if (BestHits.WorstFirst.Compare(hit, best.Peek()) > 0)
                best.EnqueueDequeue(hit, hit);
        }
        var hits = new BlockHit[best.Count];
        for (var i = hits.Length - 1; i >= 0; i--)
            hits[i] = best.Dequeue();
        return new SearchHits(hits, scanned, rescored);
    }

    // 16 bits a group.
    private ushort[] Positions(RowFilter filter)
    {
        var allowed = new ushort[CodeLayout.Groups(VectorCount)];
        if (filter.Listed > Count / 16)
        {
            for (var position = 0; position < VectorCount; position++)
            {
                if (filter.Allows(_file.Row(position)))
                    allowed[position / CodeLayout.Lanes] |= (ushort)(1 << (position % CodeLayout.Lanes));
            }
            return allowed;
        }
        if (!filter.AllowsListed)
            Array.Fill(allowed, ushort.MaxValue);
        foreach (var row in filter.ListedRows())
        {
            for (var place = _file.Find(row); place >= 0 && place < VectorCount && _file.RowAt(place) == row; place++)
            {
                var position = _file.PositionAt(place);
                allowed[position / CodeLayout.Lanes] ^= (ushort)(1 << (position % CodeLayout.Lanes));
            }
        }
        return allowed;
    }

    private static void RaiseShared(ref float shared, float threshold)
    {
        var seen = Volatile.Read(ref shared);
        while (threshold > seen)
        {
            var before = Interlocked.CompareExchange(ref shared, threshold, seen);
            if (before.Equals(seen))
                return;
            seen = before;
        }
    }
}
