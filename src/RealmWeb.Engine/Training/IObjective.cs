using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Training;

/// <summary>Something to minimise.</summary>
/// <remarks>A step depends on the weights, the seed and its number only, never on the steps before: a run that is killed and resumed goes on
/// exactly as if nothing had happened.</remarks>
public interface IObjective
{
    /// <summary>What is trained, in words.</summary>
    string Stage { get; }

    /// <summary>The module whose parameters are trained.</summary>
    nn.Module Module { get; }

    /// <summary>Loss of one step.</summary>
    /// <param name="step">Number of the step, from 0.</param>
    /// <returns>The loss belongs to the caller's dispose scope.</returns>
    StepLoss Loss(long step);

    /// <summary>Adds the gradients of a step to those of the parameters. An objective whose graph would not fit in memory computes them part by part
    /// and overrides this.</summary>
    /// <param name="scale">Factor on the loss before its gradient is taken: 1/n where n steps are accumulated.</param>
    /// <returns>The loss without its graph; it belongs to the caller's dispose scope.</returns>
    StepLoss Backward(long step, double scale = 1)
    {
        var computed = Loss(step);
        using var factor = scale.ToScalar();
        computed.Loss.mul(factor).backward();
        return computed;
    }

    /// <summary>What whoever runs the training should know, given what it reports; null for nothing. Each text is shown once.</summary>
    /// <param name="averages">The metrics, averaged over recent steps.</param>
    string? Warning(IReadOnlyDictionary<string, double> averages) => null;

    /// <summary>Multiplies the learning rate of a parameter of <see cref="Module"/>.</summary>
    double RateFactor(string name) => 1;

    /// <summary>Parameters of <see cref="Module"/> that are not trained.</summary>
    bool IsFrozen(string name, Parameter parameter) => false;
}

/// <summary>What one step computed.</summary>
/// <param name="Loss">Scalar with its graph.</param>
/// <param name="Tokens">Pieces that went through a model, padding left out.</param>
/// <param name="PaddedTokens">The same with padding.</param>
/// <param name="Examples">Examples in the step.</param>
public sealed record StepLoss(Tensor Loss, long Tokens, long PaddedTokens, int Examples)
{
    /// <summary>Further values to report, averaged over steps.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();
}
