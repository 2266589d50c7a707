using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using RealmWeb.Cli;
using RealmWeb.Cli.Benchmarks;
using RealmWeb.Cli.Verbs;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Retrieval.Index;
using RealmWeb.Jobs.Corpora;
using RealmWeb.Lab.Benchmarks;

namespace RealmWeb.Lab.Verbs;

/// <summary><c>realm-lab bench index</c></summary>
internal static class BenchIndexVerb
{
    private const int K = 5;
    private const int BatchSize = 256;
    private const int TestQueries = 500;
    private const int ManifestQueries = 256;
    private const int LongList = 100;

    // Matrix products on a processor are slower than the codes at every size; beyond this, minutes slower.
    private const long MostForCpuProducts = 2_000_000;

    private static readonly string[] FaissKinds = ["faissSq8", "faissIvf", "faissHnsw"];
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static Command Create()
    {
        var count = new Option<int>("--count")
        {
            Description = "Synthetic vectors, or the first so many of those given.",
            DefaultValueFactory = _ => 1_000_000,
        }.Between(100);
        var dimension = new Option<int>("--dimension") { Description = "Width of synthetic vectors.", DefaultValueFactory = _ => 128 }.Between(1, 65_536);
        var vectors = new Option<string?>("--vectors") { Description = "A .npy file of float32 vectors in place of synthetic ones." };
        var queries = new Option<string?>("--queries") { Description = "A .npy file of float32 queries for them; else the last 756 vectors are held back." };
        var corpus = new Option<string?>("--corpus") { Description = "The vectors of this corpus's index in place of synthetic ones; needs --data." };
        var data = new Option<string?>("--data") { Description = "Question file whose questions are the queries." };
        var seconds = new Option<double>("--seconds") { Description = "How long each figure is measured.", DefaultValueFactory = _ => 10 }.Between(0.1, 3600);
        var recall = new Option<double>("--recall")
        {
            Description = "Recall asked of the partitioned search.",
            DefaultValueFactory = _ => 0.98,
        }.Between(0.01, 1);
        var seed = new Option<int>("--seed") { Description = "Seed of synthetic vectors.", DefaultValueFactory = _ => 1 };
        var format = new Option<VectorFormat>("--format")
        {
            Description = "float32, bfloat16 or float16 vectors beside the codes.",
            DefaultValueFactory = _ => VectorFormat.Float32,
        }.OneOf();
        var kinds = new Option<string[]>("--faiss")
        {
            Description = "What of FAISS is measured beside its flat index: faissSq8, faissIvf, faissHnsw, or none.",
            DefaultValueFactory = _ => FaissKinds,
            AllowMultipleArgumentsPerToken = true,
        };
        var model = CorpusOptions.Model();
        var command = new Command("index", "Inner product search beside FAISS: the same vectors and queries in one run.")
        {
            count, dimension, vectors, queries, corpus, data, model, seconds, recall, seed, format, kinds
        };
        command.SetAction(VerbContext.Run(async context =>
        {
            var folder = Path.Combine(context.Paths.Root, "bench", $"index-{Environment.ProcessId}");
            Directory.CreateDirectory(folder);
            try
            {
                var (source, used, held) = context.Parsed.GetValue(corpus) is { } name
                    ? FromCorpus(context, name, context.Parsed.GetValue(data), context.Parsed.GetValue(model), folder)
                    : context.Parsed.GetValue(vectors) is { } file
                        ? FromFile(file, context.Parsed.GetValue(queries), context.Parsed.GetValue(count))
                        : Synthetic(context, context.Parsed.GetValue(count), context.Parsed.GetValue(dimension), context.Parsed.GetValue(seed), folder);
                await RunAsync(
                    context, folder, source, used, held, context.Parsed.GetValue(format), context.Parsed.GetValue(seconds), context.Parsed.GetValue(recall),
                    FaissKinds.Intersect(context.Parsed.GetValue(kinds)!).ToArray());
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }));
        return command;
    }

    private static (VectorFile Source, long Count, float[] Queries) Synthetic(VerbContext context, long count, int dimension, int seed, string folder)
    {
        context.Progress.Log("info", $"Drawing {count:N0} vectors");
        var path = Path.Combine(folder, "vectors.f32");
        SyntheticVectors.Write(path, count, dimension, seed, context.Cancelled);
        return (VectorFile.Plain(path, dimension), count, SyntheticVectors.Queries(count, ManifestQueries + TestQueries, dimension, seed));
    }

    private static (VectorFile Source, long Count, float[] Queries) FromFile(string file, string? queries, long count)
    {
        var source = VectorFile.OpenNpy(file);
        if (queries is null)
        {
            var kept = Math.Min(count, source.Count - ManifestQueries - TestQueries);
            if (kept < 1)
                throw new ArgumentException(
                    $"{file} has {source.Count} vectors; more than {ManifestQueries + TestQueries} are needed where they are the queries too. Give --queries.");
            return (source, kept, source.Read(kept, ManifestQueries + TestQueries));
        }
        var own = VectorFile.OpenNpy(queries);
        if (own.Dimension != source.Dimension)
            throw new ArgumentException(
                $"The queries of {queries} have width {own.Dimension}, the vectors of {file} {source.Dimension}. Encode both with one model.");
        return (source, Math.Min(count, source.Count), own.Read(0, (int)Math.Min(own.Count, ManifestQueries + TestQueries)));
    }

    private static (VectorFile Source, long Count, float[] Queries) FromCorpus(VerbContext context, string corpus, string? data, string? model, string folder)
    {
        if (data is null)
            throw new ArgumentException("Questions are needed as queries for a corpus's vectors. Name a question file with --data.");
        var store = context.Corpora.Open(corpus);
        using var loaded = context.LoadModel(model);
        using var index = store.OpenOrBuildIndex(loaded, context.Time, context.Progress, context.Cancelled);
        var path = Path.Combine(folder, "vectors.f32");
        using (var stream = File.Create(path))
        {
            foreach (var rows in store.Blocks.EnumerateRows().Chunk(4096))
                stream.Write(MemoryMarshal.AsBytes<float>(index.Vectors(rows)));
        }
        var questions = QuestionLines.Read(data).Select(question => question.Question).Distinct().Take(ManifestQueries + TestQueries).ToList();
        return (VectorFile.Plain(path, loaded.Dimension), index.Count, loaded.EncodeQueries(questions, context.Cancelled));
    }

    private static async Task RunAsync(
        VerbContext context, string folder, VectorFile source, long count, float[] queries, VectorFormat format, double seconds, double recall, string[] kinds)
    {
        var d = source.Dimension;
        var manifestQueries = Math.Min(ManifestQueries, queries.Length / d / 2);
        var test = queries[(manifestQueries * d)..];
        var tests = test.Length / d;
        context.Progress.Log("info", $"Building a generation of {count:N0} vectors");
        var generation = Path.Combine(folder, "generation");
        Directory.CreateDirectory(generation);
        context.StartTorch();
        var clock = Stopwatch.StartNew();
        var manifest = GenerationWriter.Write(
            generation, () => source.Shards(count), count, d, new GenerationOptions { Vectors = format }, queries.AsMemory(0, manifestQueries * d),
            ("bench", "bench", "bench", context.Time.GetUtcNow()), context.Progress, context.Cancelled);
        var buildSeconds = clock.Elapsed.TotalSeconds;

        using var index = DenseBlockIndex.Open(generation);
        var all = index.Search(test, LongList, context.Cancelled);
        // Before and after: what neighbours take of the memory's speed comes and goes.
        var bandwidth = MemoryBandwidth.Measure();
        var exact = Measure(index, test, SearchOptions.Exact, seconds, context.Cancelled);
        bandwidth = (bandwidth + MemoryBandwidth.Measure()) / 2;
        var products = MeasureProducts(generation, count, test, seconds, context.Cancelled);
        var settled = new SearchOptions { Recall = recall };
        var some = index.Search(test, LongList, settled, context.Cancelled);
        var partitioned = manifest.Partitions == 0 ? null : Measure(index, test, settled, seconds, context.Cancelled);
        var found = index.Search(test, K, settled, context.Cancelled);
        var (resident, mapped) = Resident();
        // What a scan of everything reads: codes, scales and bounds.
        var scannedBytes = count / 16.0 * (64 + 64 * ((d + 3) / 4) + 8);
        var report = new JsonObject
        {
            ["count"] = count, ["dimension"] = d, ["k"] = K, ["queries"] = tests, ["threads"] = Environment.ProcessorCount,
                ["kernel"] = index.Kernel.ToString(), ["format"] = format.ToString(),
            ["exact"] = exact.ToJson(),
            ["buildSeconds"] = buildSeconds, ["bytesOnDisk"] = Directory.EnumerateFiles(generation).Sum(path => new FileInfo(path).Length),
            ["residentMiB"] = resident, ["mappedMiB"] = mapped, ["bandwidthBytesPerSecond"] = bandwidth,
                ["scannedBytesPerSecond"] = scannedBytes / (exact.P50Ms / 1000),
            ["bandwidthShare"] = scannedBytes / (exact.P50Ms / 1000) / bandwidth,
        };
        if (products is { } multiplied)
            (report["matrixProductBatchQueriesPerSecond"], report["matrixProductDevice"]) = (multiplied, TorchSharp.torch.cuda_is_available() ? "cuda" : "cpu");
        if (partitioned is not null)
        {
            var entry = partitioned.ToJson();
            entry["recallAt5"] = RecallMeasurement.Recall(found, all, K);
            entry["recallAt100"] = RecallMeasurement.Recall(some, all, LongList);
            entry["recallAsked"] = recall;
            entry["scannedShare"] = found.Average(hits => hits.Scanned) / count;
            entry["timesFasterThanExact"] = exact.P50Ms / partitioned.P50Ms;
            entry["partitions"] = manifest.Partitions;
            report["partitioned"] = entry;
        }
        await CompareAsync(context, folder, source, count, test, [.. all.Select(hits => (IReadOnlyList<long>)[.. hits.Select(hit => hit.Row)])],
            manifest.Partitions, seconds, recall, kinds, report);
        context.Print(report, Lines(report));
    }

    private static async Task CompareAsync(
        VerbContext context, string folder, VectorFile source, long count, float[] test, IReadOnlyList<IReadOnlyList<long>> ours, int lists, double seconds,
            double recall, string[] kinds, JsonObject report)
    {
        if (FaissComparison.FindPython() is not { } python)
        {
            context.Progress.Log("warning", "There is no Python with FAISS here, so nothing is compared. On Debian: apt-get install python3-faiss.");
            return;
        }
        var (queries, flatIds) = (Path.Combine(folder, "queries.f32"), Path.Combine(folder, "flat.i64"));
        await File.WriteAllBytesAsync(queries, MemoryMarshal.AsBytes<float>(test).ToArray(), context.Cancelled);
        var results = await FaissComparison.RunAsync(
            python,
            new
            {
                vectors = source.Path, offset = source.Offset, dimension = source.Dimension, count, queries, flatIds, kinds, seconds, recall, k = K,
                    atLeast = 20,
                recallQueries = ours.Count, threads = Environment.ProcessorCount, lists = lists > 0 ? lists : Math.Max(1, (int)Math.Sqrt(count)),
            },
            line => context.Progress.Log("info", line), context.Cancelled);
        foreach (var (name, result) in results)
            report[name] = result.DeepClone();
        report["sameIdsAsFlat"] = FaissComparison.SameIds(flatIds, LongList, ours, K);
        report["timesFasterThanFlat"] = (double)results["faissFlat"]["p50Ms"]! / (double)report["exact"]!["p50Ms"]!;
    }

    private static SearchMeasurement Measure(DenseBlockIndex index, float[] test, SearchOptions options, double seconds, CancellationToken cancellationToken)
    {
        var d = index.Dimension;
        var tests = test.Length / d;
        var taken = RepeatedCalls.Milliseconds(
            seconds, 50, i => index.Search(test.AsMemory(i % tests * d, d), K, options, cancellationToken), cancellationToken);
        var batch = test.AsMemory(0, Math.Min(BatchSize, tests) * d);
        var passes = RepeatedCalls.Milliseconds(seconds, 1, _ => index.Search(batch, K, options, cancellationToken), cancellationToken);
        return new SearchMeasurement(
            Latencies.Percentile(taken, 0.5), Latencies.Percentile(taken, 0.95), Latencies.Percentile(taken, 0.99),
            batch.Length / d / (passes.Average() / 1000), index.Search(test, K, options, cancellationToken).Average(hits => hits.Rescored));
    }

    private static double? MeasureProducts(string generation, long count, float[] test, double seconds, CancellationToken cancellationToken)
    {
        var cuda = TorchSharp.torch.cuda_is_available();
        if (!cuda && count > MostForCpuProducts)
            return null;
        using var index = DenseBlockIndex.Open(generation, products: cuda ? TorchSharp.torch.CUDA : TorchSharp.torch.CPU);
        var batch = test.AsMemory(0, Math.Min(BatchSize, test.Length / index.Dimension) * index.Dimension);
        // The first brings the vectors to a GPU.
        index.Search(batch, K, cancellationToken);
        return batch.Length / index.Dimension / (
            RepeatedCalls.Milliseconds(Math.Min(seconds, 5), 1, _ => index.Search(batch, K, cancellationToken), cancellationToken).Average() / 1000);
    }

    // Memory of our own, and pages of files that are mapped (which are the page cache's).
    private static (double AnonymousMiB, double MappedMiB) Resident()
    {
        // What building left behind goes back to the system first.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (!OperatingSystem.IsLinux())
            return (Environment.WorkingSet / 1048576.0, 0);
        double Read(string key) => double.Parse(
            File.ReadLines("/proc/self/status").First(line => line.StartsWith(key, StringComparison.Ordinal))
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
        return (Read("RssAnon"), Read("RssFile"));
    }

    private static IEnumerable<string> Lines(JsonObject report)
    {
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"{(long)report["count"]!:N0} vectors of {report["dimension"]}, kernel {report["kernel"]}; built in {(double)report["buildSeconds"]!:F1} s");
        foreach (var name in new[] { "exact", "partitioned", "faissFlat", "faissSq8", "faissIvf", "faissHnsw" })
        {
            if (report[name] is JsonObject row)
                yield return string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name,-12} p50 {(double)row["p50Ms"]!:F3} ms, p95 {(double)row["p95Ms"]!:F3} ms, batch {(double)row["batchQueriesPerSecond"]!:F0} "
                    + $"queries/s{(row["recallAt5"] is { } recall ? $", recall@5 {(double)recall:F3}" : "")}");
        }
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"{(double)report["bandwidthShare"]!:P0} of the memory's {(double)report["bandwidthBytesPerSecond"]! / 1e9:F1} GB/s; "
            + $"{(double)report["residentMiB"]!:F0} MiB of its own");
    }

    private sealed record SearchMeasurement(double P50Ms, double P95Ms, double P99Ms, double BatchQueriesPerSecond, double Rescored)
    {
        public JsonObject ToJson() => JsonSerializer.SerializeToNode(this, Json)!.AsObject();
    }
}
