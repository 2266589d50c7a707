using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using RealmWeb.Contracts.Sources;
using RealmWeb.Engine.Corpora.Formats;
using RealmWeb.Engine.Text;
using RealmWeb.Files;
using RealmWeb.Jobs.Runs;
using RealmWeb.Jobs.Sources.Web;

namespace RealmWeb.Jobs.Sources.Git;

/// <summary>Files of a branch of a Git repository: a public one by its https address, or one that the settings name.</summary>
internal sealed partial class GitSource(AddressGuard guard, IOptions<RealmSourcesOptions> options) : ISourceReader
{
    private const int MostPatterns = 50;
    private const string Branch = "refs/heads/source";

    public SourceKind Kind => SourceKind.Git;

    public SaveSourceRequest Check(SaveSourceRequest source)
    {
        var settings = source.Git ?? new GitSettings();
        var branch = (settings.Branch ?? "").Trim();
        if (branch.Length > 0 && (!BranchName().IsMatch(branch) || branch.Contains("..", StringComparison.Ordinal)))
            throw new ArgumentException($"\"{branch}\" is no name of a branch.", nameof(source));
        var files = (settings.Files ?? []).Select(pattern => pattern.Trim()).Where(pattern => pattern.Length > 0).ToList();
        if (files.Count > MostPatterns || files.Any(pattern => pattern.Length > 200))
            throw new ArgumentException($"At most {MostPatterns} patterns of 200 letters say which files are read.", nameof(source));
        source = source with { Git = new GitSettings(branch, files), Website = null, Feed = null, Bucket = null };
        if (options.Value.Repositories.ContainsKey(source.Address))
            return source;
        if (!source.Address.Contains(':', StringComparison.Ordinal))
        {
            var named = options.Value.Repositories.Keys.Order(StringComparer.Ordinal).ToList();
            throw new ArgumentException(
                $"\"{source.Address}\" is neither an https address nor a repository of the settings. Realm:Sources:Repositories has "
                    + $"{(named.Count == 0 ? "none" : string.Join(", ", named))}.", nameof(source));
        }
        var address = guard.Require(source.Address);
        return address.Scheme == Uri.UriSchemeHttps ? source with { Address = address.AbsoluteUri }
            : throw new ArgumentException($"Repositories are fetched by https alone. Write https://{address.Authority}{address.AbsolutePath}.", nameof(source));
    }

    public bool IsPrivate(SaveSourceRequest source) => options.Value.Repositories.ContainsKey(source.Address);

