using RealmWeb.Engine.Checkpoints;
using RealmWeb.Engine.Optimization;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Training;

/// <summary>Weights, optimiser moments and step of a run, in one file that is replaced as a whole: a kill leaves the old one or the new one.</summary>
public sealed class TrainingCheckpoint(string folder)
{
    private const string WeightPrefix = "weight.";
    private const string OptimizerPrefix = "optimizer.";

    private readonly string _file = Path.Combine(folder, "checkpoint.safetensors");

    /// <summary>Writes the state as it is after the optimiser's last step.</summary>
    public void Save(nn.Module module, BertAdamW optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        Directory.CreateDirectory(folder);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        SafetensorsFile.Save(_file,
        [
            .. StateDict.Export(module, WeightPrefix).Select(entry => (entry.Name, entry.Tensor.cpu())),
            .. optimizer.Export().Select(entry => (OptimizerPrefix + entry.Name, entry.Tensor.cpu())),
        ]);
    }

    /// <summary>Reads the state back; false when there is none.</summary>
    /// <exception cref="CheckpointException">It is of another model.</exception>
    public bool TryLoad(nn.Module module, BertAdamW optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        if (!File.Exists(_file))
            return false;
        using var file = SafetensorsFile.Open(_file);
        StateDict.LoadInto(module, file, WeightPrefix, new StateDictOptions());
        optimizer.Load(file, OptimizerPrefix);
        return true;
    }
}
