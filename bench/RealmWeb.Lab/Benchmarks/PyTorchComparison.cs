using System.Diagnostics;
using System.Text.Json;

namespace RealmWeb.Lab.Benchmarks;

/// <summary>The same training steps in a Python's PyTorch.</summary>
internal static class PyTorchComparison
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <param name="Version">Of PyTorch.</param>
    public sealed record Result(string Version, double TokensPerSecond, double StepMs);

    /// <param name="python">A Python that can import torch.</param>
    /// <param name="job">What pytorch_train.py reads.</param>
    /// <exception cref="InvalidOperationException">It has no torch, or torch failed; its messages are on stderr.</exception>
    public static async Task<Result> RunAsync(string python, object job, CancellationToken cancellationToken)
    {
        using var source = new StreamReader(typeof(PyTorchComparison).Assembly.GetManifestResourceStream("pytorch_train.py")!);
        using var process = Process.Start(
            new ProcessStartInfo(python, ["-c", await source.ReadToEndAsync(cancellationToken)])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!;
        await using var ends = cancellationToken.Register(() => process.Kill());
        await process.StandardInput.WriteAsync(JsonSerializer.Serialize(job, Json));
        process.StandardInput.Close();
        var printed = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? JsonSerializer.Deserialize<Result>(printed, Json)!
            : throw new InvalidOperationException(
                $"{python} ended with exit code {process.ExitCode}. Name a Python that has PyTorch for this device, or leave --pytorch out.");
    }
}
