using System.CommandLine;
using RealmWeb.Data.Evaluations;
using RealmWeb.Data.Models;
using RealmWeb.Data.QuestionSets;
using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.Models;
using RealmWeb.Jobs.Answering;
using RealmWeb.Jobs.Commands;
using RealmWeb.Jobs.Corpora;

namespace RealmWeb.Cli.Verbs;

/// <summary><c>realm evaluate</c></summary>
internal static class EvaluateVerb
{
    public static Command Create()
    {
        var asked = new QuestionOptions();
        var corpus = new Option<string?>(
            "--corpus") { Description = "Corpus to answer from; without it each question is read in the passage of its own line (reader alone)." };
        var model = CorpusOptions.Model();
        var retriever = CorpusOptions.Retriever();
        var k = CorpusOptions.K();
        var precision = CorpusOptions.Precision();
        var output = new Option<string?>(
            "--per-question") { Description = "File to write, with a JSON line for each question; `realm compare` reads two of them." };
        var retrievalOnly = new Option<bool>("--retrieval-only")
        {
            Description = "Measure recall alone, without reading: the retriever before any fine-tuning.",
        };
        var command = new Command("evaluate", "Measure exact match, F1, recall@k, nDCG@10 and how well unanswerable questions are recognised.")
        {
            corpus, model, retriever, k, precision, output, retrievalOnly
        };
        asked.AddTo(command);
        command.SetAction(VerbContext.Run(async context =>
        {
            if (context.Parsed.GetValue(retrievalOnly) && context.Parsed.GetValue(corpus) is null)
                throw new ArgumentException("There is nothing to retrieve from. Name the corpus with --corpus, or leave --retrieval-only out.");
            var entry = context.FindModel(context.Parsed.GetValue(model));
            using var loaded = context.LoadModel(entry.Name);
            var read = asked.Read(context);
            var questions = read.Questions;
            if (context.Parsed.GetValue(corpus) is not { } name)
            {
                ReadAlone(context, loaded, read, context.Parsed.GetValue(precision), context.Parsed.GetValue(output));
                return;
            }
            var store = context.Corpora.Open(name);
            // By terms alone no vectors are needed; otherwise a model that was never in production has none yet.
            using var index = context.Parsed.GetValue(retriever) == RetrieverKind.Lexical
                ? store.OpenIndex(loaded)
                : store.OpenOrBuildIndex(loaded, context.Time, context.Progress, context.Cancelled);
            context.Store<ModelRegistry>().RecordEmbedder(entry, loaded.IndexVersion);
            await using var session = AnsweringSession.Open(
                store, loaded, index, context.Time, precision: context.Parsed.GetValue(precision));
            var started = context.Time.GetTimestamp();
            var kind = context.Parsed.GetValue(retriever);
            var unread = context.Parsed.GetValue(retrievalOnly);
            var outcomes = unread
                ? await Evaluator.RetrieveAsync(session.Answerer, questions, kind, context.Time, context.Progress, context.Cancelled)
                : await Evaluator.RunAsync(session.Answerer, questions, context.Parsed.GetValue(k), kind, context.Time, context.Progress, context.Cancelled);
            var file = context.Parsed.GetValue(output) ?? ReportOf(context);
            if (file is not null)
                OutcomeFile.Write(file, outcomes);
            var report = EvaluationReport.Of(outcomes);
            if (unread)
            {
                context.Print(
                    new
                    {
                        n = report.Questions, report.Answerable, recallAt = report.RecallAt, recallByAnswerAt = report.RecallByAnswerAt,
                            recallByPassageAt = report.RecallByPassageAt, recallByDocumentAt = report.RecallByDocumentAt, ndcgAt10 = report.NdcgAt10,
                        mrr = report.MeanReciprocalRank, perQuestion = file, model = loaded.Name, generation = index?.Generation, retriever = kind,
                        seconds = context.Time.GetElapsedTime(started).TotalSeconds, leftOut = read.Named, leftOutCount = read.LeftOut.Count,
                    },
                    [.. EvaluationTable.RetrievalLines(report), .. read.Lines()]);
                return;
            }
            var calibration = CalibrationReport.Of(outcomes);
            var result = new EvaluationResult(
                report.Questions, report.Answerable, report.ExactMatch, report.F1, report.ExactMatchOrqa, report.ForcedExactMatch, report.ForcedF1,
                report.RecallAt, report.RecallByAnswerAt, report.RecallByPassageAt, report.MeanReciprocalRank, report.ReaderOracle, report.NoAnswer,
                report.UnanswerableRecognised, report.FalseRefusals, session.Answerer.IsCalibrated, calibration, file,
                loaded.Name, index?.Generation, kind, context.Time.GetElapsedTime(started).TotalSeconds)
            {
                RecallByDocumentAt = report.RecallByDocumentAt, NdcgAt10 = report.NdcgAt10, P50Milliseconds = report.MedianMilliseconds,
                LeftOut = read.Named, LeftOutCount = read.LeftOut.Count,
            };
            Record(
                context, entry,
                new EvaluationRow
                {
                    QuestionSet = context.Store<QuestionSetLibrary>().NameOf(asked.File(context)), Corpus = name, Retriever = kind.ToString(),
                    Questions = report.Questions, ReportFile = file,
                },
                result.Figures());
            context.Print(
                result,
                [
                    .. EvaluationTable.Lines(report), "",
                    session.Answerer.IsCalibrated ? "Calibrated confidence:" : "Score (not calibrated; `realm calibrate` fits it):",
                    .. EvaluationTable.Lines(calibration), .. read.Lines(),
                ]);
        }));
        return command;
    }

    private static void ReadAlone(VerbContext context, RealmModel model, AskedQuestions asked, ReadingPrecision precision, string? file)
    {
        var report = GoldPassageReader.Report(model, asked.Questions, context.Progress, precision, context.Cancelled);
        if (file is not null)
            OutcomeFile.Write(file, report.Outcomes);
        context.Print(
            new
            {
                n = report.Answerable, em = report.ExactMatch, f1 = report.F1, perQuestion = file, model = model.Name, unanswerable = report.Refusals,
                leftOut = asked.Named, leftOutCount = asked.LeftOut.Count,
            },
            [.. EvaluationTable.PassageLines(report), .. asked.Lines()]);
    }

    // What a run measures is kept question by question.
    private static string? ReportOf(VerbContext context) =>
        context.RunId is { } run ? Path.Combine(Directory.CreateDirectory(context.Paths.Evaluations).FullName, $"{run}.jsonl") : null;

    private static void Record(VerbContext context, ModelEntry model, EvaluationRow evaluation, IReadOnlyDictionary<string, double> figures)
    {
        (evaluation.At, evaluation.RunId) = (context.Time.GetUtcNow(), context.RunId);
        // Relative inside the data folder, which may be moved.
        if (evaluation.ReportFile is { } file && Path.GetRelativePath(context.Paths.Root, Path.GetFullPath(file)) is var inside)
            evaluation.ReportFile = inside.StartsWith("..", StringComparison.Ordinal) ? Path.GetFullPath(file) : inside;
        context.Store<EvaluationStore>().Record(model, evaluation, figures);
    }
}
