using System.Text.Json;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts.Schedules;
using RealmWeb.Contracts.Sources;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Runs;
using RealmWeb.Data.Schedules;
using RealmWeb.Data.Sources;
using RealmWeb.Data.Storage;
using RealmWeb.Engine.Text;
using RealmWeb.Jobs.Corpora;
using RealmWeb.Jobs.Runs;
using RealmWeb.Jobs.Schedules;

namespace RealmWeb.Jobs.Sources;

/// <summary>Where the sources of corpora are made, changed and brought into step. Nothing is kept that could not be read now.</summary>
public sealed class SourceDesk
{
    private const int LongestName = 60;
    private const int LongestKept = 3650;
    private const int ShownSyncs = 10;
    private const int MostSources = 100;

    private readonly SourceStore _sources;
    private readonly SourceReaders _readers;
    private readonly ScheduleDesk _schedules;
    private readonly ScheduleStore _times;
    private readonly CorpusLibrary _corpora;
    private readonly RunLauncher _launcher;
    private readonly RunStore _runs;
    private readonly TimeProvider _time;

    internal SourceDesk(
        SourceStore sources, SourceReaders readers, ScheduleDesk schedules, ScheduleStore times, CorpusLibrary corpora, RunLauncher launcher, RunStore runs,
        TimeProvider time) =>
        (_sources, _readers, _schedules, _times, _corpora, _launcher, _runs, _time) = (sources, readers, schedules, times, corpora, launcher, runs, time);

    /// <summary>Of a corpus, by name.</summary>
    /// <param name="isAdmin">Whoever asks may read places that are not public.</param>
    public async Task<IReadOnlyList<SourceView>> ListAsync(string corpus, bool isAdmin, CancellationToken cancellationToken = default)
    {
        var syncs = await SyncsAsync(corpus, cancellationToken);
        var views = new List<SourceView>();
        foreach (var row in await _sources.ListAsync(corpus, cancellationToken))
            views.Add(await ViewAsync(row, isAdmin, syncs, cancellationToken));
        return views;
    }

    /// <exception cref="ArgumentException">It cannot be done; the message says why.</exception>
    /// <exception cref="PrivateSourceException">It is for administrators to make.</exception>
    public async Task<SourceView> CreateAsync(
        string corpus, SaveSourceRequest request, string madeBy, bool isAdmin, CancellationToken cancellationToken = default)
    {
        var checkedSource = Check(request, isAdmin);
        if ((await _sources.ListAsync(corpus, cancellationToken)).Count >= MostSources)
            throw new ArgumentException($"\"{corpus}\" has {MostSources} sources. Delete one first.", nameof(request));
        var row = new SourceRow
        {
            Id = Guid.CreateVersion7(_time.GetUtcNow()), Corpus = corpus, Name = "", Address = "", SettingsJson = "", MadeBy = madeBy,
            MadeAt = _time.GetUtcNow(),
        };
        SourceSettings.Fill(row, checkedSource);
        await UnlessTakenAsync(row.Name, () => _sources.AddAsync(row, cancellationToken));
        try
        {
            await ScheduleAsync(row, checkedSource, madeBy, cancellationToken);
        }
        catch
        {
            await _sources.DeleteAsync(row.Id, CancellationToken.None);
            throw;
        }
        return await ViewAsync(row, isAdmin, [], cancellationToken);
    }

    /// <returns>Null when there is none.</returns>
    /// <exception cref="ArgumentException">It cannot be done; the message says why.</exception>
    /// <exception cref="PrivateSourceException">It is for administrators to change.</exception>
    public async Task<SourceView?> UpdateAsync(
        string corpus, Guid id, SaveSourceRequest request, string changedBy, bool isAdmin, CancellationToken cancellationToken = default)
    {
        if (await FindAsync(corpus, id, cancellationToken) is not { } row)
            return null;
        RequireRight(SourceSettings.Of(row), isAdmin);
        if (request.Kind != row.Kind)
            throw new ArgumentException($"The source is a {row.Kind} and stays one. Make another source for a {request.Kind}.", nameof(request));
        var checkedSource = Check(request, isAdmin);
        var former = SourceSettings.Of(row);
        // What was fetched another way would be taken for what it is now.
        var isReadAnew = former with { Name = "", KeepDays = 0, Enabled = true, Times = null } != checkedSource with
        {
            Name = "", KeepDays = 0, Enabled = true, Times = null, Git = SameFiles(former.Git, checkedSource.Git) ? former.Git : checkedSource.Git,
        };
        if (isReadAnew && await ActiveAsync(corpus, id, cancellationToken) is not null)
            throw new ArgumentException($"The source \"{row.Name}\" is being read. Cancel that or wait for its end, then change it.", nameof(id));
        SourceSettings.Fill(row, checkedSource);
        // Before the row: a process that dies between them reads everything again, in place of taking the old for the new.
        if (isReadAnew)
            _sources.ForgetFetched(row.Id);
        var there = false;
        await UnlessTakenAsync(row.Name, async () => there = await _sources.UpdateAsync(row, cancellationToken));
        if (!there)
            return null;
        await ScheduleAsync(row, checkedSource, changedBy, cancellationToken);
        return await ViewAsync(row, isAdmin, await SyncsAsync(corpus, cancellationToken), cancellationToken);
    }

