using System.Diagnostics;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;

namespace RealmWeb.Browser.Tests;

/// <summary>The site as a user starts it: the built server in a process of its own, on a free port, with a data folder that is thrown away.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTime = TimeSpan.FromMinutes(3);
    private readonly string _data = Directory.CreateTempSubdirectory("realmweb-browser-").FullName;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _setupCode = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process _process;

    private ServerProcess()
    {
        var folder = typeof(ServerProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "ServerFolder").Value!;
        var start = new ProcessStartInfo("dotnet", Path.Combine(folder, "RealmWeb.Server.dll"))
        {
            WorkingDirectory = folder,
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

    /// <summary>Everything the server has written.</summary>
    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    public static async Task<(ServerProcess Server, Uri Address, string SetupCode)> StartAsync()
    {
        var server = new ServerProcess();
        server._process.Start();
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        return (server, await server._address.Task.WaitAsync(StartTime), await server._setupCode.Task.WaitAsync(StartTime));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    [GeneratedRegex(@"listens on (?<address>http://\S+)")]
    private static partial Regex Listens { get; }

    [GeneratedRegex(@"one-time code (?<code>[a-z0-9-]+)")]
    private static partial Regex Code { get; }

    private void Read(string? line)
    {
        if (line is null) return;
        lock (_output) _output.AppendLine(line);
        if (Listens.Match(line) is { Success: true } listens) _address.TrySetResult(new Uri(listens.Groups["address"].Value));
        if (Code.Match(line) is { Success: true } code) _setupCode.TrySetResult(code.Groups["code"].Value);
    }
}
