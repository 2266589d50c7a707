using System.Diagnostics;
using System.IO.Compression;
using System.Reflection.Metadata;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.ApiClient;
using RealmWeb.Contracts.Questions;
using RealmWeb.TestKit;

namespace RealmWeb.Server.Tests.Embedding;

/// <summary>The packages, as somebody takes them who has docs/embedding.md and an empty folder.</summary>
public sealed class PackagesTests : IDisposable
{
    private const string Readme = "README.md";

    // What the packages carry as theirs.
    private const string ReadmeOfPackages = "docs/embedding.md";

    private static readonly string[] Packed =
        ["ApiClient", "Cli", "Client", "Contracts", "Data", "Engine", "Files", "Jobs", "Server"];

    private readonly string _folder = Directory.CreateTempSubdirectory("realm-packages-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static string MachinesPackages => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } given
        ? given : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task HostOfTheReadme_RestoresPublishesAndAnswers()
    {
        var packages = Path.Combine(_folder, "packages");
        var host = Directory.CreateDirectory(Path.Combine(_folder, "host")).FullName;
        // Untrimmed and uncompressed: what the browser loads is larger then, and packed in a fifth of the time.
        await DotnetAsync(
            TestPaths.Repository, "pack", "RealmWeb.sln", "--no-build", "-c", Configuration, "-o", packages, "-p:PublishTrimmed=false", "-p:CompressionEnabled=false");
        await File.WriteAllTextAsync(Path.Combine(host, "Host.csproj"), From(Readme, "xml").Replace("linux-x64", System, StringComparison.Ordinal), Stop);
        await File.WriteAllTextAsync(Path.Combine(host, "Program.cs"), From(Readme, "csharp"), Stop);
        var built = await DotnetAsync(host, "publish", "-v", "quiet", "-o", Path.Combine(_folder, "published"));
        var assembly = Path.Combine(_folder, "published", "Host.dll");

        await using var server = await ServerProcess.StartAsync(assembly);
        await using var services = new ServiceCollection().AddRealmApiClient(o => o.Address = new Uri(server.Address, "/help")).Services.BuildServiceProvider();
        var answer = await AnswerAsync(services.GetRequiredService<RealmApiClient>(), "Who discovered penicillin?");
        using var http = new HttpClient { BaseAddress = server.Address };

        Assert.Equal("Alexander Fleming", answer.Answer);
        Assert.Equal("realm-arctic", answer.Model);
        Assert.Contains("<base href=\"/help/\" />", await http.GetStringAsync("/help/", Stop), StringComparison.Ordinal);
        Assert.NotEmpty(await http.GetStringAsync("/help/css/app.css", Stop));
        Assert.NotEmpty(await http.GetStringAsync("/help/realm-ask.js", Stop));
        Assert.StartsWith("A page of my own", await http.GetStringAsync("/", Stop), StringComparison.Ordinal);
        Assert.DoesNotContain("warning", built, StringComparison.Ordinal);
        Assert.Equal(Packed.Select(name => $"RealmWeb.{name}.1.0.0.nupkg").Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(packages, "*.nupkg").Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(Directory.EnumerateFiles(packages, "*.nupkg"), IsWhole);
        Assert.Empty(Directory.EnumerateDirectories(MachinesPackages, "realmweb.*"));
    }

    // It is no dependency of the packages, and has to come along all the same when a program of the repository is published.
    [Theory]
    [InlineData("src/RealmWeb.Cli")]
    [InlineData("samples/EmbeddedHost")]
    public async Task NativeLibrary_IsPublishedWithPrograms(string project)
    {
        var files = await DotnetAsync(
            TestPaths.Repository, "msbuild", project, "-t:ComputeResolvedFilesToPublishList", "-getItem:ResolvedFileToPublish", $"-p:Configuration={Configuration}");

        Assert.Contains("torch_cpu.", files, StringComparison.Ordinal);
    }

    // In a checkout of the smallest project, with a remote: this repository may have none.
    [Fact]
    public async Task Symbols_NameThePlaceOfTheSources_InACloneWithARemote()
    {
        var clone = Directory.CreateDirectory(Path.Combine(_folder, "clone")).FullName;
        foreach (var file in new[] { "global.json", ".editorconfig" }.Concat(Directory.GetFiles(TestPaths.Repository, "Directory.*").Select(Path.GetFileName)))
            File.Copy(Path.Combine(TestPaths.Repository, file!), Path.Combine(clone, file!));
        foreach (var folder in new[] { "build", "docs", "src/RealmWeb.Contracts" })
            CopySources(Path.Combine(TestPaths.Repository, folder), Path.Combine(clone, folder));
        await RunAsync("git", clone, "init", "-q");
        await RunAsync("git", clone, "remote", "add", "origin", "https://github.com/example/realmweb.git");
        await RunAsync("git", clone, "add", ".");
        await RunAsync("git", clone, "-c", "user.name=Test", "-c", "user.email=test@example.com", "commit", "-q", "-m", "All of it");
        var commit = (await RunAsync("git", clone, "rev-parse", "HEAD")).Trim();

        await DotnetAsync(clone, "pack", "src/RealmWeb.Contracts", "-c", "Release", "-v", "quiet", "-o", Path.Combine(_folder, "linked"));
        var (map, documents) = SymbolsOf(Path.Combine(_folder, "linked", "RealmWeb.Contracts.1.0.0.snupkg"));

        Assert.Equal($$$"""{"documents":{"/_/*":"https://raw.githubusercontent.com/example/realmweb/{{{commit}}}/*"}}""", map);
        Assert.NotEmpty(documents);
        Assert.All(documents, document => Assert.StartsWith("/_/src/RealmWeb.Contracts/", document, StringComparison.Ordinal));
        using var zip = ZipFile.OpenRead(Path.Combine(_folder, "linked", "RealmWeb.Contracts.1.0.0.nupkg"));
        using var nuspec = new StreamReader(zip.GetEntry("RealmWeb.Contracts.nuspec")!.Open());
        Assert.Contains("url=\"https://github.com/example/realmweb", await nuspec.ReadToEndAsync(Stop), StringComparison.Ordinal);
    }

    private static void CopySources(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (var folder in Directory.EnumerateDirectories(from).Where(folder => Path.GetFileName(folder) is not ("obj" or "bin" or "images")))
            CopySources(folder, Path.Combine(to, Path.GetFileName(folder)));
    }

    private static (string Map, IReadOnlyList<string> Documents) SymbolsOf(string package)
    {
        using var zip = ZipFile.OpenRead(package);
        using var file = new MemoryStream();
        using (var entry = zip.Entries.Single(entry => entry.Name.EndsWith(".pdb", StringComparison.Ordinal)).Open())
            entry.CopyTo(file);
        file.Position = 0;
        using var provider = MetadataReaderProvider.FromPortablePdbStream(file);
        var reader = provider.GetMetadataReader();
        var sourceLink = new Guid("CC110556-A091-4D38-9FEC-25AB9A351A6A");
        var map = reader.CustomDebugInformation.Select(reader.GetCustomDebugInformation).Single(info => reader.GetGuid(info.Kind) == sourceLink);
        return (Encoding.UTF8.GetString(reader.GetBlobBytes(map.Value)),
            [.. reader.Documents.Select(document => reader.GetString(reader.GetDocument(document).Name)).Where(name => !name.Contains("/obj/", StringComparison.Ordinal))]);
    }

    // Until the sample is imported there is nothing to answer from.
    private static async Task<AskResponse> AnswerAsync(RealmApiClient client, string question)
    {
        while (true)
        {
            try
            {
                if (await client.AskAsync(question, cancellationToken: Stop) is { Answer: not null } answer)
                    return answer;
            }
            catch (RealmApiException waits) when (waits.Kind is "unknown-corpus" or "no-index")
            {
            }
            await Task.Delay(500, Stop);
        }
    }

    // For people a page to read, for debuggers the place of the sources, and for no system alone.
    private static void IsWhole(string file)
    {
        using var zip = ZipFile.OpenRead(file);
        using var nuspec = new StreamReader(zip.Entries.Single(entry => entry.Name.EndsWith(".nuspec", StringComparison.Ordinal)).Open());
        var text = nuspec.ReadToEnd();
        Assert.NotNull(zip.GetEntry("embedding.md"));
        Assert.Contains("<readme>embedding.md</readme>", text, StringComparison.Ordinal);
        Assert.Contains("<description>", text, StringComparison.Ordinal);
        Assert.Contains("<tags>", text, StringComparison.Ordinal);
        Assert.NotNull(zip.GetEntry("licences.md"));
        Assert.Contains("<license type=\"file\">licences.md</license>", text, StringComparison.Ordinal);
        Assert.Contains("commit=\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("libtorch", text, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.ChangeExtension(file, ".snupkg")));
    }

    [Theory]
    [InlineData("xml")]
    [InlineData("csharp")]
    public void ReadmeOfThePackages_SaysTheSame(string language) =>
        Assert.Equal(From(Readme, language).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
            From(ReadmeOfPackages, language, "### From packages").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string From(string document, string language, string section = "## Embed")
    {
        var text = File.ReadAllText(Path.Combine(TestPaths.Repository, document));
        var begin = text.IndexOf($"```{language}\n", text.IndexOf(section, StringComparison.Ordinal), StringComparison.Ordinal) + language.Length + 4;
        return text[begin..text.IndexOf("```", begin, StringComparison.Ordinal)];
    }

    private static string System => OperatingSystem.IsWindows() ? "win-x64" : OperatingSystem.IsMacOS() ? "osx-arm64" : "linux-x64";

    private static string Configuration => AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
        ? "Release" : "Debug";

    private Task<string> DotnetAsync(string folder, params string[] arguments) =>
        RunAsync(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", folder, arguments);

    private async Task<string> RunAsync(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        // No process stays behind.
        (start.Environment["MSBUILDDISABLENODEREUSE"], start.Environment["UseSharedCompilation"]) = ("1", "false");
        if (folder != TestPaths.Repository)
        {
            // What others made is taken from the machine's packages where they lie; ours never get there.
            (start.Environment["NUGET_PACKAGES"], start.Environment["NUGET_FALLBACK_PACKAGES"]) = (Path.Combine(_folder, "cache"), MachinesPackages);
            start.Environment["CreateHardLinksForCopyLocalIfPossible"] = start.Environment["CreateHardLinksForCopyFilesToOutputDirectoryIfPossible"] =
                start.Environment["CreateHardLinksForPublishFilesIfPossible"] = "true";
        }
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Stop);
        var errors = process.StandardError.ReadToEndAsync(Stop);
        await process.WaitForExitAsync(Stop);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}:\n{await output}{await errors}");
        return await output;
    }
}