    public async Task FetchAsync(SourceFetch fetch, CancellationToken cancellationToken)
    {
        using var longest = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        longest.CancelAfter(options.Value.Longest);
        try
        {
            var repository = Path.Combine(fetch.Scratch, "repository.git");
            var git = new GitProgram(repository, fetch.Mirror.ReservedBytes);
            var address = await PrepareAsync(git, fetch.Source, longest.Token);
            await UpdateAsync(git, repository, address, fetch, longest.Token);
            await ReadAsync(git, address, fetch, longest.Token);
        }
        catch (AddressRefusedException refused)
        {
            throw new RunFailedException($"{refused.Message} Nothing was changed.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RunFailedException("The repository took longer than Realm:Sources:Longest. Nothing was removed.");
        }
    }

    /// <returns>What git is told to fetch from.</returns>
    private async Task<string> PrepareAsync(GitProgram git, SaveSourceRequest source, CancellationToken cancellationToken)
    {
        if (options.Value.Repositories.TryGetValue(source.Address, out var named))
        {
            if (Path.IsPathRooted(named.Address))
            {
                git.Set("protocol.file.allow", "always");
                return named.Address;
            }
            git.Set("protocol.https.allow", "always");
            if (named.Token.Length > 0)
                git.Set("http.extraHeader", $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{named.User}:{named.Token}"))}");
            return named.Address.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? named.Address
                : throw new RunFailedException($"Realm:Sources:Repositories:{source.Address}:Address is neither an https address nor a whole path.");
        }
        // git finds the numbers of a host by itself; it is told the ones that were checked, and follows no redirect.
        await git.RequireNumbersAsync(cancellationToken);
        var uri = guard.Require(source.Address);
        IPAddress[] numbers;
        try
        {
            numbers = await guard.NumbersAsync(uri.DnsSafeHost, uri.Port, cancellationToken);
        }
        catch (SocketException unknown)
        {
            throw new RunFailedException($"{uri.Host} cannot be found: {unknown.Message}. Nothing was changed.");
        }
        var listed = string.Join(',', numbers.Select(number => number.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{number}]" : $"{number}"));
        git.Set("http.curloptResolve", $"{uri.DnsSafeHost}:{uri.Port}:{listed}");
        git.Set("protocol.https.allow", "always");
        return uri.AbsoluteUri;
    }

    private async Task UpdateAsync(GitProgram git, string repository, string address, SourceFetch fetch, CancellationToken cancellationToken)
    {
        var branch = fetch.Source.Git?.Branch is { Length: > 0 } named ? $"refs/heads/{named}" : "HEAD";
        fetch.Run.Report(0, null, "files", $"Fetching {(branch == "HEAD" ? "the repository" : $"branch {fetch.Source.Git!.Branch}")}");
        for (var again = false; ; again = true)
        {
            try
            {
                await git.RunAsync(long.MaxValue, cancellationToken, "init", "--bare", "--quiet", "--template=", repository);
                await git.RunAsync(
                    options.Value.SourceBytes, cancellationToken,
                    "fetch", "--depth=1", "--no-tags", "--no-recurse-submodules", "--force", "--quiet", address, $"+{branch}:{Branch}");
                return;
            }
            catch (RunFailedException failure) when (!again && failure.Message.Contains(".lock", StringComparison.Ordinal))
            {
                // Left by one that was killed. It is a copy: it can go.
                Directory.Delete(repository, recursive: true);
            }
            catch (DiskFullException)
            {
                // What git had of it by then would fill the disk for good.
                DurableFolder.Remove(repository);
                throw;
            }
            catch (RunFailedException failure)
            {
                throw new RunFailedException($"The repository cannot be read. {failure.Message.TrimEnd('.')}. Nothing was changed.");
            }
        }
    }

    private async Task ReadAsync(GitProgram git, string address, SourceFetch fetch, CancellationToken cancellationToken)
    {
        var patterns = new PathPatterns(fetch.Source.Git?.Files);
        var listed = await git.RunAsync(long.MaxValue, cancellationToken, "ls-tree", "-r", "-z", "-l", "--full-tree", Branch);
        var files = listed.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(TreeFile.Parse)
            .Where(file => file is { IsFile: true } && patterns.Fits(file.Path) && EndingOf(file.Path) is not null).ToList();
        using var blobs = git.Start("cat-file", "--batch");
        try
        {
            var met = new HashSet<string>(StringComparer.Ordinal);
            for (var i = 0; i < files.Count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var (file, name) = (files[i], NameOf(address, fetch.Source, files[i].Path));
                met.Add(name);
                if (fetch.Mirror.Find(name) is { } known && known.ETag == file.Id)
                    fetch.Mirror.Keep(known, fetch.RunName);
                else if (file.Bytes > options.Value.FileBytes || fetch.Mirror.Bytes + file.Bytes > options.Value.SourceBytes)
                    fetch.Run.Log("warning", string.Create(
                        CultureInfo.InvariantCulture, $"{ShownNames.Clean(file.Path)} was left out: it has {file.Bytes:N0} bytes."));
                else if (file.Bytes > 0)
                    fetch.Mirror.Store(new MirrorItem(name, SeenBy: fetch.RunName) { ETag = file.Id }, Read(blobs, file), EndingOf(file.Path)!);
                fetch.Run.Report(i + 1, files.Count, "files", "Reading the files of the repository");
            }
            foreach (var gone in fetch.Mirror.Items.Where(item => !met.Contains(item.Address)).ToList())
                fetch.Mirror.Remove(gone.Address);
        }
        finally
        {
            blobs.Kill();
        }
        await git.RunAsync(long.MaxValue, cancellationToken, "gc", "--auto", "--quiet", "--prune=now");
    }

    private static byte[] Read(Process blobs, TreeFile file)
    {
        blobs.StandardInput.Write($"{file.Id}\n");
        blobs.StandardInput.Flush();
        var stream = blobs.StandardOutput.BaseStream;
        var head = new StringBuilder();
        for (var next = stream.ReadByte(); next is not ('\n' or -1); next = stream.ReadByte())
            head.Append((char)next);
        if (head.ToString() != $"{file.Id} blob {file.Bytes}")
            throw new RunFailedException($"git gives \"{head}\" for {ShownNames.Clean(file.Path)}. Nothing was removed; sync again.");
        var content = new byte[file.Bytes];
        stream.ReadExactly(content);
        stream.ReadByte();
        return content;
    }

    // A document's address is that of the page that shows the file, where the forge is known; else it says where it stands.
    private static string NameOf(string address, SaveSourceRequest source, string path)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttps)
            return $"{source.Address}/{path}";
        var root = uri.GetLeftPart(UriPartial.Path).TrimEnd('/');
        root = root.EndsWith(".git", StringComparison.OrdinalIgnoreCase) ? root[..^4] : root;
        var branch = source.Git?.Branch is { Length: > 0 } named ? named : "HEAD";
        var escaped = string.Join('/', $"{branch}/{path}".Split('/').Select(Uri.EscapeDataString));
        return uri.Host switch
        {
            "github.com" => $"{root}/blob/{escaped}",
            "bitbucket.org" => $"{root}/src/{escaped}",
            _ when uri.Host.StartsWith("gitlab.", StringComparison.OrdinalIgnoreCase) => $"{root}/-/blob/{escaped}",
            "codeberg.org" when branch != "HEAD" => $"{root}/src/branch/{escaped}",
            _ => $"{uri.Authority}{root[uri.GetLeftPart(UriPartial.Authority).Length..]}/{path}",
        };
    }

    private static string? EndingOf(string path)
    {
        var ending = Path.GetExtension(path);
        if (CorpusFormats.Find(path) is null)
            return null;
        return ending.ToLowerInvariant() is ".gz" or ".bz2" ? Path.GetExtension(Path.GetFileNameWithoutExtension(path)) + ending : ending;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9._/+@#-]{0,199}\z")]
    private static partial Regex BranchName();

    /// <summary>A line of git ls-tree.</summary>
    private sealed record TreeFile(string Mode, string Id, long Bytes, string Path)
    {
        // Neither a link nor a submodule.
        public bool IsFile => Mode is "100644" or "100755";

        public static TreeFile Parse(string line)
        {
            var tab = line.IndexOf('\t', StringComparison.Ordinal);
            var parts = line[..tab].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return new TreeFile(parts[0], parts[2], long.TryParse(parts[3], CultureInfo.InvariantCulture, out var bytes) ? bytes : 0, line[(tab + 1)..]);
        }
    }
}