    /// <summary>Deletes a source with its schedule and what was fetched of it.</summary>
    /// <param name="documents">Its documents too; else they stay.</param>
    /// <returns>False when there is none.</returns>
    /// <exception cref="ArgumentException">It is being read, or nothing says any more which documents are its own.</exception>
    /// <exception cref="PrivateSourceException">It is for administrators to change.</exception>
    public async Task<bool> DeleteAsync(string corpus, Guid id, bool documents, bool isAdmin, CancellationToken cancellationToken = default)
    {
        if (await FindAsync(corpus, id, cancellationToken) is not { } row)
            return false;
        RequireRight(SourceSettings.Of(row), isAdmin);
        if (await ActiveAsync(corpus, id, cancellationToken) is not null)
            throw new ArgumentException($"The source \"{row.Name}\" is being read. Cancel that or wait for its end, then delete the source.", nameof(id));
        // Known before anything goes.
        var root = documents ? RootOf(row) : null;
        await _sources.DeleteAsync(row.Id, cancellationToken);
        if (root is not null && _corpora.Find(corpus) is { } store)
            store.Documents.DeleteBelow(root);
        return true;
    }

    /// <summary>Brings a source into step, or says what that would change.</summary>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="ArgumentException">It cannot be done; the message says why.</exception>
    public async Task<RunSnapshot?> SyncAsync(
        string corpus, Guid id, SyncSourceRequest request, string startedBy, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return await FindAsync(corpus, id, cancellationToken) is not { } row ? null : await _launcher.LaunchAsync(
            new SyncParameters(corpus, row.Name, request.DryRun, id, request.Force), startedBy, cancellationToken: cancellationToken);
    }

    /// <summary>Breaks off what reads a source now; nothing happens where nothing does.</summary>
    /// <returns>False when there is no such source.</returns>
    public async Task<bool> CancelAsync(string corpus, Guid id, CancellationToken cancellationToken = default)
    {
        if (await FindAsync(corpus, id, cancellationToken) is null)
            return false;
        if (await ActiveAsync(corpus, id, cancellationToken) is { } run)
            await _launcher.CancelAsync(run.Id, cancellationToken);
        return true;
    }

    private async Task<SourceRow?> FindAsync(string corpus, Guid id, CancellationToken cancellationToken) =>
        await _sources.FindAsync(id, cancellationToken) is { } row && row.Corpus == corpus ? row : null;

    private async Task<Run?> ActiveAsync(string corpus, Guid id, CancellationToken cancellationToken) =>
        (await SyncsAsync(corpus, cancellationToken)).FirstOrDefault(sync => sync.Source == id && !RunTransitions.IsFinal(sync.Run.State)).Run;

    private static bool SameFiles(GitSettings? former, GitSettings? now) =>
        former?.Branch == now?.Branch && (former?.Files ?? []).SequenceEqual(now?.Files ?? []);

    private string RootOf(SourceRow row)
    {
        if (row.Kind != SourceKind.Folder)
            return MirrorNames.OriginOf(row.Id);
        try
        {
            return Path.GetFullPath(((FolderSource)_readers.Of(row.Kind)).PathOf(row.Address));
        }
        catch (ArgumentException gone)
        {
            throw new ArgumentException(
                $"The setting Realm:Jobs:SourceFolders does not name \"{row.Address}\" any more, so nothing tells which documents came from there. "
                    + "Name the folder again, or delete the source and let its documents stay.", gone);
        }
    }

