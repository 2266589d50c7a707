using System.Diagnostics;
using System.Globalization;

namespace RealmWeb.TestKit;

/// <summary>The command as a process of its own.</summary>
public static class RealmProgram
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "realm" + (OperatingSystem.IsWindows() ? ".exe" : ""));

    /// <param name="input">What stands on its standard input.</param>
    public static Task<(int Code, string Output, string Errors)> RunAsync(
        IEnumerable<string> arguments, string input = "", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        return RunAsync(new ProcessStartInfo(Program, arguments), input, cancellationToken);
    }

    /// <summary>The command with no more than so much memory for what it holds, and so much time on processors: the runtime refuses the one, and the system
    /// ends the process at the other. For Linux alone.</summary>
    public static Task<(int Code, string Output, string Errors)> RunWithinAsync(
        long heapBytes, int processorSeconds, IEnumerable<string> arguments, CancellationToken cancellationToken = default)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"ulimit -t {processorSeconds}; exec \"$0\" \"$@\"", Program, .. arguments]);
        start.Environment["DOTNET_GCHeapHardLimit"] = heapBytes.ToString("x", CultureInfo.InvariantCulture);
        return RunAsync(start, "", cancellationToken);
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(ProcessStartInfo start, string input, CancellationToken cancellationToken)
    {
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, await output, await errors);
    }
}
