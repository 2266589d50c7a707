using TorchSharp;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Models;

/// <summary>Copies the weights of one module into another of the same make.</summary>
internal static class WeightCopy
{
    /// <summary>Every parameter of <paramref name="to"/> takes the numbers of the one that has its name; what <paramref name="from"/> has beyond them stays
    /// behind.</summary>
    public static void Between(nn.Module from, nn.Module to)
    {
        using var noGradient = no_grad();
        var source = from.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        foreach (var (name, parameter) in to.named_parameters())
            parameter.copy_(source[name]);
    }

    /// <summary>Every parameter of <paramref name="to"/> moves towards the one that has its name: to + share · (from - to).</summary>
    public static void Average(nn.Module from, nn.Module to, double share)
    {
        using var noGradient = no_grad();
        using var factor = share.ToScalar();
        var source = from.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        foreach (var (name, parameter) in to.named_parameters())
        {
            using var difference = source[name] - parameter;
            parameter.add_(difference, alpha: factor);
        }
    }

    /// <exception cref="ArgumentException">A parameter of <paramref name="to"/> has none of its name and shape in <paramref name="from"/>.</exception>
    public static void Require(nn.Module from, nn.Module to, string fromName)
    {
        var shapes = from.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter.shape);
        foreach (var (name, parameter) in to.named_parameters())
        {
            if (!shapes.TryGetValue(name, out var shape) || !shape.SequenceEqual(parameter.shape))
                throw new ArgumentException(
                    $"{fromName} has no {name} of shape [{string.Join(", ", parameter.shape)}]. Combine models of the same sizes.", nameof(from));
        }
    }
}
