using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts.Sources;
using RealmWeb.Jobs.Sources;

namespace RealmWeb.Jobs.Tests.Sources;

public sealed class GitSyncTests : IAsyncLifetime
{
    private readonly TestRepository _repository = new();
    private SourceHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await SourceHost.StartAsync(options => options.Repositories["docs"] = new RepositoryOptions { Address = _repository.Folder });
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _repository.Dispose();
    }

    [Fact]
    public async Task Sync_TakesOverExactlyTheFiles_ThatCommitsChanged()
    {
        Write("README.md", "# Read me\n\nAll about it.");
        Write("docs/leave.md", "# Leave\n\nParental leave is six months.");
        Write("docs/old/garden.txt", "The garden is open.");
        Write("src/code.cs", "class Code;");
        Commit();
        var source = await AddAsync(new GitSettings());
        var first = await _host.SyncAsync(source);
        Assert.Equal((RunState.Succeeded, 3L), (first.State, first.Added));
        Assert.Equal(["docs/README.md", "docs/docs/leave.md", "docs/docs/old/garden.txt"], _host.Documents().Keys.Order(StringComparer.Ordinal));

        // when one file changes, one goes, one comes and one is no text
        Write("docs/leave.md", "# Leave\n\nParental leave is nine months.");
        File.Delete(Path.Combine(_repository.Folder, "docs/old/garden.txt"));
        Write("docs/roof.rst", "Roof\n====\n\nThe roof is closed.");
        Write("src/code.cs", "class Other;");
        Commit();
        var second = await _host.SyncAsync(source);

        Assert.Equal((1L, 1L, 1L, 1L), (second.Added, second.Changed, second.Removed, second.Unchanged));
        Assert.Equal(
            [(SourceChangeKind.Added, "docs/docs/roof.rst"), (SourceChangeKind.Changed, "docs/docs/leave.md"), (SourceChangeKind.Removed, "docs/docs/old/garden.txt")],
            second.Changes.OrderBy(change => change.What).Select(change => (change.What, change.Document)));
        Assert.Contains("nine months", _host.TextOf("docs/docs/leave.md"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_PutsNoControlCharacters_IntoIdsAndLogs()
    {
        Write("two\nlines.md", "The first.");
        Write("two\u202Elines.md", "The second.");
        Write("two_lines.md", "The third.");
        Write("long\nname.txt", new string('x', 2000));
        Commit();
        await _host.DisposeAsync();
        _host = await SourceHost.StartAsync(options =>
        {
            options.Repositories["docs"] = new RepositoryOptions { Address = _repository.Folder };
            options.FileBytes = 1024;
        });

        var sync = await _host.SyncAsync(await AddAsync(new GitSettings()));

        Assert.Equal(["docs/two_lines (2).md", "docs/two_lines (3).md", "docs/two_lines.md"], _host.Documents().Keys.Order(StringComparer.Ordinal));
        Assert.Equal("The third.", _host.TextOf("docs/two_lines.md").Trim());
        Assert.Contains("long_name.txt was left out", await _host.LogAsync(sync.RunId), StringComparison.Ordinal);
        // and the same again is nothing new
        Assert.Equal(3L, (await _host.SyncAsync((await _host.Desk.ListAsync("handbook", isAdmin: true)).Single())).Unchanged);
    }

    [Fact]
    public async Task Sync_ReadsTheBranchAndTheFiles_ThatAreAskedFor_AndNoLinks()
    {
        Write("README.md", "# Read me\n\nMain.");
        Commit();
        Git("checkout", "--quiet", "-b", "feature/guide");
        Write("docs/guide.md", "# Guide\n\nFeature.");
        Write("docs/deep/page.html", "<title>Page</title><p>In HTML.");
        File.CreateSymbolicLink(Path.Combine(_repository.Folder, "docs/passwd.md"), "/etc/passwd");
        Commit();
        Git("checkout", "--quiet", "main");
        var source = await AddAsync(new GitSettings("feature/guide", ["docs/**"]));

        await _host.SyncAsync(source);

        Assert.Equal(["Guide", "Page"], _host.Documents().Values.Order());
    }

    [Fact]
    public async Task Sync_RemovesNothing_WhenTheRepositoryOrTheBranchIsNotThere()
    {
        Write("README.md", "# Read me\n\nAll about it.");
        Commit();
        var source = await AddAsync(new GitSettings("main"));
        await _host.SyncAsync(source);
        Git("branch", "--move", "main", "trunk");

        var sync = await _host.SyncAsync(source);

        Assert.Equal((RunState.Failed, 1), (sync.State, _host.Documents().Count));
        Assert.Contains("The repository cannot be read. git fetch: couldn't find remote ref refs/heads/main", sync.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_BeginsAgain_WhenAKilledOneLeftALock()
    {
        Write("README.md", "# Read me\n\nAll about it.");
        Commit();
        var source = await AddAsync(new GitSettings());
        await _host.SyncAsync(source);
        File.WriteAllText(Path.Combine(_host.Folder, "sources", source.Id.ToString("N"), "repository.git", "shallow.lock"), "");
        Write("README.md", "# Read me\n\nAll about it, and more.");
        Commit();

        Assert.Equal(1L, (await _host.SyncAsync(source)).Changed);
    }

    [Fact]
    public async Task Source_IsRefused_WhenItsAddressOrBranchCannotBe()
    {
        (string Address, string Branch, string Reason)[] refused =
        [
            ("http://example.org/repo.git", "", "by https alone"),
            ("https://127.0.0.1/repo.git", "", "not on the public internet"),
            ("ssh://git@example.org/repo.git", "", "only http and https"),
            ("git@example.org:repo.git", "", "is no address"),
            ("ext::sh -c id", "", "only http and https"),
            ("file:///etc", "", "only http and https"),
            ("--upload-pack=id", "", "neither an https address nor a repository"),
            ("/etc", "", "neither an https address nor a repository"),
            ("docs", "--upload-pack=id", "is no name of a branch"),
            ("docs", "a..b", "is no name of a branch"),
            ("docs", "a:refs/heads/b", "is no name of a branch"),
        ];
        foreach (var (address, branch, reason) in refused)
        {
            var refusal = await Assert.ThrowsAnyAsync<ArgumentException>(
                () => _host.AddAsync(new SaveSourceRequest("Docs", SourceKind.Git, address, Git: new GitSettings(branch))));
            Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        }
    }

    private Task<SourceView> AddAsync(GitSettings settings) => _host.AddAsync(new SaveSourceRequest("Docs", SourceKind.Git, "docs", Git: settings));

    private void Write(string path, string text) => _repository.Write(path, text);

    private void Commit() => _repository.Commit();

    private void Git(params string[] arguments) => _repository.Git(arguments);
}
