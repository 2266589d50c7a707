using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;
using RealmWeb.Data.Runs;
using RealmWeb.Data.Uploads;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Text;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.Corpora;

/// <summary>What an import reads.</summary>
/// <param name="Paths">Files and folders on this machine.</param>
/// <param name="Upload">Upload to read instead; it is removed when the run ends. Null for none.</param>
/// <param name="BuildIndex">Build the index when anything changed.</param>
/// <param name="Files">How many files the upload has.</param>
/// <param name="Bytes">How large they are together.</param>
/// <param name="TextColumn">Column of tables or field of JSON that holds the text; null for the usual names.</param>
/// <param name="TitleColumn">The same for the title.</param>
public sealed record ImportParameters(
    string Corpus, IReadOnlyList<string> Paths, string? Upload = null, bool BuildIndex = true, int Files = 0, long Bytes = 0,
    string? TextColumn = null, string? TitleColumn = null, bool Prune = false) : IRunParameters
{
    RunKind IRunParameters.Kind => RunKind.Import;
}

/// <summary>Imports files into a corpus, in this process: it is light work. Goes on behind its last batch after an interruption.</summary>
internal sealed class ImportWork(
    CorpusLibrary corpora, ModelLibrary models, UploadStore uploads, RealmPaths paths, IOptions<RealmDataOptions> options) : IRunWork
{
    private const int MostSkippedLogged = 1000;
    private const int MostDepartedLogged = 1000;

    public RunKind Kind => RunKind.Import;

    public Task<RunPlan> PlanAsync(IRunParameters parameters, CancellationToken cancellationToken)
    {
        var import = parameters.As<ImportParameters>();
        corpora.Open(import.Corpus);
        return Task.FromResult(new RunPlan(import, import.Corpus, ExclusiveKeys.Corpus(import.Corpus)));
    }

    public void CleanUp(Run run)
    {
        var import = RunParameters.Of<ImportParameters>(run);
        if (import.Upload is { } upload)
            uploads.Remove(upload);
        corpora.Find(import.Corpus)?.ForgetImport(run.Id.ToString());
    }

    public async Task<RunOutcome> ExecuteAsync(RunContext run, CancellationToken cancellationToken)
    {
        var parameters = RunParameters.Of<ImportParameters>(run.Run);
        var corpus = corpora.Open(parameters.Corpus);
        var tokenizer = new WordPieceTokenizer(Vocabulary.Load(VocabularyFile()));
        var files = parameters.Upload is { } upload ? uploads.Files(upload) : [];
        var read = parameters.Upload is { } from ? [.. files.Select(file => uploads.PathOf(from, file))] : parameters.Paths;
        var names = new UploadNames(files);
        var logged = 0;
        var reading = new CorpusReadOptions
        {
            TextField = parameters.TextColumn,
            TitleField = parameters.TitleColumn,
            ScratchFolder = paths.Scratch,
        };
        var (done, departed) = CorpusImporter.Import(
            corpus, tokenizer, read, run.Run.Id.ToString(), reading, names: names,
            progress: now => Report(run, now), skipped: skip => LogSkip(run, skip, ++logged), reservedBytes: options.Value.ReservedBytes,
            cancellationToken: cancellationToken);
        if (done.Documents == 0)
            throw new RunFailedException(ImportWords.NothingRead(done));
        var pruned = parameters.Prune ? corpus.Documents.Delete(departed.Select(document => document.Id)) : 0;
        Report(run, done, parameters.Prune ? ImportWords.Pruned(pruned) : ImportWords.Departed(departed.Count));
        run.Measure(done.Documents, new Dictionary<string, double>
        {
            ["documents"] = done.Documents,
            ["blocks"] = done.Blocks,
            ["skipped"] = done.SkippedCount,
        });
        if (ImportWords.ToldApart(done.ToldApart) is { } toldApart)
            run.Log("warning", toldApart);
        LogDeparted(run, departed, parameters.Prune);
        run.Log("info", string.Create(CultureInfo.InvariantCulture,
            $"{done.Added} documents added, {done.Changed} changed, {done.Unchanged} unchanged, {done.SkippedCount} skipped; {done.Blocks} new passages."));
        var leftOut = done.SkippedCount == 0 ? null : string.Create(CultureInfo.InvariantCulture,
            $"{done.SkippedCount} of {done.Documents + done.SkippedCount} items were skipped; the log says which and why.");
        var result = new
        {
            documents = done.Documents, blocks = done.Blocks, skipped = done.Skipped, remarks = done.Remarks, toldApart = done.ToldApart,
            departed = departed.Take(MostDepartedLogged), departedCount = departed.Count, pruned,
        };
        return new RunOutcome(
            leftOut, JsonSerializer.Serialize(result, JsonSerializerOptions.Web),
            Then: parameters.BuildIndex && done.Added + done.Changed > 0 ? new IndexBuildParameters(corpus.Name) : null);
    }

    private static void LogDeparted(RunContext run, IReadOnlyList<DepartedDocument> departed, bool pruned)
    {
        if (ImportWords.Departed(departed.Count) is not { } left)
            return;
        run.Log("warning", pruned ? ImportWords.Pruned(departed.Count)! : $"{left} Delete them on the page of the corpus if they are not wanted.");
        foreach (var document in departed.Take(MostDepartedLogged))
            run.Log("warning", $"{(pruned ? "Deleted" : "Not in its file any more")}: {document.SourceId} ({document.Title})");
    }

    // The bytes read are the only measure whose end is known.
    private static void Report(RunContext run, ImportProgress done, string? remark = null) =>
        run.Report(Kibibytes(done.BytesRead), Kibibytes(done.BytesTotal), "KiB", string.Create(CultureInfo.InvariantCulture,
            $"Importing: {done.Documents} documents, {done.Blocks} new passages{(remark is null ? "" : $". {remark}")}"));

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
        ?? throw new RunFailedException(
            "There is no model, so nothing says how to cut passages. Put a model folder beside the program or run `realm model import`.");
}
