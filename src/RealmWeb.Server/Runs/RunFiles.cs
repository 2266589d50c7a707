using System.Globalization;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Server.Runs;

/// <summary>What a run left, as files to keep.</summary>
internal static class RunFiles
{
    private const int Part = 1000;

    /// <summary>A line for each line of the log: time, level, message. Further lines of a message are indented.</summary>
    public static async Task WriteLogAsync(RunReader runs, Guid id, Stream stream, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(stream) { NewLine = "\n" };
        for (var after = 0L; await runs.ReadLogAsync(id, after, Part, cancellationToken) is { Count: > 0 } lines; after = lines[^1].Sequence)
        {
            foreach (var line in lines)
            {
                var message = line.Message.ReplaceLineEndings("\n    ");
                await writer.WriteLineAsync($"{line.At:yyyy-MM-ddTHH:mm:ss.fffZ} {line.Level,-7} {message}".AsMemory(), cancellationToken);
            }
        }
    }

    /// <summary>stage, name, step, value; every point, none thinned out.</summary>
    public static async Task WriteCurvesAsync(RunReader runs, Guid id, Stream stream, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(stream) { NewLine = "\n" };
        await writer.WriteLineAsync("stage,name,step,value".AsMemory(), cancellationToken);
        foreach (var point in await runs.ReadMetricsAsync(id, int.MaxValue, cancellationToken))
        {
            var value = point.Value.ToString("R", CultureInfo.InvariantCulture);
            await writer.WriteLineAsync($"{Quoted(point.Stage)},{Quoted(point.Name)},{point.Step},{value}".AsMemory(), cancellationToken);
        }
    }

    private static string Quoted(string text) => text.AsSpan().IndexOfAny(",\"\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
