using RealmWeb.Engine.Checkpoints;
using RealmWeb.Engine.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Training;

/// <summary>Weights, optimiser moments and step of a run, in one file that is replaced as a whole: a kill leaves the old one or the new one.</summary>
public sealed class TrainingCheckpoint(string folder)
{
    private const string StepName = "step";
    private const string WeightPrefix = "weight.";
    private const string MomentPrefix = "optimizer.";

    private string File => Path.Combine(folder, "checkpoint.safetensors");

    /// <summary>Whether there is something to resume from.</summary>
    public bool Exists => System.IO.File.Exists(File);

    /// <summary>Writes the state after <paramref name="step"/> steps.</summary>
    public void Save(nn.Module module, BertAdamW optimizer, long step)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        Directory.CreateDirectory(folder);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var tensors = new List<(string, Tensor)> { (StepName, tensor(new[] { step })) };
        tensors.AddRange(StateDict.Export(module, WeightPrefix).Select(entry => (entry.Name, entry.Tensor.cpu())));
        tensors.AddRange(optimizer.ExportState().Select(entry => (MomentPrefix + entry.Name, entry.Tensor.cpu())));
        SafetensorsFile.Save(File, tensors);
    }

    /// <summary>Reads the state back; null when there is none.</summary>
    /// <exception cref="CheckpointException">It is of another model.</exception>
    public long? TryLoad(nn.Module module, BertAdamW optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        if (!Exists)
            return null;
        using var file = SafetensorsFile.Open(File);
        StateDict.LoadInto(module, file, WeightPrefix, new StateDictOptions());
        optimizer.LoadState(file, MomentPrefix);
        using var step = file.Load(StepName);
        return step.item<long>();
    }
}