    private SaveSourceRequest Check(SaveSourceRequest request, bool isAdmin)
    {
        var name = (request.Name ?? "").Trim();
        if (name.Length is 0 or > LongestName)
            throw new ArgumentException($"The name has {name.Length} characters. Use 1 to {LongestName}.", nameof(request));
        if (!ShownNames.IsClean(name))
            throw new ArgumentException("The name holds control characters or marks that turn text around. Type it again without them.", nameof(request));
        if (request.KeepDays is < 0 or > LongestKept)
            throw new ArgumentException($"The documents are to be kept for {request.KeepDays} days. Use 0 to {LongestKept}.", nameof(request));
        RequireRight(request, isAdmin);
        return _readers.Of(request.Kind).Check(request with { Name = name, Address = (request.Address ?? "").Trim() });
    }

    private void RequireRight(SaveSourceRequest source, bool isAdmin)
    {
        if (!isAdmin && _readers.Of(source.Kind).IsPrivate(source))
        {
            throw new PrivateSourceException(
                "Folders, buckets and repositories that the settings name are not public. An administrator makes and changes sources that read them.");
        }
    }

    private async Task ScheduleAsync(SourceRow row, SaveSourceRequest source, string by, CancellationToken cancellationToken)
    {
        if (source.Times is not { } times)
        {
            if (row.ScheduleId is { } former)
                await _schedules.DeleteAsync(former, cancellationToken);
            row.ScheduleId = null;
        }
        else
        {
            var ending = $" {row.Id.ToString("N")[^6..]}";
            var name = $"{row.Corpus}: {row.Name}";
            var order = new RunOrder(RunKind.Sync, Sync: new StartSyncRequest(row.Corpus, row.Name, Source: row.Id));
            // A source that is switched off cannot be started, so neither can its schedule be saved.
            if (!source.Enabled)
            {
                if (row.ScheduleId is { } resting)
                    await _schedules.SetEnabledAsync(resting, false, cancellationToken);
                _schedules.Preview(times.Cron, times.TimeZone);
                return;
            }
            var request = new SaveScheduleRequest(
                $"{name[..Math.Min(name.Length, LongestName - ending.Length)]}{ending}", order, times.Cron, times.TimeZone);
            if (row.ScheduleId is not { } known || await _schedules.UpdateAsync(known, request, cancellationToken) is null)
                row.ScheduleId = (await _schedules.CreateAsync(request, by, cancellationToken)).Id;
        }
        await _sources.UpdateAsync(row, cancellationToken);
    }

    private async Task<SourceView> ViewAsync(
        SourceRow row, bool isAdmin, IReadOnlyList<(Guid? Source, Run Run)> syncs, CancellationToken cancellationToken)
    {
        var source = SourceSettings.Of(row);
        var schedule = row.ScheduleId is { } id ? await _times.FindAsync(id, cancellationToken) : null;
        DateTimeOffset? next = schedule?.NextAt is { } at ? CronTimes.Of(schedule.Cron, schedule.TimeZone).Local(at) : null;
        return new SourceView(
            row.Id, row.Corpus, source, row.MadeBy, row.MadeAt, row.Enabled ? next : null,
            [.. syncs.Where(sync => sync.Source == row.Id).Take(ShownSyncs).Select(sync => Sync(sync.Run))],
            isAdmin || !_readers.Of(row.Kind).IsPrivate(source));
    }

    private async Task<List<(Guid? Source, Run Run)>> SyncsAsync(string corpus, CancellationToken cancellationToken) =>
        [.. (await _runs.ListAsync(new RunFilter(Kinds: [RunKind.Sync], Target: corpus, Take: 1000), cancellationToken))
            .Select(run => (RunParameters.Of<SyncParameters>(run).Source, run))];

    private static SourceSync Sync(Run run)
    {
        var result = run.ResultJson is { } json ? JsonSerializer.Deserialize<SyncResult>(json, JsonSerializerOptions.Web) : null;
        var dry = RunParameters.Of<SyncParameters>(run).DryRun;
        return new SourceSync(
            run.Id, run.State, dry, run.CreatedAt, run.EndedAt, run.StartedBy, result?.Added ?? 0, result?.Changed ?? 0, result?.Unchanged ?? 0,
            result?.Removed ?? 0, result?.Kept ?? 0, result?.SkippedCount ?? 0, result?.Changes ?? [], run.Error ?? result?.Remark, run.Stage);
    }

    private static async Task UnlessTakenAsync(string name, Func<Task> save)
    {
        try
        {
            await save();
        }
        catch (NameTakenException)
        {
            throw new ArgumentException($"The corpus already has a source \"{name}\". Choose another name.", nameof(name));
        }
    }
}

/// <summary>A source that reads what is not public, and somebody who is no administrator.</summary>
public sealed class PrivateSourceException(string message) : Exception(message);
