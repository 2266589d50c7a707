using System.Text.Json;
using System.Text.Json.Serialization;
using RealmWeb.Files;

namespace RealmWeb.Engine.Training;

/// <summary>What a stage of training measured at one step.</summary>
/// <param name="Step">Optimiser steps taken.</param>
/// <param name="Metrics">Running averages, counts and rates by name.</param>
public sealed record TrainingLogEntry(long Step, IReadOnlyDictionary<string, double> Metrics);

/// <summary>The curves of a stage, a JSON line every so many steps, beside its checkpoints: for whoever wants to see afterwards how a training went.</summary>
/// <remarks>A resumed run drops what was written after the checkpoint that it goes on from, so that each step stands there once.</remarks>
public sealed class TrainingLog
{
    // Lines of a whole run at most: enough for a curve, and small beside a checkpoint.
    private const int Lines = 400;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly string _path;
    private readonly long _every;

    /// <param name="folder">The stage's checkpoint folder.</param>
    /// <param name="steps">Steps of the whole run.</param>
    /// <param name="step">Step that the run goes on from; what is there of later ones goes.</param>
    public TrainingLog(string folder, long steps, long step)
    {
        _path = PathIn(folder);
        _every = Math.Max(1, (steps + Lines - 1) / Lines);
        Directory.CreateDirectory(folder);
        if (!File.Exists(_path))
            return;
        var kept = Read(_path).Where(entry => entry.Step <= step).ToList();
        DurableFile.WriteLines(_path, kept.Select(entry => JsonSerializer.Serialize(entry, Json)));
    }

    /// <summary>The log of a checkpoint folder.</summary>
    public static string PathIn(string folder) => Path.Combine(folder, "metrics.jsonl");

    /// <summary>Whether a step has a line.</summary>
    public bool Takes(long step) => step % _every == 0;

    /// <summary>Appends a line.</summary>
    public void Add(TrainingLogEntry entry) => File.AppendAllText(_path, JsonSerializer.Serialize(entry, Json) + "\n");

    /// <summary>Reads a log. A last line that a kill cut off is left out.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static IReadOnlyList<TrainingLogEntry> Read(string path)
    {
        var entries = new List<TrainingLogEntry>();
        // A trainer may write while this reads.
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        while (reader.ReadLine() is { } line)
        {
            try
            {
                if (JsonSerializer.Deserialize<TrainingLogEntry>(line, Json) is { Metrics: not null } entry)
                    entries.Add(entry);
            }
            catch (JsonException)
            {
                break;
            }
        }
        return entries;
    }
}
