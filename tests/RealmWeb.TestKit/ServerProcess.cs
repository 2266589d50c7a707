using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace RealmWeb.TestKit;

/// <summary>The site as a user starts it: the built server in a process of its own, on a free port.</summary>
public sealed partial class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTime = TimeSpan.FromMinutes(10);
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _setupCode = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process _process;
    private readonly string _data;
    private readonly bool _ownsData;

    private ServerProcess(string program, string? data, int? fileBlocks, IReadOnlyList<string> settings)
    {
        (_data, _ownsData) = (data ?? Directory.CreateTempSubdirectory("realmweb-server-").FullName, data is null);
        // A program of its own is named whole; of the site its folder.
        var assembly = program.EndsWith(".dll", StringComparison.Ordinal) ? program : Path.Combine(program, "RealmWeb.Server.dll");
        string[] arguments = [assembly, .. settings.Select(setting => $"--{setting}")];
        var start = fileBlocks is null
            ? new ProcessStartInfo("dotnet", arguments)
            // Ignored, the signal becomes an error of the write, as a full disk gives one.
            : new ProcessStartInfo("/bin/sh", ["-c", $"trap '' XFSZ; ulimit -f {fileBlocks}; exec dotnet \"$@\"", "sh", .. arguments]);
        (start.WorkingDirectory, start.RedirectStandardOutput, start.RedirectStandardError) = (Path.GetDirectoryName(assembly), true, true);
        // The runtime's own double mapping is a file that would be too large.
        if (fileBlocks is not null)
            start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["Realm__DataDir"] = _data;
        // Other test programs have all of the machine's time.
        start.Environment["Realm__Jobs__GiveWay"] = "false";
        start.Environment["Logging__Console__FormatterName"] = "simple";
        start.Environment["Logging__Console__FormatterOptions__SingleLine"] = "true";
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.Exited += (_, _) => _address.TrySetException(new InvalidOperationException($"The server ended before it listened:\n{Output}"));
    }

    public Uri Address => _address.Task.Result;

    /// <summary>The code that makes the first admin; written only while there is none.</summary>
    public Task<string> SetupCodeAsync() => _setupCode.Task.WaitAsync(StartTime);

    /// <summary>Everything the server has written.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Starts the server and waits until it listens.</summary>
    /// <param name="program">Folder of the built server, or the assembly of a program that carries it.</param>
    /// <param name="data">Data folder, left behind; null for one that is thrown away.</param>
    /// <param name="settings">Further settings, "Realm:Name=value".</param>
    public static Task<ServerProcess> StartAsync(string program, string? data = null, params string[] settings) => StartAsync(program, data, null, settings);

    /// <summary>Starts the server on a disk that takes no file beyond a size: what is longer cannot grow, as on a full disk.</summary>
    /// <param name="blocks">Of 512 bytes.</param>
    public static Task<ServerProcess> StartOnFullDiskAsync(string program, string data, int blocks, params string[] settings) =>
        StartAsync(program, data, blocks, settings);

    /// <summary>Starts a server that does not come up.</summary>
    /// <param name="fileBlocks">As for <see cref="StartOnFullDiskAsync"/>; null for no limit.</param>
    /// <returns>Its exit code and all that it wrote.</returns>
    public static async Task<(int Code, string Output)> FailAsync(string program, string data, int? fileBlocks = null, params string[] settings)
    {
        await using var server = new ServerProcess(program, data, fileBlocks, settings);
        server.Run();
        using var patience = new CancellationTokenSource(StartTime);
        await server._process.WaitForExitAsync(patience.Token);
        _ = server._address.Task.Exception;
        return (server._process.ExitCode, server.Output);
    }

    private static async Task<ServerProcess> StartAsync(string program, string? data, int? fileBlocks, string[] settings)
    {
        var server = new ServerProcess(program, data, fileBlocks, settings);
        server.Run();
        await server._address.Task.WaitAsync(StartTime);
        return server;
    }

    private void Run()
    {
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>kill -9: the server gets no chance to put anything in order.</summary>
    /// <param name="children">What it started is killed with it; else it is left to itself.</param>
    public async Task KillAsync(bool children = false)
    {
        _process.Kill(entireProcessTree: children);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        if (_ownsData)
            Directory.Delete(_data, recursive: true);
        // Whatever a test does to the site, none of its requests may end where nothing had foreseen it.
        UnhandledExceptions.RefuseIn(Output);
    }

    [GeneratedRegex(@"(listens on|listening on:) (?<address>http://\S+)")]
    private static partial Regex Listens { get; }

    [GeneratedRegex(@"one-time code (?<code>[a-z0-9-]+)")]
    private static partial Regex Code { get; }

    private void Read(string? line)
    {
        if (line is null)
            return;
        lock (_output)
            _output.AppendLine(line);
        if (Listens.Match(line) is { Success: true } listens)
            _address.TrySetResult(new Uri(listens.Groups["address"].Value));
        if (Code.Match(line) is { Success: true } code)
            _setupCode.TrySetResult(code.Groups["code"].Value);
    }
}
