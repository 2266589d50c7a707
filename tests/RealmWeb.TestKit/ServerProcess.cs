using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace RealmWeb.TestKit;

/// <summary>The site as a user starts it: the built server in a process of its own, on a free port.</summary>
public sealed partial class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTime = TimeSpan.FromMinutes(3);
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _setupCode = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process _process;
    private readonly string _data;
    private readonly bool _ownsData;

    private ServerProcess(string program, string? data, IReadOnlyList<string> settings)
    {
        (_data, _ownsData) = (data ?? Directory.CreateTempSubdirectory("realmweb-server-").FullName, data is null);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(program, "RealmWeb.Server.dll"), .. settings.Select(setting => $"--{setting}")])
        {
            WorkingDirectory = program,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["Realm__DataDir"] = _data;
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
    /// <param name="program">Folder of the built server.</param>
    /// <param name="data">Data folder, left behind; null for one that is thrown away.</param>
    /// <param name="settings">Further settings, "Realm:Name=value".</param>
    public static async Task<ServerProcess> StartAsync(string program, string? data = null, params string[] settings)
    {
        var server = new ServerProcess(program, data, settings);
        server._process.Start();
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        await server._address.Task.WaitAsync(StartTime);
        return server;
    }

    /// <summary>kill -9: the server gets no chance to put anything in order. What it started is left to itself.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: false);
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
    }

    [GeneratedRegex(@"listens on (?<address>http://\S+)")]
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
