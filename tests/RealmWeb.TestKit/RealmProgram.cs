using System.Diagnostics;

namespace RealmWeb.TestKit;

/// <summary>The command as a process of its own.</summary>
public static class RealmProgram
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "realm" + (OperatingSystem.IsWindows() ? ".exe" : ""));

    /// <param name="input">What stands on its standard input.</param>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(
        IEnumerable<string> arguments, string input = "", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var start = new ProcessStartInfo(Program) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, await output, await errors);
    }
}
