using RealmWeb.Engine.Tensors;
using RealmWeb.Engine.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Training;

/// <summary>Fits a line through seeded points by the mean squared error: an objective of which everything is known.</summary>
/// <param name="batchSize">Points of a batch; batch i has the points from i times this number on.</param>
internal sealed class LineObjective(int batchSize, double slope = 3) : IObjective, IDisposable
{
    private readonly Linear _line = Start();

    public string Stage => "Line";

    public nn.Module Module => _line;

    /// <summary>Said whenever the loop asks.</summary>
    public string? Says { get; init; }

    public string? Warning(IReadOnlyDictionary<string, double> averages) => Says;

    /// <summary>Weight and bias.</summary>
    public float[] Weights => [.. _line.weight!.data<float>(), .. _line.bias!.data<float>()];

    public StepLoss Loss(long step)
    {
        using var scope = NewDisposeScope();
        var points = Enumerable.Range(0, batchSize).Select(i => SeededRandom.At(7, step * batchSize + i).NextSingle()).ToArray();
        // [batch, 1]
        var x = tensor(points, [batchSize, 1]);
        var y = tensor(points.Select(point => (float)(slope * point + 1)).ToArray(), [batchSize, 1]);
        return new StepLoss(nn.functional.mse_loss(_line.call(x), y).MoveToOuterDisposeScope(), batchSize, 2 * batchSize, batchSize);
    }

    public void Dispose() => _line.Dispose();

    private static Linear Start()
    {
        var line = nn.Linear(1, 1);
        using var noGradient = no_grad();
        nn.init.zeros_(line.weight!);
        nn.init.zeros_(line.bias!);
        return line;
    }
}
