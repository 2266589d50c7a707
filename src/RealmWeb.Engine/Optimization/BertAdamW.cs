using RealmWeb.Engine.Checkpoints;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Optimization;

/// <summary>Constants of <see cref="BertAdamW"/>; the defaults are those of BERT and REALM.</summary>
/// <param name="WeightDecay">Multiplied by the learning rate; not applied to biases and normalisation weights.</param>
/// <param name="MaxGradientNorm">Gradients are scaled down so that all of them together have at most this Euclidean length.</param>
/// <param name="BiasCorrection">False: the rule BERT was trained with. True: that of Adam's paper, which takes larger first steps.</param>
public sealed record BertAdamWOptions(
    double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-6, double WeightDecay = 0.01, double MaxGradientNorm = 1.0,
    bool BiasCorrection = false)
{
    /// <summary>The rule of PyTorch's <c>optim.AdamW</c> with its defaults, in the usual two groups of parameters: bias correction, ε of 1e-8 added
    /// after the square root, decay multiplied by the rate and not for biases and normalisation weights.</summary>
    public static BertAdamWOptions Torch { get; } = new(Epsilon: 1e-8, BiasCorrection: true);
}

/// <summary>Which Adam trains.</summary>
public enum OptimizerRule
{
    /// <summary>As BERT, REALM and ORQA were trained.</summary>
    Bert,

    /// <summary>As PyTorch has it.</summary>
    Torch,
}

/// <summary>What one step did.</summary>
/// <param name="GradientNorm">Euclidean length of all gradients before clipping.</param>
/// <param name="Applied">False: the gradients held NaN or infinity and nothing was changed.</param>
public readonly record struct OptimizerStep(long Step, double LearningRate, double GradientNorm, bool Applied);

/// <summary>Adam with weight decay as BERT has it: w -= lr (m / (sqrt(v) + eps) + decay w), without bias correction.</summary>
/// <remarks>The optimizer of the paper's pre-training and fine-tuning. Parameters without a gradient are left alone. Create it after the
/// module was moved to its device, since moving replaces the parameters.</remarks>
public sealed class BertAdamW : IDisposable
{
    private static readonly string[] ExemptFromDecay = ["LayerNorm", "layer_norm", "bias"];

    private readonly BertAdamWOptions _options;
    private readonly Slot[] _slots;
    private readonly Tensor _scratch;

    /// <param name="parameters">Names decide about weight decay and label the moments in files. A parameter that occurs twice counts once.</param>
    /// <param name="rateFactor">Multiplies the learning rate of the parameter of a name; null for 1 throughout.</param>
    public BertAdamW(
        IEnumerable<(string Name, Parameter Parameter)> parameters, LinearSchedule schedule, BertAdamWOptions? options = null, Func<string,
            double>? rateFactor = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Schedule = schedule;
        _options = options ?? new();
        var distinct = parameters.DistinctBy(item => item.Parameter.Handle).ToArray();
        if (distinct.Length == 0)
            throw new ArgumentException("There are no parameters to optimise.", nameof(parameters));

        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var first = distinct[0].Parameter;
        // One buffer as large as the largest parameter takes every intermediate result: a step allocates nothing.
        _scratch = empty(distinct.Max(item => item.Parameter.numel()), dtype: first.dtype, device: first.device).DetachFromDisposeScope();
        _slots = [.. distinct.Select(item => new Slot(
            item.Name, item.Parameter, zeros_like(item.Parameter).DetachFromDisposeScope(), zeros_like(item.Parameter).DetachFromDisposeScope(),
            _scratch.narrow(0, 0, item.Parameter.numel()).view(item.Parameter.shape).DetachFromDisposeScope(),
            !ExemptFromDecay.Any(part => item.Name.Contains(part, StringComparison.Ordinal)), rateFactor?.Invoke(item.Name) ?? 1))];
    }

    /// <inheritdoc cref="BertAdamW(IEnumerable{ValueTuple{string, Parameter}}, LinearSchedule, BertAdamWOptions?, Func{string, double}?)"/>
    public BertAdamW(nn.Module module, LinearSchedule schedule, BertAdamWOptions? options = null)
        : this((module ?? throw new ArgumentNullException(nameof(module))).named_parameters(), schedule, options)
    {
    }

    /// <summary>May be replaced between steps, for example to go on longer than first planned.</summary>
    public LinearSchedule Schedule { get; set; }

    /// <summary>Number of steps taken; the next one uses the learning rate of this number.</summary>
    public long StepCount { get; private set; }

    /// <summary>Forgets the gradients of all parameters.</summary>
    public void ZeroGradients()
    {
        foreach (var slot in _slots)
            slot.Parameter.grad = null;
    }

