using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts.Sources;
using RealmWeb.Data;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Runs;
using RealmWeb.Data.Sources;
using RealmWeb.Engine.Corpora;
using RealmWeb.Files;
using RealmWeb.Jobs.Runs;
using RealmWeb.Jobs.Sources;

namespace RealmWeb.Jobs.Corpora;

/// <summary>Which source a corpus is brought into step with.</summary>
/// <param name="Folder">Name of a folder in <see cref="RealmJobsOptions.SourceFolders"/>; with <paramref name="Source"/>, the name of that one.</param>
/// <param name="DryRun">Only say what would be added, changed and deleted.</param>
/// <param name="Source">A source of the corpus; null for a folder that is none.</param>
/// <param name="Force">Delete what is gone even where that is more than half.</param>
public sealed record SyncParameters(string Corpus, string Folder, bool DryRun = false, Guid? Source = null, bool Force = false) : IRunParameters
{
    RunKind IRunParameters.Kind => RunKind.Sync;
}

/// <summary>Brings a corpus into step with a source: fetches what is new there, and imports it so that what left the source is deleted. Documents that came
/// from elsewhere stay.</summary>
internal sealed class SyncWork(
    CorpusLibrary corpora, ImportReading reading, SourceStore sources, SourceReaders readers, FolderSource folders, RealmPaths paths,
    IOptions<RealmDataOptions> data, TimeProvider time) : IRunWork
{
    private const int MostNamed = 1000;

    // A source that lost most of its files is more often a disk that is not there, or a wrong path, than somebody's wish.
    private const double MostDeletedShare = 0.5;
    private const int AlwaysDeleted = 10;

    public RunKind Kind => RunKind.Sync;

    public async Task<RunPlan> PlanAsync(IRunParameters parameters, CancellationToken cancellationToken)
    {
        var sync = parameters.As<SyncParameters>();
        corpora.Open(sync.Corpus);
        if (sync.Source is not { } id)
        {
            folders.PathOf(sync.Folder);
        }
        else
        {
            var row = await sources.FindAsync(id, cancellationToken);
            if (row is null || row.Corpus != sync.Corpus)
                throw new ArgumentException($"\"{sync.Corpus}\" has no source {id}. Pick one on the page of the corpus.", nameof(parameters));
            if (!row.Enabled && !sync.DryRun)
                throw new ArgumentException($"The source \"{row.Name}\" is switched off. Switch it on, or try it.", nameof(parameters));
            readers.Of(row.Kind).Check(SourceSettings.Of(row));
            sync = sync with { Folder = row.Name };
        }
        return new RunPlan(sync, sync.Corpus, ExclusiveKeys.Corpus(sync.Corpus));
    }

    public void CleanUp(Run run) => corpora.Find(RunParameters.Of<SyncParameters>(run).Corpus)?.ForgetImport(run.Id.ToString());

    public async Task<RunOutcome> ExecuteAsync(RunContext run, CancellationToken cancellationToken)
    {
        var sync = RunParameters.Of<SyncParameters>(run.Run);
        var corpus = corpora.Open(sync.Corpus);
        var row = sync.Source is not { } id ? null : await sources.FindAsync(id, cancellationToken)
            ?? throw new RunFailedException($"The source \"{sync.Folder}\" was deleted meanwhile. Nothing was changed.");
        if (row is null or { Kind: SourceKind.Folder })
        {
            var (name, path) = FolderOf(row?.Address ?? sync.Folder);
            if (!Directory.Exists(path))
                throw new RunFailedException($"The folder \"{name}\" of Realm:Jobs:SourceFolders is not there: {path}. Nothing was deleted.");
            return await BringIntoStepAsync(run, sync, row, corpus, path, names: null, cancellationToken);
        }
        DiskRoom.Require(paths.Root, $"Fetching {row.Name}", 0, data.Value.ReservedBytes);
        var folder = sources.FolderOf(row.Id);
        using var mirror = SourceMirror.Open(folder, data.Value.ReservedBytes);
        await readers.Of(row.Kind).FetchAsync(new SourceFetch(row, SourceSettings.Of(row), mirror, run, folder), cancellationToken);
        return await BringIntoStepAsync(run, sync, row, corpus, mirror.Files, new MirrorNames(mirror, row.Id), cancellationToken);
    }

    private (string Name, string Path) FolderOf(string name)
    {
        try
        {
            return (name, folders.PathOf(name));
        }
        catch (ArgumentException gone)
        {
            // Named when it was planned, and not any more.
            throw new RunFailedException($"{gone.Message} Nothing was deleted.");
        }
    }

    private async Task<RunOutcome> BringIntoStepAsync(
        RunContext run, SyncParameters sync, SourceRow? row, CorpusStore corpus, string folder, IImportNames? names, CancellationToken cancellationToken)
    {
        // A trial is on a copy, so that it says exactly what the real one would do.
        using var copy = sync.DryRun ? corpus.Copy(paths.Scratch, data.Value.ReservedBytes) : null;
        var changes = new List<SourceChange>();
        var (done, departed) = reading.Read(
            run, copy?.Store ?? corpus, [folder], names, textColumn: null, titleColumn: null, Note, cancellationToken);
        if (!sync.DryRun && run.Run.Attempt > 1)
        {
            // What was stored before the interruption was noted by a process that is gone.
            changes = [.. corpus.Documents.BroughtInBy(run.Run.Id.ToString(), MostNamed).Select(document => new SourceChange(
                document.IsNew ? SourceChangeKind.Added : SourceChangeKind.Changed, document.SourceId, document.Title))];
        }
        var remark = sync.Force ? null : TooMany(done, departed.Count);
        var due = remark is not null ? [] : await DueAsync(row, departed, sync.DryRun, cancellationToken);
        var kept = remark is not null ? [] : departed.Where(document => due.All(gone => gone.Id != document.Id)).ToList();
        changes.AddRange((remark is null ? due : departed).Take(MostNamed)
            .Select(document => new SourceChange(SourceChangeKind.Removed, document.SourceId, document.Title)));
        var deleted = sync.DryRun || remark is not null ? 0 : corpus.Documents.Delete(due.Select(document => document.Id));
        LogOutcome(run, sync, done, departed, due, kept, remark, deleted);
        var outcome = ImportReading.Outcome(
            run, done, departed, deleted, !sync.DryRun && done.Added + done.Changed > 0 ? new IndexBuildParameters(corpus.Name) : null,
            sync.DryRun ? null : remark);
        var result = new SyncResult(
            done.Added, done.Changed, done.Unchanged, sync.DryRun ? due.Count : deleted, kept.Count, changes, remark, done.SkippedCount, done.Skipped,
            done.Remarks, deleted);
        return outcome with { ResultJson = JsonSerializer.Serialize(result, JsonSerializerOptions.Web) };

        void Note(Document document, UpsertOutcome what)
        {
            if (what == UpsertOutcome.Unchanged || changes.Count >= MostNamed)
                return;
            var added = what == UpsertOutcome.Added;
            changes.Add(new SourceChange(added ? SourceChangeKind.Added : SourceChangeKind.Changed, document.SourceId, document.Title));
            run.Log("info", $"{(added ? "New" : "Changed")}: {document.SourceId} ({document.Title})");
        }
    }

    // What has been gone for as long as it was to be kept.
    private async Task<IReadOnlyList<DepartedDocument>> DueAsync(
        SourceRow? row, IReadOnlyList<DepartedDocument> departed, bool dryRun, CancellationToken cancellationToken)
    {
        if (row is null)
            return departed;
        var now = time.GetUtcNow();
        var since = dryRun ? await sources.DepartedAsync(row.Id, cancellationToken)
            : await sources.NoteDepartedAsync(row.Id, [.. departed.Select(document => document.Id)], now, cancellationToken);
        return [.. departed.Where(document => since.GetValueOrDefault(document.Id, now).AddDays(row.KeepDays) <= now)];
    }

    private static void LogOutcome(
        RunContext run, SyncParameters sync, ImportProgress done, IReadOnlyList<DepartedDocument> departed, IReadOnlyList<DepartedDocument> due,
        List<DepartedDocument> kept, string? remark, int deleted)
    {
        if (remark is not null)
            run.Log("warning", remark);
        if (sync.DryRun)
        {
            ImportReading.LogNames(run, "Would be deleted", remark is null ? due : departed);
            ImportReading.Report(run, done, string.Create(CultureInfo.InvariantCulture,
                $"Dry run: {done.Added} would be added, {done.Changed} changed, {(remark is null ? due.Count : departed.Count)} deleted; nothing was changed"));
        }
        else
        {
            ImportReading.Report(run, done, ImportWords.Pruned(deleted));
            ImportReading.LogNames(run, remark is null ? "Deleted" : "Not in the source any more", remark is null ? due : departed);
        }
        if (kept.Count > 0)
            run.Log("info", string.Create(CultureInfo.InvariantCulture, $"{kept.Count} documents are gone at the source and are kept for now."));
    }

    /// <returns>Null where what left the source may go.</returns>
    private static string? TooMany(ImportProgress done, int departed)
    {
        var before = done.Unchanged + done.Changed + departed;
        return departed <= AlwaysDeleted || departed <= MostDeletedShare * before ? null
            : string.Create(CultureInfo.InvariantCulture, $"{departed} of {before} documents are not in the source any more. That is more than half, ")
                + "so none is deleted: is the whole of it there? If they are to go, delete them on the page of the corpus, or sync the source by force.";
    }
}

/// <summary>What a sync did, as it is stored with its run.</summary>
/// <param name="Pruned">As other imports call what they deleted.</param>
internal sealed record SyncResult(
    long Added, long Changed, long Unchanged, long Removed, long Kept, IReadOnlyList<SourceChange> Changes, string? Remark, long SkippedCount,
    IReadOnlyList<Skipped> Skipped, IReadOnlyList<Skipped> Remarks, int Pruned);
