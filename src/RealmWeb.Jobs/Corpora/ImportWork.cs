using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Runs;
using RealmWeb.Data.Uploads;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.Corpora;

/// <summary>What an import reads.</summary>
/// <param name="Paths">Files and folders on this machine.</param>
/// <param name="Upload">Upload to read instead; when the run ends, those of its files are removed in which nothing was skipped. Null for none.</param>
/// <param name="BuildIndex">Build the index when anything changed.</param>
/// <param name="Files">How many files the upload has.</param>
/// <param name="Bytes">How large they are together.</param>
/// <param name="TextColumn">Column of tables or field of JSON that holds the text; null for the usual names.</param>
/// <param name="TitleColumn">The same for the title.</param>
/// <param name="KnownAs">What ids call the one file that is read; null for its name, as wherever a file was not read as part of a folder before.</param>
public sealed record ImportParameters(
    string Corpus, IReadOnlyList<string> Paths, string? Upload = null, bool BuildIndex = true, int Files = 0, long Bytes = 0,
    string? TextColumn = null, string? TitleColumn = null, bool Prune = false,
    string? KnownAs = null) : IRunParameters
{
    RunKind IRunParameters.Kind => RunKind.Import;
}

/// <summary>Imports files into a corpus, in this process: it is light work. Goes on behind its last batch after an interruption.</summary>
internal sealed class ImportWork(CorpusLibrary corpora, UploadStore uploads, ImportReading reading, ImportFailures failures) : IRunWork
{
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
            failures.Settle(run, upload);
        corpora.Find(import.Corpus)?.ForgetImport(run.Id.ToString());
    }

    public Task<RunOutcome> ExecuteAsync(RunContext run, CancellationToken cancellationToken)
    {
        var parameters = RunParameters.Of<ImportParameters>(run.Run);
        var corpus = corpora.Open(parameters.Corpus);
        var files = parameters.Upload is { } upload ? uploads.Files(upload) : [];
        var paths = parameters.Upload is { } from ? [.. files.Select(file => uploads.PathOf(from, file))] : parameters.Paths;
        IImportNames names = parameters.KnownAs is { } known ? new KnownNames(paths[0], known) : new UploadNames(files);
        var (done, departed) = reading.Read(
            run, corpus, paths, names, parameters.TextColumn, parameters.TitleColumn, taken: null, cancellationToken);
        var pruned = parameters.Prune ? corpus.Documents.Delete(departed.Select(document => document.Id)) : 0;
        ImportReading.Report(run, done, parameters.Prune ? ImportWords.Pruned(pruned) : ImportWords.Departed(departed.Count));
        if (ImportWords.Departed(departed.Count) is { } left)
        {
            run.Log("warning", parameters.Prune
                ? ImportWords.Pruned(departed.Count)! : $"{left} Delete them on the page of the corpus if they are not wanted.");
        }
        ImportReading.LogNames(run, parameters.Prune ? "Deleted" : "Not in its file any more", departed);
        return Task.FromResult(ImportReading.Outcome(
            run, done, departed, pruned, parameters.BuildIndex && done.Added + done.Changed > 0 ? new IndexBuildParameters(corpus.Name) : null));
    }
}
