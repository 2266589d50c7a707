using System.Globalization;
using System.Text.Json;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;
using RealmWeb.Data.Runs;
using RealmWeb.Data.Uploads;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Text;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.Corpora;

/// <summary>Imports files into a corpus, in this process: it is light work. Goes on behind its last batch after an interruption.</summary>
internal sealed class ImportWork(CorpusLibrary corpora, ModelLibrary models, UploadStore uploads, RunLauncher launcher) : IRunWork
{
    private const int MostSkippedLogged = 1000;

    public IReadOnlyList<RunKind> Kinds => [RunKind.Import];

    public async Task<RunOutcome> ExecuteAsync(RunContext run, CancellationToken cancellationToken)
    {
        var parameters = RunContext.ParametersOf<ImportParameters>(run.Run);
        var corpus = corpora.Open(parameters.Corpus);
        var tokenizer = new WordPieceTokenizer(Vocabulary.Load(VocabularyFile()));
        var files = parameters.Upload is { } upload ? uploads.Files(upload) : [];
        var paths = parameters.Upload is { } from ? [.. files.Select(file => uploads.PathOf(from, file))] : parameters.Paths;
        var names = new UploadNames(files);
        var logged = 0;
        var done = CorpusImporter.Import(
            corpus, tokenizer, paths, run.Run.Id.ToString(), rename: names.Restore,
            progress: now => Report(run, now), skipped: skip => LogSkip(run, skip, ++logged), cancellationToken: cancellationToken);
        Report(run, done);
        run.Measure(done.Documents, new Dictionary<string, double>
        {
            ["documents"] = done.Documents,
            ["blocks"] = done.Blocks,
            ["skipped"] = done.SkippedCount,
        });
        run.Log("info", string.Create(CultureInfo.InvariantCulture,
            $"{done.Added} documents added, {done.Changed} changed, {done.Unchanged} unchanged, {done.SkippedCount} skipped; {done.Blocks} new passages."));
        if (done.Documents == 0)
            throw new RunFailedException($"No document could be read. {done.Skipped.Select(skip => $"{skip.Path}: {skip.Reason}").FirstOrDefault() ?? "The files are empty."}");
        if (parameters.BuildIndex && done.Added + done.Changed > 0)
        {
            await launcher.BuildIndexAsync(new IndexBuildParameters(corpus.Name), run.Run.StartedBy, CancellationToken.None);
            run.Log("info", "The index build is queued.");
        }
        var leftOut = done.SkippedCount == 0 ? null : string.Create(CultureInfo.InvariantCulture,
            $"{done.SkippedCount} of {done.Documents + done.SkippedCount} items were skipped; the log says which and why.");
        return new RunOutcome(leftOut, JsonSerializer.Serialize(new { documents = done.Documents, blocks = done.Blocks, skipped = done.Skipped }, JsonSerializerOptions.Web));
    }

    // The bytes read are the only measure whose end is known.
    private static void Report(RunContext run, ImportProgress done) =>
        run.Report(Kibibytes(done.BytesRead), Kibibytes(done.BytesTotal), "KiB", string.Create(CultureInfo.InvariantCulture,
            $"Importing: {done.Documents} documents, {done.Blocks} new passages"));

    private static long Kibibytes(long bytes) => (bytes + 1023) / 1024;

    private static void LogSkip(RunContext run, Skipped skip, int number)
    {
        if (number <= MostSkippedLogged)
            run.Log("warning", $"Skipped {skip.Path}: {skip.Reason}");
        else if (number == MostSkippedLogged + 1)
            run.Log("warning", "More was skipped; it is counted but not named.");
    }

    private string VocabularyFile() =>
        models.Production()?.VocabularyFile
        ?? throw new RunFailedException("There is no model, so nothing says how to cut passages. Put a model folder beside the program or run `realm model import`.");
}
