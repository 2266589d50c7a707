using System.Globalization;
using Microsoft.Extensions.Options;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Runs;
using RealmWeb.Engine.Corpora;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.Corpora;

/// <summary>Which folder a corpus is brought into step with.</summary>
/// <param name="Folder">Its name in <see cref="RealmJobsOptions.SourceFolders"/>.</param>
/// <param name="DryRun">Only say what would be added, changed and deleted.</param>
public sealed record SyncParameters(string Corpus, string Folder, bool DryRun = false) : IRunParameters
{
    RunKind IRunParameters.Kind => RunKind.Sync;
}

/// <summary>Brings a corpus into step with a folder of this machine: an import that deletes what left the folder. Documents that came from elsewhere
/// stay.</summary>
internal sealed class SyncWork(
    CorpusLibrary corpora, ImportReading reading, RealmPaths paths, IOptions<RealmJobsOptions> jobs, IOptions<RealmDataOptions> data) : IRunWork
{
    private const int MostNamed = 1000;

    // A folder that lost most of its files is more often a disk that is not there, or a wrong path, than somebody's wish.
    private const double MostDeletedShare = 0.5;
    private const int AlwaysDeleted = 10;

    public RunKind Kind => RunKind.Sync;

    public Task<RunPlan> PlanAsync(IRunParameters parameters, CancellationToken cancellationToken)
    {
        var sync = parameters.As<SyncParameters>();
        corpora.Open(sync.Corpus);
        PathOf(sync.Folder);
        return Task.FromResult(new RunPlan(sync, sync.Corpus, ExclusiveKeys.Corpus(sync.Corpus)));
    }

    public void CleanUp(Run run) => corpora.Find(RunParameters.Of<SyncParameters>(run).Corpus)?.ForgetImport(run.Id.ToString());

    public Task<RunOutcome> ExecuteAsync(RunContext run, CancellationToken cancellationToken)
    {
        var sync = RunParameters.Of<SyncParameters>(run.Run);
        var folder = PathOf(sync.Folder);
        if (!Directory.Exists(folder))
            throw new RunFailedException($"The folder \"{sync.Folder}\" of Realm:Jobs:SourceFolders is not there: {folder}. Nothing was deleted.");
        var corpus = corpora.Open(sync.Corpus);
        return Task.FromResult(sync.DryRun ? Try(run, corpus, folder, cancellationToken) : BringIntoStep(run, corpus, folder, cancellationToken));
    }

    private RunOutcome BringIntoStep(RunContext run, CorpusStore corpus, string folder, CancellationToken cancellationToken)
    {
        var (done, departed) = Read(run, corpus, folder, cancellationToken);
        var remark = TooMany(done, departed.Count);
        var deleted = remark is null ? corpus.Documents.Delete(departed.Select(document => document.Id)) : 0;
        ImportReading.Report(run, done, ImportWords.Pruned(deleted));
        if (remark is not null)
            run.Log("warning", remark);
        ImportReading.LogNames(run, remark is null ? "Deleted" : "Not in the folder any more", departed);
        return ImportReading.Outcome(run, done, departed, deleted, done.Added + done.Changed > 0 ? new IndexBuildParameters(corpus.Name) : null, remark);
    }

    // On a copy, so that it says exactly what the real one would do.
    private RunOutcome Try(RunContext run, CorpusStore corpus, string folder, CancellationToken cancellationToken)
    {
        using var copy = corpus.Copy(paths.Scratch, data.Value.ReservedBytes);
        var (done, departed) = Read(run, copy.Store, folder, cancellationToken);
        ImportReading.LogNames(run, "Would be deleted", departed);
        if (TooMany(done, departed.Count) is { } remark)
            run.Log("warning", remark);
        ImportReading.Report(run, done, string.Create(CultureInfo.InvariantCulture,
            $"Dry run: {done.Added} would be added, {done.Changed} changed, {departed.Count} deleted; nothing was changed"));
        return ImportReading.Outcome(run, done, departed, pruned: 0, then: null);
    }

    private ImportResult Read(RunContext run, CorpusStore corpus, string folder, CancellationToken cancellationToken)
    {
        var named = 0;
        return reading.Read(run, corpus, [folder], names: null, textColumn: null, titleColumn: null, Name, cancellationToken);

        void Name(Document document, UpsertOutcome outcome)
        {
            if (outcome != UpsertOutcome.Unchanged && named++ < MostNamed)
                run.Log("info", $"{(outcome == UpsertOutcome.Added ? "New" : "Changed")}: {document.SourceId} ({document.Title})");
        }
    }

    /// <returns>Null where what left the folder may go.</returns>
    private static string? TooMany(ImportProgress done, int departed)
    {
        var before = done.Unchanged + done.Changed + departed;
        return departed <= AlwaysDeleted || departed <= MostDeletedShare * before ? null
            : string.Create(CultureInfo.InvariantCulture, $"{departed} of {before} documents are not in the folder any more. That is more than half, ")
                + "so none is deleted: is the whole folder there? If they are to go, delete them on the page of the corpus.";
    }

    private string PathOf(string name) => jobs.Value.SourceFolders.TryGetValue(name ?? "", out var path) ? path
        : throw new ArgumentException(jobs.Value.SourceFolders.Count == 0
            ? "There is no folder to bring a corpus into step with. Name one in the setting Realm:Jobs:SourceFolders:NAME."
            : $"There is no folder \"{name}\". Realm:Jobs:SourceFolders has {string.Join(", ", jobs.Value.SourceFolders.Keys.Order(StringComparer.Ordinal))}.",
            nameof(name));
}
