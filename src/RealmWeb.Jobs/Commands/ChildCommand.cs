using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;
using RealmWeb.Data;

namespace RealmWeb.Jobs.Commands;

/// <summary>How a `realm` process ended.</summary>
/// <param name="Output">All of its standard output: the --json object.</param>
/// <param name="LastError">The last line that named an error; null when there was none.</param>
internal sealed record CommandResult(int ExitCode, string Output, string? LastError);

/// <summary>Runs the `realm` program as a child. Heavy tensor work lives there: if it crashes or runs out of memory, the run fails and the site goes
/// on.</summary>
internal sealed class ChildCommand(RealmPaths paths, IOptions<RealmJobsOptions> options)
{
    private const int MostOutput = 16 << 20;

    /// <summary>Runs to the end. Cancelling sends the line "cancel" to the child and kills it when it has not ended after the grace period.</summary>
    /// <param name="arguments">Without --data-dir.</param>
    /// <param name="givesWay">With lower priority: serving answers goes first.</param>
    /// <param name="started">Called with the child once it runs.</param>
    /// <param name="heard">Called for each line of standard error, one at a time, with the message that it is; null for text for people.</param>
    /// <exception cref="OperationCanceledException">The child was cancelled and did not succeed all the same.</exception>
    /// <exception cref="ChildProtocolException">The child speaks another version; it is killed.</exception>
    public async Task<CommandResult> RunAsync(
        IReadOnlyList<string> arguments, bool givesWay, Func<Process, Task> started, Action<string, ChildMessage?> heard, CancellationToken cancellationToken)
    {
        using var process = Process.Start(StartInfo(arguments))!;
        await using var registration = cancellationToken.Register(() => _ = StopAsync(process), useSynchronizationContext: false);
        if (givesWay && options.Value.GiveWay)
            LowerPriority(process);
        await started(process);
        var lastError = Task.Run(() => ListenAsync(process, heard), CancellationToken.None);
        var output = await ReadOutputAsync(process.StandardOutput);
        await lastError;
        await process.WaitForExitAsync(CancellationToken.None);
        if (process.ExitCode != 0)
            cancellationToken.ThrowIfCancellationRequested();
        return new CommandResult(process.ExitCode, output, await lastError);
    }

    /// <summary>Why a child with this exit code failed.</summary>
    public static string Describe(CommandResult result)
    {
        // The runtime reports a signal as 128 and its number.
        var how = result.ExitCode switch
        {
            137 => "The work was killed (signal 9). Most often the machine ran out of memory: use a smaller batch or free memory, then start again.",
            > 128 and < 160 => string.Create(CultureInfo.InvariantCulture, $"The work crashed (signal {result.ExitCode - 128})."),
            _ => null,
        };
        return (how, result.LastError) switch
        {
            (null, { } error) => error,
            ({ } signal, { } error) => $"{signal} Last message: {error}",
            ({ } signal, null) => signal,
            _ => string.Create(CultureInfo.InvariantCulture, $"The work ended with exit code {result.ExitCode} and gave no reason."),
        };
    }

    private static async Task<string?> ListenAsync(Process process, Action<string, ChildMessage?> heard)
    {
        string? lastError = null;
        try
        {
            while (await process.StandardError.ReadLineAsync(CancellationToken.None) is { } line)
            {
                if (line.Length == 0)
                    continue;
                var message = ChildProtocol.TryRead(line);
                lastError = message switch { null => line, ChildLog { Level: "error" } log => log.Log, _ => lastError };
                heard(line, message);
            }
        }
        catch
        {
            // Nobody would hear it any more, and it would wait for that for ever.
            Kill(process);
            throw;
        }
        return lastError;
    }

    private ProcessStartInfo StartInfo(IReadOnlyList<string> arguments)
    {
        var (program, before) = Program();
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            UseShellExecute = false,
            CreateNoWindow = true,
            WorkingDirectory = paths.Root,
        };
        foreach (var argument in (IEnumerable<string>)[.. before, "--data-dir", paths.Root, .. arguments])
            start.ArgumentList.Add(argument);
        if (OperatingSystem.IsLinux())
        {
            // glibc gives big tensor buffers back at each training step and faults them in again; keeping them costs an eighth less time.
            start.Environment.TryAdd("MALLOC_MMAP_MAX_", "0");
            start.Environment.TryAdd("MALLOC_TRIM_THRESHOLD_", "100000000000");
            start.Environment.TryAdd("MALLOC_TOP_PAD_", "268435456");
        }
        return start;
    }

    private (string Program, IEnumerable<string> Before) Program()
    {
        if (options.Value.Command is { Length: > 0 } given)
            return (given, options.Value.CommandArguments);
        var native = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "realm.exe" : "realm");
        if (File.Exists(native))
            return (native, []);
        var managed = Path.Combine(AppContext.BaseDirectory, "realm.dll");
        return File.Exists(managed)
            ? (Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [managed])
            : throw new Runs.RunFailedException(
                $"The realm program is not beside this one ({native}). Set {RealmJobsOptions.Section}:{nameof(RealmJobsOptions.Command)} to its place.");
    }

    private static void LowerPriority(Process process)
    {
        try
        {
            process.PriorityClass = ProcessPriorityClass.BelowNormal;
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It ended already, or the system does not allow it: slower answers, nothing worse.
        }
    }

    private async Task StopAsync(Process process)
    {
        try
        {
            await process.StandardInput.WriteLineAsync("cancel");
            await process.StandardInput.FlushAsync();
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or ObjectDisposedException)
        {
            // It ended, or closed its input: then only the kill is left.
        }
        try
        {
            using var patience = new CancellationTokenSource(options.Value.Grace);
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            Kill(process);
        }
        catch (InvalidOperationException)
        {
            // Ended and disposed meanwhile.
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // Ended at this moment.
        }
    }

    private static async Task<string> ReadOutputAsync(StreamReader reader)
    {
        var output = new StringBuilder();
        var buffer = new char[4096];
        int read;
        // Read on beyond the limit, or the child would block.
        while ((read = await reader.ReadAsync(buffer)) > 0)
        {
            if (output.Length < MostOutput)
                output.Append(buffer, 0, read);
        }
        return output.ToString();
    }
}
