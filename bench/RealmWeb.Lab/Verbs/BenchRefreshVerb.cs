using System.Collections.Concurrent;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using RealmWeb.Cli;
using RealmWeb.Cli.Benchmarks;
using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Retrieval.Index;
using RealmWeb.Lab.Benchmarks;

namespace RealmWeb.Lab.Verbs;

/// <summary><c>realm-lab bench refresh</c></summary>
internal static class BenchRefreshVerb
{
    private const int K = 5;

    public static Command Create()
    {
        var verb = new Command("refresh", "Questions without pause while an index is built anew beside them and takes over.");
        var count = new Option<int>("--count") { Description = "Vectors.", DefaultValueFactory = _ => 1_000_000 }.Between(100);
        var dimension = new Option<int>("--dimension") { Description = "Width of a vector.", DefaultValueFactory = _ => 128 }.Between(1, 65_536);
        var clients = new Option<int>("--clients") { Description = "Clients that search without pause.", DefaultValueFactory = _ => 8 }.Between(1, 1000);
        var seconds = new Option<double>("--seconds") { Description = "Length of the quiet phase before.", DefaultValueFactory = _ => 15 }.Between(0.1, 3600);
        foreach (var option in new Option[] { count, dimension, clients, seconds })
            verb.Options.Add(option);
        verb.SetAction(VerbContext.Run(context => RunAsync(
            context, context.Parsed.GetValue(count), context.Parsed.GetValue(dimension), context.Parsed.GetValue(clients), context.Parsed.GetValue(seconds))));
        verb.Subcommands.Add(WriteGeneration());
        return verb;
    }

    // The builder is a process of its own, as every index build of the site is.
    private static Command WriteGeneration()
    {
        var vectors = new Option<string>("--vectors") { Description = "File of float32 vectors.", Required = true };
        var dimension = new Option<int>("--dimension") { Description = "Width of a vector.", Required = true };
        var first = new Option<long>("--first-row") { Description = "Row of the first vector; the others follow two by two.", Required = true };
        var output = new Option<string>("--out") { Description = "Folder for the generation.", Required = true };
        var command = new Command("write", "Write one generation; the refresh that is measured calls it.") { vectors, dimension, first, output };
        command.Hidden = true;
        command.SetAction(VerbContext.Run(context =>
        {
            context.StartTorch();
            var source = VectorFile.Plain(context.Parsed.GetValue(vectors)!, context.Parsed.GetValue(dimension));
            Directory.CreateDirectory(context.Parsed.GetValue(output)!);
            GenerationWriter.Write(
                context.Parsed.GetValue(output)!, () =>
                    source.Shards(source.Count, context.Parsed.GetValue(first), rowStep: 2), source.Count, source.Dimension, GenerationOptions.Default,
                ReadOnlyMemory<float>.Empty, ("bench", "bench", "bench", context.Time.GetUtcNow()), null, context.Cancelled);
            context.Print(new { source.Count }, [$"{source.Count} vectors"]);
            return Task.CompletedTask;
        }));
        return command;
    }

