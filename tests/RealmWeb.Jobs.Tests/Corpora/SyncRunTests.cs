using RealmWeb.Contracts.Runs;
using RealmWeb.Jobs.Corpora;
using RealmWeb.TestKit;

namespace RealmWeb.Jobs.Tests.Corpora;

public sealed class SyncRunTests : IDisposable
{
    private readonly TempData _data = new();
    private readonly string _folder;

    public SyncRunTests()
    {
        _data.Corpora.Create("handbook").Import("by-hand.md", "By hand", "This came from elsewhere.");
        File.WriteAllText(Path.Combine(_data.Folder, "go"), "");
        _folder = Directory.CreateDirectory(Path.Combine(_data.Folder, "kept")).FullName;
    }

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Sync_BringsTheCorpusIntoStep_AndLeavesWhatCameFromElsewhere()
    {
        Write("leave.md", "# Leave\n\nParental leave is six months.");
        Write("garden.txt", "The garden is open.");
        await using var host = await StartAsync();
        await SyncAsync(host);
        Assert.Equal(["By hand", "Leave", "garden"], Titles(host));

        // when one file changes, one goes and one comes
        Write("leave.md", "# Leave\n\nParental leave is nine months.");
        File.Delete(Path.Combine(_folder, "garden.txt"));
        Write("roof.txt", "The roof is closed.");
        var run = await SyncAsync(host);

        Assert.Equal(RunState.Succeeded, run.State);
        Assert.Equal(["By hand", "Leave", "roof"], Titles(host));
        var log = await LogAsync(host, run);
        Assert.Contains(log, line => line.StartsWith("New: ", StringComparison.Ordinal) && line.Contains("roof", StringComparison.Ordinal));
        Assert.Contains(log, line => line.StartsWith("Changed: ", StringComparison.Ordinal) && line.Contains("leave.md", StringComparison.Ordinal));
        Assert.Contains(log, line => line.StartsWith("Deleted: ", StringComparison.Ordinal) && line.Contains("garden.txt", StringComparison.Ordinal));
        // and the index follows
        Assert.Equal(2, (await host.Reader.ListAsync()).Count(other => other.Kind == RunKind.IndexBuild));

        // and once more nothing is left to do
        var again = await SyncAsync(host);
        Assert.Contains("0 documents added, 0 changed, 2 unchanged", string.Join('\n', await LogAsync(host, again)), StringComparison.Ordinal);
        Assert.Equal(2, (await host.Reader.ListAsync()).Count(other => other.Kind == RunKind.IndexBuild));
    }

    [Fact]
    public async Task Sync_SaysWhatItWouldDo_AndChangesNothing_WhenItIsADryRun()
    {
        Write("leave.md", "# Leave\n\nParental leave is six months.");
        Write("garden.txt", "The garden is open.");
        await using var host = await StartAsync();
        await SyncAsync(host);
        var before = host.Corpora.Open("handbook").Info();
        Write("leave.md", "# Leave\n\nParental leave is nine months.");
        File.Delete(Path.Combine(_folder, "garden.txt"));
        Write("roof.txt", "The roof is closed.");

        var run = await SyncAsync(host, dry: true);

        Assert.Equal((RunState.Succeeded, before), (run.State, host.Corpora.Open("handbook").Info()));
        Assert.Contains("1 would be added, 1 changed, 1 deleted; nothing was changed", run.Stage, StringComparison.Ordinal);
        var log = await LogAsync(host, run);
        Assert.Contains(log, line => line.StartsWith("Would be deleted: ", StringComparison.Ordinal) && line.Contains("garden.txt", StringComparison.Ordinal));
        Assert.Single(await host.Reader.ListAsync(), other => other.Kind == RunKind.IndexBuild);
        // and the copy it was tried on is gone
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_data.Folder, "scratch")));
    }

    [Fact]
    public async Task Sync_DeletesNothing_WhenMostOfTheFolderIsGone()
    {
        for (var i = 0; i < 20; i++)
            Write($"{i}.txt", $"Rule {i} holds.");
        await using var host = await StartAsync();
        await SyncAsync(host);
        for (var i = 0; i < 15; i++)
            File.Delete(Path.Combine(_folder, $"{i}.txt"));

        var run = await SyncAsync(host);

        Assert.Equal((RunState.CompletedWithErrors, 21L), (run.State, host.Corpora.Open("handbook").Info().Documents));
        Assert.Contains("15 of 20 documents are not in the source any more", run.Error, StringComparison.Ordinal);

        // and with most of them there what left is deleted
        for (var i = 0; i < 11; i++)
            Write($"{i}.txt", $"Rule {i} holds.");
        Assert.Equal(RunState.Succeeded, (await SyncAsync(host)).State);
        Assert.Equal(17L, host.Corpora.Open("handbook").Info().Documents);
    }

    [Fact]
    public async Task Sync_DeletesNothing_WhenTheFolderIsNotThere()
    {
        Write("garden.txt", "The garden is open.");
        await using var host = await StartAsync();
        await SyncAsync(host);
        Directory.Delete(_folder, recursive: true);

        var run = await SyncAsync(host);

        Assert.Equal((RunState.Failed, 2L), (run.State, host.Corpora.Open("handbook").Info().Documents));
        Assert.Contains(_folder, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("other", "Realm:Jobs:SourceFolders has kept.")]
    [InlineData("/etc", "There is no folder \"/etc\".")]
    [InlineData("", "There is no folder \"\".")]
    public async Task Sync_IsRefused_WhenTheFolderIsNotNamedInTheSettings(string folder, string reason)
    {
        await using var host = await StartAsync();

        var refusal = await Assert.ThrowsAsync<ArgumentException>(() => host.Launcher.LaunchAsync(new SyncParameters("handbook", folder), "ann"));

        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.Empty(await host.Reader.ListAsync());
    }

    private Task<JobsHost> StartAsync() => JobsHost.StartAsync(_data.Folder, options => options.SourceFolders["kept"] = _folder);

    private static async Task<RunSnapshot> SyncAsync(JobsHost host, bool dry = false)
    {
        var run = await host.WaitForEndAsync((await host.Launcher.LaunchAsync(new SyncParameters("handbook", "kept", dry), "ann")).Id);
        foreach (var build in (await host.Reader.ListAsync()).Where(other => other.Kind == RunKind.IndexBuild))
            await host.WaitForEndAsync(build.Id);
        return run;
    }

    private static async Task<List<string>> LogAsync(JobsHost host, RunSnapshot run) =>
        [.. (await host.Reader.ReadLogAsync(run.Id)).Select(line => line.Message)];

    private static List<string> Titles(JobsHost host) =>
        [.. host.Corpora.Open("handbook").Documents.List().Documents.Select(document => document.Title).Order(StringComparer.Ordinal)];

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);
}
