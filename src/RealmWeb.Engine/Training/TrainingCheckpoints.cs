using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using RealmWeb.Engine.Checkpoints;
using RealmWeb.Engine.Optimization;
using RealmWeb.Files;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Training;

/// <summary>What a run goes on from, beside weights, moments and number of steps.</summary>
/// <param name="Measured">What the last evaluation gave.</param>
/// <param name="Settings">What the run was begun with, by name; null in checkpoints of versions that did not keep it.</param>
/// <param name="Unmeasured">The evaluation of this step was cancelled: a run that goes on begins with it.</param>
public sealed record TrainingState(
    MeterState Meter, IReadOnlyDictionary<string, double> Measured, EarlyStoppingState Stopping, IReadOnlyDictionary<string, string>? Settings = null,
        bool Unmeasured = false);

/// <summary>The checkpoints of a run in one folder: the newest few, each a file with everything the run goes on from, and the best weights.</summary>
/// <remarks>A file is written under a temporary name, brought to the disk and renamed, and carries a checksum: a kill leaves the old one or the
/// new one, and damage by anything else is noticed when the file is read.</remarks>
/// <param name="keep">How many of the newest stay, at least 1. With 2, damage to the newest costs the steps since the one before.</param>
public sealed class TrainingCheckpoints(string folder, int keep = 2)
{
    private const string WeightPrefix = "weight.";
    private const string OptimizerPrefix = "optimizer.";
    private const string Prefix = "checkpoint-";
    private const string Suffix = ".safetensors";
    private const string StateKey = "state";

    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly string _best = Path.Combine(folder, "best" + Suffix);

    // Of versions that kept one checkpoint, without state and checksum.
    private readonly string _former = Path.Combine(folder, "checkpoint" + Suffix);

    /// <summary>Writes the state as it is after the optimiser's last step, then removes what is no longer kept.</summary>
    public void Save(nn.Module module, BertAdamW optimizer, TrainingState state)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        Prepare();
        using (no_grad())
        using (NewDisposeScope())
        {
            SafetensorsFile.Save(
                PathOf(optimizer.StepCount),
                [.. StateDict.Export(module, WeightPrefix), .. optimizer.Export().Select(entry => (OptimizerPrefix + entry.Name, entry.Tensor))],
                metadata: Metadata(state), checksum: true);
        }
        // A number above this one is damaged, or else this run would have gone on from it.
        var files = Numbered();
        var kept = files.Where(file => file.Step <= optimizer.StepCount).OrderByDescending(file => file.Step).Take(keep).ToList();
        foreach (var file in files.Except(kept))
            File.Delete(file.Path);
        File.Delete(_former);
    }

    /// <summary>Reads the newest sound checkpoint back; null when there is none at all.</summary>
    /// <param name="check">Called with what the run goes on from before anything is put back; refuses by throwing.</param>
    /// <param name="warn">Hears of damaged ones that were passed over.</param>
    /// <exception cref="CheckpointException">It is of another model, or all are damaged.</exception>
    public TrainingState? LoadNewest(nn.Module module, BertAdamW optimizer, Action<TrainingState> check, Action<string> warn)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(check);
        ArgumentNullException.ThrowIfNull(warn);
        if (!Directory.Exists(folder))
            return null;
        var damaged = new List<CheckpointException>();
        foreach (var path in Numbered().OrderByDescending(file => file.Step).Select(file => file.Path))
        {
            try
            {
                SafetensorsChecksum.Verify(path);
            }
            catch (CheckpointException failure)
            {
                damaged.Add(failure);
                continue;
            }
            var state = Load(path, module, optimizer, check);
            foreach (var failure in damaged)
                warn($"A checkpoint is damaged: {failure.Message} Going on from the one before it, at step {optimizer.StepCount}.");
            return state;
        }
        if (damaged.Count > 0)
            throw new CheckpointException(
                damaged[0].Path, null, $"all {damaged.Count} checkpoints of the run are damaged. Put a copy back, or start the run anew without --resume.",
                damaged[0]);
        return File.Exists(_former) ? Load(_former, module, optimizer, check) : null;
    }

    /// <summary>Keeps the weights as the best of the run.</summary>
    public void SaveBest(nn.Module module)
    {
        Prepare();
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        SafetensorsFile.Save(_best, StateDict.Export(module, WeightPrefix), checksum: true);
    }

    /// <summary>Puts the best weights of the run into the module.</summary>
    /// <exception cref="CheckpointException">They are damaged or missing.</exception>
    public void LoadBest(nn.Module module)
    {
        if (!File.Exists(_best))
            throw new CheckpointException(_best, null, "the best weights of the run are gone. Put a copy back, or start the run anew without --resume.");
        SafetensorsChecksum.Verify(_best);
        using var file = SafetensorsFile.Open(_best);
        StateDict.LoadInto(module, file, WeightPrefix, new StateDictOptions());
    }

    /// <summary>Removes what an earlier run left in the folder.</summary>
    public void Clear()
    {
        if (!Directory.Exists(folder))
            return;
        Prepare();
        foreach (var (_, path) in Numbered())
            File.Delete(path);
        File.Delete(_former);
        File.Delete(_best);
    }

    private static TrainingState Load(string path, nn.Module module, BertAdamW optimizer, Action<TrainingState> check)
    {
        using var file = SafetensorsFile.Open(path);
        var state = (file.Metadata.TryGetValue(StateKey, out var json) ? JsonSerializer.Deserialize<TrainingState>(json, Json) : null)
            ?? new TrainingState(MeterState.Start, new Dictionary<string, double>(), EarlyStoppingState.Start);
        check(state);
        StateDict.LoadInto(module, file, WeightPrefix, new StateDictOptions());
        optimizer.Load(file, OptimizerPrefix);
        return state;
    }

    private static Dictionary<string, string> Metadata(TrainingState state) => new() { [StateKey] = JsonSerializer.Serialize(state, Json) };

    private string PathOf(long step) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:D9}{Suffix}"));

    private IReadOnlyList<(long Step, string Path)> Numbered() =>
    [
        .. Directory.EnumerateFiles(folder, $"{Prefix}*{Suffix}")
            .Select(path => (Number: Path.GetFileName(path)[Prefix.Length..^Suffix.Length], Path: path))
            .Where(file => long.TryParse(file.Number, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(file => (long.Parse(file.Number, CultureInfo.InvariantCulture), file.Path)),
    ];

    // Only one process trains in a folder. A file that is still being written was left by one that was killed.
    private void Prepare()
    {
        Directory.CreateDirectory(folder);
        Leftovers.Sweep(folder);
    }
}
