using System.Runtime.CompilerServices;
using TorchSharp;

namespace RealmWeb.Engine.Tensors;

/// <summary>Checks shapes where tensors enter a computation.</summary>
public static class Shapes
{
    /// <summary>Stands for a size that is not checked.</summary>
    public const long Any = -1;

    /// <exception cref="TensorShapeException">The tensor has another number of dimensions or another size in one of them.</exception>
    public static void Require(torch.Tensor tensor, ReadOnlySpan<long> expected, [CallerArgumentExpression(nameof(tensor))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(tensor);
        var actual = tensor.shape;
        var fits = actual.Length == expected.Length;
        for (var i = 0; fits && i < actual.Length; i++)
            fits = expected[i] == Any || expected[i] == actual[i];
        if (!fits)
            throw new TensorShapeException(name, expected.ToArray(), actual);
    }

    /// <inheritdoc cref="Require(torch.Tensor, ReadOnlySpan{long}, string)"/>
    public static void Require(torch.Tensor tensor, long size0, [CallerArgumentExpression(nameof(tensor))] string name = "") =>
        Require(tensor, [size0], name);

    /// <inheritdoc cref="Require(torch.Tensor, ReadOnlySpan{long}, string)"/>
    public static void Require(torch.Tensor tensor, long size0, long size1, [CallerArgumentExpression(nameof(tensor))] string name = "") =>
        Require(tensor, [size0, size1], name);

    /// <inheritdoc cref="Require(torch.Tensor, ReadOnlySpan{long}, string)"/>
    public static void Require(
        torch.Tensor tensor, long size0, long size1, long size2, [CallerArgumentExpression(nameof(tensor))] string name = "") =>
        Require(tensor, [size0, size1, size2], name);
}
