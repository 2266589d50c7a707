using RealmWeb.Engine.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Training;

/// <summary>Does something when a step is reached: cancels the run, or throws as if the process had been killed there.</summary>
/// <param name="before">Called before each step.</param>
internal sealed class StoppedObjective(IObjective objective, long stopAt, Action stop, Action<long>? before = null) : IObjective
{
    public string Stage => objective.Stage;

    public nn.Module Module => objective.Module;

    public StepLoss Loss(long step)
    {
        before?.Invoke(step);
        if (step == stopAt)
            stop();
        return objective.Loss(step);
    }

    public bool IsFrozen(string name, Parameter parameter) => objective.IsFrozen(name, parameter);
}