    /// <summary>Clips the gradients and moves the parameters; the gradients themselves stay as they are.</summary>
    public OptimizerStep Step()
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var gradients = Array.ConvertAll(_slots, slot => slot.Parameter.grad);
        var norm = GlobalNorm(gradients);
        var learningRate = Schedule.At(StepCount);
        if (!double.IsFinite(norm))
            return new(StepCount, learningRate, norm, Applied: false);
        Update(gradients, learningRate, norm > _options.MaxGradientNorm ? _options.MaxGradientNorm / norm : 1);
        return new(StepCount++, learningRate, norm, Applied: true);
    }

    /// <summary>The moments of every parameter and the number of steps, as names and tensors that stay the optimizer's, but for the last,
    /// <c>step</c>, which is fresh.</summary>
    public IReadOnlyList<(string Name, Tensor Tensor)> Export() =>
    [
        .. _slots.Select(slot => ("m." + slot.Name, slot.Momentum)), .. _slots.Select(slot => ("v." + slot.Name, slot.Variance)),
        ("step", tensor(StepCount)),
    ];

    /// <summary>Takes back what <see cref="Export"/> gave.</summary>
    /// <exception cref="CheckpointException">A moment is missing, has another shape or is not finite; the optimizer may then be partly loaded.</exception>
    public void Load(ITensorFile file, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(file);
        using var noGradient = no_grad();
        foreach (var slot in _slots)
        {
            Restore(file, $"{prefix}m.{slot.Name}", slot.Momentum);
            Restore(file, $"{prefix}v.{slot.Name}", slot.Variance);
        }
        using var step = file.Load(prefix + "step", ScalarType.Int64);
        StepCount = step.numel() == 1 && step.item<long>() is >= 0 and var count ? count
            : throw new CheckpointException(file.Path, prefix + "step", "it should hold one number of steps, not below 0.");
    }

    public void Dispose()
    {
        foreach (var slot in _slots)
        {
            slot.Momentum.Dispose();
            slot.Variance.Dispose();
            slot.Scratch.Dispose();
        }
        _scratch.Dispose();
    }

    private void Update(Tensor?[] gradients, double learningRate, double scale)
    {
        var (beta1, beta2) = (_options.Beta1, _options.Beta2);
        var (rate, root) = (learningRate, 1.0);
        if (_options.BiasCorrection)
        {
            rate /= 1 - Math.Pow(beta1, StepCount + 1);
            root /= Math.Sqrt(1 - Math.Pow(beta2, StepCount + 1));
        }
        // Clipping is folded into the factors, which saves a pass over every gradient.
        using Scalar keepMomentum = beta1, addMomentum = (1 - beta1) * scale;
        using Scalar keepVariance = beta2, addVariance = (1 - beta2) * scale * scale;
        using Scalar correction = root, epsilon = _options.Epsilon, one = 1;
        for (var i = 0; i < _slots.Length; i++)
        {
            if (gradients[i] is not { } gradient)
                continue;
            var slot = _slots[i];
            slot.Momentum.mul_(keepMomentum).add_(gradient, addMomentum);
            slot.Variance.mul_(keepVariance).addcmul_(gradient, gradient, addVariance);
            slot.Scratch.copy_(slot.Variance).sqrt_();
            if (_options.BiasCorrection)
                slot.Scratch.mul_(correction);
            slot.Scratch.add_(epsilon, one);
            using Scalar move = -rate * slot.RateFactor, keepWeight = 1 - learningRate * slot.RateFactor * _options.WeightDecay;
            if (slot.Decays)
                slot.Parameter.mul_(keepWeight);
            slot.Parameter.addcdiv_(slot.Momentum, slot.Scratch, move);
        }
    }

    private static double GlobalNorm(Tensor?[] gradients)
    {
        var norms = gradients.OfType<Tensor>().Select(gradient => gradient.norm()).ToArray();
        // One value comes back from the device, not one a parameter.
        return norms.Length == 0 ? 0 : stack(norms).to(ScalarType.Float64).norm().item<double>();
    }

    private static void Restore(ITensorFile file, string name, Tensor target)
    {
        using var scope = NewDisposeScope();
        var values = file.Load(name, target.dtype);
        if (!values.shape.SequenceEqual(target.shape))
            throw new CheckpointException(
                file.Path, name, $"the moment has shape [{string.Join(", ", values.shape)}] but the parameter [{string.Join(", ", target.shape)}]. Resume "
                    + $"with the configuration the run started with.");
        if (!values.isfinite().all().item<bool>())
            throw new CheckpointException(file.Path, name, "the moment holds NaN or infinity. Resume from an earlier checkpoint.");
        target.copy_(values);
    }

    private sealed record Slot(string Name, Parameter Parameter, Tensor Momentum, Tensor Variance, Tensor Scratch, bool Decays, double RateFactor);
}
