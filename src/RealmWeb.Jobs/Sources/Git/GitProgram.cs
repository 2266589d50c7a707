using System.Diagnostics;
using System.Text;
using RealmWeb.Files;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.Sources.Git;

/// <summary>The git program over one bare repository, with nothing of this machine's or this account's settings: no hooks, no helpers, no other
/// protocols, no questions. Nothing is ever checked out, so names and links of a repository touch no file.</summary>
/// <param name="reservedBytes">Bytes that it must leave free on the disk.</param>
internal sealed class GitProgram(string repository, long reservedBytes)
{
    private static readonly string[] Kept = ["PATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "SYSTEMROOT", "TMPDIR", "TEMP"];

    private readonly List<(string Key, string Value)> _settings =
    [
        ("core.hooksPath", "/dev/null"), ("credential.helper", ""), ("protocol.allow", "never"), ("http.proxy", ""), ("http.followRedirects", "false"),
        ("http.lowSpeedLimit", "1000"), ("http.lowSpeedTime", "60"), ("transfer.fsckObjects", "true"), ("fetch.recurseSubmodules", "false"),
        ("gc.autoDetach", "false"), ("safe.directory", "*"), ("core.fsmonitor", "false"), ("uploadpack.packObjectsHook", ""),
    ];

    /// <summary>In the environment, where only this account sees it: arguments are seen by everybody on the machine.</summary>
    public void Set(string key, string value) => _settings.Add((key, value));

    /// <summary>Whether this git connects to the numbers that it is told; older ones ignore them and look for their own.</summary>
    /// <param name="version">What it says of itself: "git version 2.39.5".</param>
    internal static bool TakesNumbers(string version)
    {
        var words = version.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 2 && words[2].Split('.') is [var major, var minor, ..] && int.TryParse(major, out var first)
            && int.TryParse(minor, out var second) && (first, second).CompareTo((2, 37)) >= 0;
    }

    /// <exception cref="RunFailedException">It is a git that does not connect to the numbers that it is told.</exception>
    public async Task RequireNumbersAsync(CancellationToken cancellationToken)
    {
        var version = (await RunAsync(long.MaxValue, cancellationToken, "--version")).Trim();
        if (!TakesNumbers(version))
            throw new RunFailedException($"\"{version}\" cannot be held to the address that was checked. Install git 2.37 or later. Nothing was changed.");
    }

    /// <summary>Runs it and hands its lines back.</summary>
    /// <param name="mostBytes">Stops it when the repository grows beyond.</param>
    /// <exception cref="RunFailedException">It failed; the message has its words.</exception>
    /// <exception cref="DiskFullException">The disk has no more room for what it writes.</exception>
    public async Task<string> RunAsync(long mostBytes, CancellationToken cancellationToken, params string[] arguments)
    {
        using var process = Start(arguments);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            var ended = process.WaitForExitAsync(cancellationToken);
            while (await Task.WhenAny(ended, Task.Delay(TimeSpan.FromSeconds(1), cancellationToken)) != ended)
            {
                cancellationToken.ThrowIfCancellationRequested();
                DiskRoom.Require(repository, "The repository", 0, reservedBytes);
                if (Bytes() > mostBytes)
                    throw new RunFailedException($"The repository has more than {mostBytes:N0} bytes (Realm:Sources:SourceBytes). Nothing was changed.");
            }
            await ended;
            return process.ExitCode == 0 ? await output : throw new RunFailedException($"git {arguments[0]}: {Last(await errors)}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
    }

    /// <summary>The program, still running, whose input and output are the caller's.</summary>
    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("git")
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
            StandardOutputEncoding = Encoding.UTF8, WorkingDirectory = Directory.CreateDirectory(repository).FullName,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        var kept = Kept.Select(name => (Name: name, Value: Environment.GetEnvironmentVariable(name))).Where(variable => variable.Value is not null).ToList();
        start.Environment.Clear();
        foreach (var (name, value) in kept)
            start.Environment[name] = value;
        (string Name, string Value)[] own =
        [
            ("HOME", repository), ("GIT_DIR", repository), ("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_TERMINAL_PROMPT", "0"),
            ("GIT_ASKPASS", "/bin/false"), ("SSH_ASKPASS", "/bin/false"), ("GIT_NO_REPLACE_OBJECTS", "1"), ("LC_ALL", "C"),
            ("GIT_CONFIG_COUNT", $"{_settings.Count}"),
        ];
        foreach (var (name, value) in own)
            start.Environment[name] = value;
        for (var i = 0; i < _settings.Count; i++)
            (start.Environment[$"GIT_CONFIG_KEY_{i}"], start.Environment[$"GIT_CONFIG_VALUE_{i}"]) = _settings[i];
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new RunFailedException("There is no git program on this machine, and repositories are read with it. Install git.");
        }
    }

    private long Bytes() => new DirectoryInfo(repository).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file =>
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            // Its temporary files come and go.
            return 0;
        }
    });

    private static string Last(string errors) =>
        errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault(line => line.StartsWith("fatal:", StringComparison.Ordinal))?[6..].Trim()
            ?? errors.Trim();
}
