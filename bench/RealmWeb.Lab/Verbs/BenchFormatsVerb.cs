using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using RealmWeb.Cli;
using RealmWeb.Engine.Corpora;
using RealmWeb.Lab.Benchmarks;

namespace RealmWeb.Lab.Verbs;

/// <summary><c>realm-lab bench formats</c></summary>
internal static class BenchFormatsVerb
{
    private const string PdfToText = "pdftotext";

    public static Command Create()
    {
        var kinds = new Option<string[]>("--kinds")
        {
            Description = $"Formats by their ending: {string.Join(", ", SyntheticDocuments.Kinds)}.",
            DefaultValueFactory = _ => [.. SyntheticDocuments.Kinds],
            AllowMultipleArgumentsPerToken = true,
        };
        var megabytes = new Option<int>("--megabytes") { Description = "Size of each format's files together.", DefaultValueFactory = _ => 100 }
            .Between(1, 100_000);
        var verb = new Command("formats", "Documents of random words, written and then read, each format in a process of its own; PDF beside pdftotext.")
        {
            kinds, megabytes
        };
        verb.SetAction(VerbContext.Run(context => RunAsync(context, context.Parsed.GetValue(kinds)!, context.Parsed.GetValue(megabytes) * 1_000_000L)));
        verb.Subcommands.Add(Read());
        return verb;
    }

    // In a process of its own: what one format leaves in memory must not count for the next.
    private static Command Read()
    {
        var folder = new Option<string>("--folder") { Description = "Folder of documents.", Required = true };
        var command = new Command("read", "Read one folder; the measurement calls it.") { folder };
        command.Hidden = true;
        command.SetAction(VerbContext.Run(context =>
        {
            var clock = Stopwatch.StartNew();
            var (documents, letters, left) = (0, 0L, new List<string>());
            foreach (var item in CorpusSource.Read([context.Parsed.GetValue(folder)!], cancellationToken: context.Cancelled))
            {
                documents += item.Document is null ? 0 : 1;
                letters += item.Document?.Text.Length ?? 0;
                if (item.Skipped is { } skipped && !item.IsRemark)
                    left.Add($"{skipped.Path}: {skipped.Reason}");
            }
            clock.Stop();
            using var self = Process.GetCurrentProcess();
            context.Print(
                new Reading(documents, letters, left.Count, clock.Elapsed.TotalSeconds, self.TotalProcessorTime.TotalSeconds, self.PeakWorkingSet64),
                left);
            return Task.CompletedTask;
        }));
        return command;
    }

    private static async Task RunAsync(VerbContext context, string[] kinds, long bytes)
    {
        if (kinds.FirstOrDefault(kind => !SyntheticDocuments.Kinds.Contains(kind)) is { } unknown)
            throw new ArgumentException($"\"{unknown}\" is no format of this measurement. Use {string.Join(", ", SyntheticDocuments.Kinds)}.");
        var measured = new List<Measurement>();
        foreach (var kind in kinds)
        {
            var folder = Directory.CreateDirectory(Path.Combine(context.Paths.Root, "bench", $"formats-{Environment.ProcessId}")).FullName;
            try
            {
                context.Progress.Log("info", $"{kind}: writing");
                SyntheticDocuments.Write(folder, kind, bytes, 1, context.Cancelled);
                var size = new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Length);
                context.Progress.Log("info", $"{kind}: reading {size / 1e6:F0} MB");
                var reading = await ReadAsync(folder, context.Cancelled);
                measured.Add(new Measurement(kind, size, reading, kind == "pdf" ? await CompareAsync(folder, context.Cancelled) : null));
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        context.Print(new { processors = Environment.ProcessorCount, measured }, measured.Select(one => one.ToString()));
    }

    private static async Task<Reading> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        string[] arguments = ["bench", "formats", "read", "--folder", folder, "--json", "--progress", "none"];
        using var process = Process.Start(Programs.Start(Programs.Lab, arguments))!;
        await using var ends = cancellationToken.Register(() => process.Kill());
        var printed = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<Reading>(printed, JsonSerializerOptions.Web)!
            : throw new InvalidOperationException($"The folder could not be read; its process ended with exit code {process.ExitCode}.");
    }

    /// <summary>Every file by pdftotext, and how much of what that finds in the first one is found here, in what order.</summary>
    private static async Task<Comparison?> CompareAsync(string folder, CancellationToken cancellationToken)
    {
        var files = new DirectoryInfo(folder).GetFiles().OrderBy(file => file.Name, StringComparer.Ordinal).ToList();
        var clock = Stopwatch.StartNew();
        var theirs = new List<string>();
        foreach (var file in files)
        {
            var start = new ProcessStartInfo(PdfToText, ["-enc", "UTF-8", file.FullName, "-"]) { RedirectStandardOutput = true };
            try
            {
                using var process = Process.Start(start)!;
                theirs.Add(await process.StandardOutput.ReadToEndAsync(cancellationToken));
                await process.WaitForExitAsync(cancellationToken);
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // It is not on this machine.
                return null;
            }
        }
        clock.Stop();
        var ours = CorpusSource.Read([files[0].FullName], cancellationToken: cancellationToken).Select(item => item.Document?.Text ?? "");
        var (own, other) = (Words(string.Join('\n', ours)), Words(theirs[0]));
        return new Comparison(clock.Elapsed.TotalSeconds, Share(own, other), Share(Pairs(own), Pairs(other)));
    }

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static IReadOnlyList<string> Pairs(string[] words) => [.. words.Zip(words.Skip(1), (first, second) => $"{first} {second}")];

    private static double Share(IReadOnlyList<string> found, IReadOnlyList<string> wanted)
    {
        var left = found.CountBy(word => word).ToDictionary();
        var met = wanted.Count(word => left.TryGetValue(word, out var count) && count > 0 && (left[word] = count - 1) >= 0);
        return (double)met / Math.Max(1, wanted.Count);
    }

    /// <param name="Left">Files that could not be read.</param>
    private sealed record Reading(int Documents, long Letters, int Left, double Seconds, double ProcessorSeconds, long PeakBytes);

    /// <param name="Words">Share of the other's words that are found.</param>
    /// <param name="Order">Share of its pairs of neighbours that are neighbours here.</param>
    private sealed record Comparison(double Seconds, double Words, double Order);

    private sealed record Measurement(string Kind, long Bytes, Reading Reading, Comparison? PdfToText)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Kind}: {Bytes / 1e6:F1} MB, {Reading.Letters / 1e6:F1} million letters in {Reading.Documents:N0} documents ({Reading.Left} left out), "
                + $"{Reading.Seconds:F1} s ({Bytes / 1e6 / Reading.Seconds:F1} MB/s), {Reading.ProcessorSeconds:F1} s of processor time, "
                + $"at most {Reading.PeakBytes / 1e6:F0} MB resident{Beside}");

        private string Beside => PdfToText is { } other
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"; pdftotext {other.Seconds:F1} s, of its words {100 * other.Words:F1} %, of its order {100 * other.Order:F1} %")
            : "";
    }
}
