using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RealmWeb.Lab.Benchmarks;

/// <summary>The same vectors and queries in FAISS, through the Python that has it (Debian: python3-faiss).</summary>
internal static class FaissComparison
{
    private static readonly string[] Pythons = ["/usr/bin/python3", "python3"];

    /// <summary>A Python that can import faiss; null when there is none.</summary>
    public static string? FindPython() => Pythons.FirstOrDefault(python =>
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(python, ["-c", "import faiss, numpy"]) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    });

    /// <param name="job">What faiss.py reads.</param>
    /// <param name="log">Hears of each result as it comes.</param>
    /// <returns>Results by name, each with the figures that our own have.</returns>
    public static async Task<Dictionary<string, JsonObject>> RunAsync(string python, object job, Action<string> log, CancellationToken cancellationToken)
    {
        var script = Path.Combine(Path.GetTempPath(), $"realm-faiss-{Environment.ProcessId}.py");
        await using (var source = typeof(FaissComparison).Assembly.GetManifestResourceStream("faiss.py")!)
        await using (var file = File.Create(script))
            await source.CopyToAsync(file, cancellationToken);
        using var process = Process.Start(new ProcessStartInfo(python, [script, JsonSerializer.Serialize(job)]) { RedirectStandardOutput = true })!;
        await using var ends = cancellationToken.Register(() => process.Kill());
        var results = new Dictionary<string, JsonObject>();
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            log(line);
            var result = JsonNode.Parse(line)!.AsObject();
            results[(string)result["name"]!] = result;
            result.Remove("name");
        }
        await process.WaitForExitAsync(cancellationToken);
        File.Delete(script);
        return process.ExitCode == 0 ? results
            : throw new InvalidOperationException($"FAISS ended with exit code {process.ExitCode} after {results.Count} results; its messages stand above.");
    }

    /// <summary>Share of queries whose first <paramref name="k"/> ids are those of the flat index, in its order.</summary>
    public static double SameIds(string flatIds, int width, IReadOnlyList<IReadOnlyList<long>> ours, int k)
    {
        var ids = MemoryMarshal.Cast<byte, long>(File.ReadAllBytes(flatIds)).ToArray();
        return ours.Select((own, q) => ids.AsSpan(q * width, k).SequenceEqual(own.Take(k).ToArray()) ? 1.0 : 0).Average();
    }
}
