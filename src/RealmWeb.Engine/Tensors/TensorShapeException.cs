using System.Globalization;

namespace RealmWeb.Engine.Tensors;

/// <summary>A tensor does not have the shape that a computation needs.</summary>
public sealed class TensorShapeException : ArgumentException
{
    public TensorShapeException(string name, IReadOnlyList<long> expected, IReadOnlyList<long> actual)
        : base($"{name} should have shape {Text(expected)} but has {Text(actual)}. Check that it was batched together with the other inputs.")
    {
        TensorName = name;
        Expected = expected;
        Actual = actual;
    }

    public TensorShapeException(string message)
        : base(message)
    {
    }

    public TensorShapeException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public TensorShapeException()
    {
    }

    /// <summary>Expression or name of the tensor; empty when not known.</summary>
    public string TensorName { get; } = "";

    /// <summary>Sizes asked for, <see cref="Shapes.Any"/> where every size will do.</summary>
    public IReadOnlyList<long> Expected { get; } = [];

    public IReadOnlyList<long> Actual { get; } = [];

    private static string Text(IReadOnlyList<long> shape) => "[" + string.Join(
        ", ", shape.Select(size => size == Shapes.Any ? "any" : size.ToString(CultureInfo.InvariantCulture))) + "]";
}
