using Microsoft.Extensions.Options;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts.Sources;
using RealmWeb.Data.Sources;
using RealmWeb.Data.Storage;
using RealmWeb.Jobs.Schedules;
using RealmWeb.Jobs.Sources;

namespace RealmWeb.Jobs.Tests.Sources;

public sealed class SourceDeskTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("realm-source-").FullName;
    private SourceHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await SourceHost.StartAsync(jobs: options => options.SourceFolders["kept"] = _folder);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Folder_IsASourceLikeOthers_WhoseGoneDocumentsStayForTheirDays()
    {
        Write("leave.md", "# Leave\n\nParental leave is six months.");
        Write("garden.txt", "The garden is open.");
        var source = await _host.AddAsync(Folder(keepDays: 30));
        Assert.Equal((RunState.Succeeded, 2L), (await _host.SyncAsync(source) is var first ? (first.State, first.Added) : default));

        // when a file goes, its document is still kept
        File.Delete(Path.Combine(_folder, "garden.txt"));
        var kept = await _host.SyncAsync(source);
        Assert.Equal((0L, 1L, 2), (kept.Removed, kept.Kept, _host.Documents().Count));
        var since = Assert.Single(await _host.Host.Get<SourceStore>().DepartedAsync(source.Id)).Value;

        // and since the first time that it was missed
        await _host.SyncAsync(source);
        Assert.Equal(since, Assert.Single(await _host.Host.Get<SourceStore>().DepartedAsync(source.Id)).Value);

        // what comes back in time was never away
        Write("garden.txt", "The garden is open.");
        Assert.Equal((0L, 0L), (await _host.SyncAsync(source) is var back ? (back.Added, back.Kept) : default));
        Assert.Empty(await _host.Host.Get<SourceStore>().DepartedAsync(source.Id));

        // and without days it goes at once
        await _host.Desk.UpdateAsync("handbook", source.Id, Folder(keepDays: 0), "ann", isAdmin: true);
        File.Delete(Path.Combine(_folder, "garden.txt"));
        Assert.Equal((1L, 0L, 1), (await _host.SyncAsync(source) is var gone ? (gone.Removed, gone.Kept, _host.Documents().Count) : default));
    }

    [Fact]
    public async Task List_HasTheHistory_TheNewestFirst()
    {
        Write("leave.md", "# Leave\n\nParental leave is six months.");
        var source = await _host.AddAsync(Folder());
        await _host.SyncAsync(source, dry: true);
        await _host.SyncAsync(source);

        var view = Assert.Single(await _host.Desk.ListAsync("handbook", isAdmin: true));

        Assert.Equal([false, true], view.Last.Select(sync => sync.DryRun));
        Assert.All(view.Last, sync => Assert.Equal((1L, "ann"), (sync.Added, sync.StartedBy)));
        Assert.Equal(new SourceChange(SourceChangeKind.Added, "leave.md", "Leave"), Assert.Single(view.Last[1].Changes));
        // and another corpus has none of it
        _host.Host.Corpora.Create("other", "");
        Assert.Empty(await _host.Desk.ListAsync("other", isAdmin: true));
        Assert.Null(await _host.Desk.SyncAsync("other", source.Id, new SyncSourceRequest(), "ann"));
        Assert.False(await _host.Desk.DeleteAsync("other", source.Id, documents: true, isAdmin: true));
    }

    [Fact]
    public async Task Source_HasAScheduleOfItsOwn_ThatGoesWithIt()
    {
        Write("leave.md", "# Leave\n\nParental leave is six months.");
        var schedules = _host.Host.Get<ScheduleDesk>();
        var source = await _host.AddAsync(Folder(times: new SourceTimes("0 3 * * *", "UTC")));
        var schedule = Assert.Single(await schedules.ListAsync());
        Assert.Equal((source.NextAt, source.Id), (schedule.NextAt, schedule.Run!.Sync!.Source));
        Assert.NotNull(source.NextAt);

        // what it starts is a sync of the source
        var started = await schedules.RunNowAsync(schedule.Id, "ann");
        await _host.Host.WaitForEndAsync(started!.RunId!.Value);
        Assert.Equal(1L, (await _host.FindAsync(source, started.RunId.Value)).Added);

        // switched off, nothing starts it
        await _host.Desk.UpdateAsync("handbook", source.Id, Folder(times: new SourceTimes("0 3 * * *", "UTC")) with { Enabled = false }, "ann", isAdmin: true);
        Assert.False(Assert.Single(await schedules.ListAsync()).Enabled);
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => _host.Desk.SyncAsync("handbook", source.Id, new SyncSourceRequest(), "ann"));
        Assert.Contains("is switched off", refused.Message, StringComparison.Ordinal);

        // on again, with other times
        await _host.Desk.UpdateAsync("handbook", source.Id, Folder(times: new SourceTimes("0 4 * * *", "UTC")), "ann", isAdmin: true);
        Assert.Equal(("0 4 * * *", true), (Assert.Single(await schedules.ListAsync()) is var again ? (again.Cron, again.Enabled) : default));

        await _host.Desk.DeleteAsync("handbook", source.Id, documents: true, isAdmin: true);
        Assert.Empty(await schedules.ListAsync());
        Assert.Empty(_host.Documents());
    }

    [Fact]
    public async Task Delete_OfTheDocumentsToo_ChangesNothing_WhenTheFolderIsNotNamedAnyMore()
    {
        Write("leave.md", "# Leave\n\nParental leave is six months.");
        var source = await _host.AddAsync(Folder());
        await _host.SyncAsync(source);
        _host.Host.Get<IOptions<RealmJobsOptions>>().Value.SourceFolders.Remove("kept");

        var refused = await Assert.ThrowsAsync<ArgumentException>(() => _host.Desk.DeleteAsync("handbook", source.Id, documents: true, isAdmin: true));

        Assert.StartsWith("The setting Realm:Jobs:SourceFolders does not name \"kept\" any more", refused.Message, StringComparison.Ordinal);
        Assert.Equal((1, 1), ((await _host.Desk.ListAsync("handbook", isAdmin: true)).Count, _host.Documents().Count));
        // and without them it goes
        Assert.True(await _host.Desk.DeleteAsync("handbook", source.Id, documents: false, isAdmin: true));
        Assert.Equal((0, 1), ((await _host.Desk.ListAsync("handbook", isAdmin: true)).Count, _host.Documents().Count));
    }

    [Fact]
    public async Task Sweep_RemovesWhatWasFetchedOfSourcesThatAreGone_AndNothingElse()
    {
        var source = await _host.AddAsync(Folder());
        var store = _host.Host.Get<SourceStore>();
        var other = Path.Combine(_host.Folder, "sources", "notes");
        var gone = store.FolderOf(Guid.NewGuid());
        foreach (var folder in new[] { store.FolderOf(source.Id), other, Path.Combine(gone, "files") })
            Directory.CreateDirectory(folder);

        await _host.Host.Get<DataFolderSweep>().RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(
            new[] { store.FolderOf(source.Id), other }.Order(StringComparer.Ordinal),
            Directory.EnumerateDirectories(Path.Combine(_host.Folder, "sources")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Source_IsRefused_WhenItCannotBeRead()
    {
        await _host.AddAsync(Folder());

        Assert.Contains("already has a source \"Kept\"", await RefusalAsync(Folder()), StringComparison.Ordinal);
        Assert.Contains("has 0 characters", await RefusalAsync(Folder() with { Name = " " }), StringComparison.Ordinal);
        Assert.Contains("control characters", await RefusalAsync(Folder() with { Name = "two\nlines" }), StringComparison.Ordinal);
        Assert.Contains("turn text around", await RefusalAsync(Folder() with { Name = "exe\u202Etxt" }), StringComparison.Ordinal);
        Assert.Contains("There is no folder \"/etc\"", await RefusalAsync(Folder() with { Address = "/etc" }), StringComparison.Ordinal);
        Assert.Contains("kept for -1 days", await RefusalAsync(Folder() with { KeepDays = -1 }), StringComparison.Ordinal);
        Assert.Contains("cannot be used", await RefusalAsync(Folder(times: new SourceTimes("often", "UTC")) with { Name = "B" }), StringComparison.Ordinal);
        Assert.Contains("not on the public internet", await RefusalAsync(new("C", SourceKind.Website, "http://127.0.0.1/")), StringComparison.Ordinal);
        Assert.Contains("not on the public internet", await RefusalAsync(new("C", SourceKind.Feed, "http://[::1]/")), StringComparison.Ordinal);
        Assert.Contains(
            "number of pages is 0",
            await RefusalAsync(new("C", SourceKind.Website, "https://example.org", Website: new WebsiteSettings(MaxPages: 0))), StringComparison.Ordinal);
        // and nothing of them is kept
        Assert.Equal("Kept", Assert.Single(await _host.Desk.ListAsync("handbook", isAdmin: true)).Source.Name);
    }

    [Fact]
    public async Task Source_IsForAdministrators_WhenItReadsWhatIsNotPublic()
    {
        var source = await _host.AddAsync(Folder());

        await Assert.ThrowsAsync<PrivateSourceException>(() => _host.Desk.CreateAsync("handbook", Folder() with { Name = "Mine" }, "eve", isAdmin: false));
        await Assert.ThrowsAsync<PrivateSourceException>(() => _host.Desk.UpdateAsync("handbook", source.Id, Folder(), "eve", isAdmin: false));
        await Assert.ThrowsAsync<PrivateSourceException>(() => _host.Desk.DeleteAsync("handbook", source.Id, documents: false, isAdmin: false));
        Assert.False(Assert.Single(await _host.Desk.ListAsync("handbook", isAdmin: false)).MayChange);
        // what is public is for every curator
        var site = await _host.Desk.CreateAsync("handbook", new("Site", SourceKind.Website, "https://example.org"), "eve", isAdmin: false);
        Assert.True(site.MayChange);
        Assert.Equal("https://example.org/", site.Source.Address);
    }

    private static SaveSourceRequest Folder(int keepDays = 0, SourceTimes? times = null) => new("Kept", SourceKind.Folder, "kept", keepDays, Times: times);

    private async Task<string> RefusalAsync(SaveSourceRequest request) =>
        (await Assert.ThrowsAnyAsync<ArgumentException>(() => _host.AddAsync(request))).Message;

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);
}