    private static async Task RunAsync(VerbContext context, long count, int dimension, int clients, double seconds)
    {
        var folder = Path.Combine(context.Paths.Root, "bench", $"refresh-{Environment.ProcessId}");
        Directory.CreateDirectory(folder);
        try
        {
            var vectors = Path.Combine(folder, "vectors.f32");
            context.Progress.Log("info", $"Drawing {count:N0} vectors");
            SyntheticVectors.Write(vectors, count, dimension, 1, context.Cancelled);
            var queries = SyntheticVectors.Queries(count, 256, dimension, 1);
            // The rows of one generation are even, those of the other odd: every hit says where it is from.
            await BuildAsync(folder, vectors, dimension, "g0", 0, context.Cancelled);
            var serving = new Serving(Open(folder, "g0"));
            var quiet = await SearchAsync(
                serving, queries, dimension, clients, Task.Delay(TimeSpan.FromSeconds(seconds), context.Cancelled), context.Cancelled);
            context.Progress.Log("info", $"Quiet: {quiet.Searches} searches; building the next generation");
            var clock = Stopwatch.StartNew();
            double built = 0;
            var busy = await SearchAsync(serving, queries, dimension, clients, RefreshAsync(), context.Cancelled);

            async Task RefreshAsync()
            {
                await BuildAsync(folder, vectors, dimension, "g1", 1, context.Cancelled);
                built = clock.Elapsed.TotalSeconds;
                await serving.SwitchAsync(Open(folder, "g1"));
                await Task.Delay(TimeSpan.FromSeconds(2), context.Cancelled);
            }

            var closed = serving.Closed;
            await serving.DisposeAsync();
            context.Print(
                new
                {
                    count, dimension, clients, buildSeconds = built, errors = quiet.Errors + busy.Errors, wrongGenerations = quiet.Wrong + busy.Wrong,
                        oldMappingsReleased = closed,
                    quiet = quiet.Figures(), refreshing = busy.Figures(), p95Ratio = busy.P95 / quiet.P95,
                },
                [
                    string.Create(CultureInfo.InvariantCulture, $"quiet      p50 {quiet.P50:F1} ms, p95 {quiet.P95:F1} ms, {quiet.Searches} searches"),
                    string.Create(CultureInfo.InvariantCulture,
                        $"refreshing p50 {busy.P50:F1} ms, p95 {busy.P95:F1} ms, {busy.Searches} searches in {built:F1} s of building"),
                    $"{quiet.Errors + busy.Errors} errors, {quiet.Wrong + busy.Wrong} wrong generations, {closed} old mappings released",
                ]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static DenseBlockIndex Open(string folder, string generation) => DenseBlockIndex.Open(Path.Combine(folder, generation));

    private static async Task BuildAsync(string folder, string vectors, int dimension, string generation, long firstRow, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            "bench", "refresh", "write", "--vectors", vectors, "--dimension", dimension.ToString(CultureInfo.InvariantCulture),
            "--first-row", firstRow.ToString(CultureInfo.InvariantCulture), "--out", Path.Combine(folder, generation), "--progress", "none", "--device", "cpu",
        ];
        using var process = Process.Start(Programs.Start(Programs.Lab, arguments))!;
        await using var ends = cancellationToken.Register(() => process.Kill());
        await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"The generation could not be written; its process ended with exit code {process.ExitCode}.");
    }

    private static async Task<Searched> SearchAsync(
        Serving serving, float[] queries, int dimension, int clients, Task until, CancellationToken cancellationToken)
    {
        var searched = new Searched();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Factory.StartNew(
            () =>
            {
                for (var i = client; !until.IsCompleted; i++)
                {
                    var one = Stopwatch.GetTimestamp();
                    try
                    {
                        searched.Add(serving.Search(queries.AsMemory(i % (queries.Length / dimension) * dimension, dimension), cancellationToken),
                            Stopwatch.GetElapsedTime(one));
                    }
                    catch (Exception failure) when (failure is not OperationCanceledException)
                    {
                        // Counted: that there is none is what is measured.
                        Interlocked.Increment(ref searched.Errors);
                    }
                }
            },
            cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        await until;
        return searched;
    }

    /// <summary>The generation that answers, exchanged while it is searched.</summary>
    private sealed class Serving : IAsyncDisposable
    {
        private volatile Shared<DenseBlockIndex> _current;
        private int _closed;

        public Serving(DenseBlockIndex first) => _current = Share(first);

        public int Closed => Volatile.Read(ref _closed);

        /// <returns>Whether every hit is of the generation that was asked.</returns>
        public bool Search(ReadOnlyMemory<float> query, CancellationToken cancellationToken)
        {
            Shared<DenseBlockIndex>.Use? use;
            while ((use = _current.TryUse()) is null)
            {
                // Switched between the two reads.
            }
            try
            {
                var parity = use.Value.Generation == "g0" ? 0 : 1;
                var hits = use.Value.Search(query, K, cancellationToken)[0];
                return hits.Count == K && hits.All(hit => hit.Row % 2 == parity);
            }
            finally
            {
                use.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }
        }

        public async Task SwitchAsync(DenseBlockIndex next)
        {
            var old = _current;
            _current = Share(next);
            await old.RetireAsync();
        }

        public async ValueTask DisposeAsync() => await _current.RetireAsync();

        private Shared<DenseBlockIndex> Share(DenseBlockIndex index) => new(index, value =>
        {
            value.Dispose();
            Interlocked.Increment(ref _closed);
            return ValueTask.CompletedTask;
        });
    }

    private sealed class Searched
    {
        private readonly ConcurrentBag<double> _milliseconds = [];

        public int Errors;
        private int _wrong;

        public int Wrong => _wrong;

        public int Searches => _milliseconds.Count;

        public double P50 => Latencies.Percentile(_milliseconds, 0.5);

        public double P95 => Latencies.Percentile(_milliseconds, 0.95);

        public void Add(bool right, TimeSpan taken)
        {
            _milliseconds.Add(taken.TotalMilliseconds);
            if (!right)
                Interlocked.Increment(ref _wrong);
        }

        public object Figures() => new { searches = Searches, p50Ms = P50, p95Ms = P95, p99Ms = Latencies.Percentile(_milliseconds, 0.99) };
    }
}
