using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using RealmWeb.Cli.Benchmarks;
using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Questions;
using RealmWeb.Jobs.Answering;
using RealmWeb.Jobs.Corpora;

namespace RealmWeb.Cli.Verbs;

/// <summary><c>realm bench …</c>: how fast this machine answers. Comparisons with other programs are in <c>realm-lab</c>.</summary>
internal static class BenchVerb
{
    public static Command Create()
    {
        var verb = new Command("bench", "Measure how fast this machine answers.");
        verb.Subcommands.Add(Ask());
        return verb;
    }

    private static Command Ask()
    {
        var corpus = CorpusOptions.Corpus();
        var data = new Option<string>("--data") { Description = "Question file.", Required = true };
        var model = CorpusOptions.Model();
        var retriever = CorpusOptions.Retriever();
        var k = CorpusOptions.K();
        var precision = CorpusOptions.Precision();
        var askers = new Option<int[]>("--askers")
        {
            Description = "Numbers of askers, one measurement each.",
            DefaultValueFactory = _ => [1, 16],
            AllowMultipleArgumentsPerToken = true,
        };
        var questions = new Option<int>("--questions") { Description = "Questions of a measurement.", DefaultValueFactory = _ => 300 };
        var command = new Command("ask", "Latency of warm answers: one asker after the other, and many at once, each asking without pause.")
        {
            corpus, data, model, retriever, k, precision, askers, questions
        };
        command.SetAction(VerbContext.Run(async context =>
        {
            var store = context.Corpora.Open(context.Parsed.GetValue(corpus)!);
            using var loaded = context.LoadModel(context.Parsed.GetValue(model));
            using var index = store.OpenIndex(loaded);
            await using var session = AnsweringSession.Open(
                store, loaded, index, context.Time, precision: context.Parsed.GetValue(precision));
            var options = new AnswerOptions(context.Parsed.GetValue(k), context.Parsed.GetValue(retriever));
            var texts = QuestionLines.Read(context.Parsed.GetValue(data)!).Select(question => question.Question).Distinct()
                .Take(context.Parsed.GetValue(questions)).ToList();
            foreach (var text in texts.Take(20))
                await session.Answerer.AnswerAsync(text, options, null, context.Cancelled);
            var measured = new List<AskMeasurement>();
            foreach (var count in context.Parsed.GetValue(askers)!)
            {
                context.Progress.Log("info", $"{count} askers, {texts.Count} questions");
                measured.Add(await MeasureAsync(session.Answerer, options, texts, count, context.Cancelled));
            }
            context.Print(
                new { corpus = store.Info().Name, passages = store.Info().Blocks, model = loaded.Name, retriever = options.Retriever, options.K,
                    precision = session.Server.Precision,
                    index = index?.Generation, processors = Environment.ProcessorCount, measured },
                measured.Select(result =>
                    string.Create(CultureInfo.InvariantCulture,
                    $"{result.Askers} askers: p50 {result.P50Ms:F1} ms, p95 {result.P95Ms:F1} ms, p99 {result.P99Ms:F1} ms, {result.QuestionsPerSecond:F1} "
                    + $"questions/s (stages p50: encode {result.EncodeP50Ms:F1}, search {result.SearchP50Ms:F1}, read {result.ReadP50Ms:F1} ms)")));
        }));
        return command;
    }

    private static async Task<AskMeasurement> MeasureAsync(
        QuestionAnswerer answerer, AnswerOptions options, List<string> texts, int askers, CancellationToken cancellationToken)
    {
        var timings = new AnswerTimings[texts.Count];
        var next = -1;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, askers).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i < texts.Count; i = Interlocked.Increment(ref next))
                timings[i] = (await answerer.AnswerAsync(texts[i], options, null, cancellationToken)).Timings;
        }, cancellationToken)));
        var seconds = clock.Elapsed.TotalSeconds;
        double Percentile(Func<AnswerTimings, TimeSpan> stage, double share) =>
            Latencies.Percentile(timings.Select(timing => stage(timing).TotalMilliseconds), share);
        return new AskMeasurement(
            askers, texts.Count, Percentile(timing => timing.Total, 0.5), Percentile(timing => timing.Total, 0.95), Percentile(timing => timing.Total, 0.99),
            Percentile(timing => timing.Encode, 0.5), Percentile(timing => timing.Search, 0.5), Percentile(timing => timing.Read, 0.5), texts.Count / seconds);
    }

    private sealed record AskMeasurement(
        int Askers, int Questions, double P50Ms, double P95Ms, double P99Ms, double EncodeP50Ms, double SearchP50Ms, double ReadP50Ms,
            double QuestionsPerSecond);
}
