using static TorchSharp.torch;

namespace RealmWeb.Engine.Checkpoints;

/// <summary>A file of named tensors, read on demand.</summary>
public interface ITensorFile : IDisposable
{
    string Path { get; }

    /// <summary>Names in the order of the file.</summary>
    IReadOnlyList<string> Names { get; }

    bool Contains(string name);

    /// <exception cref="CheckpointException">There is no such tensor.</exception>
    ScalarType TypeOf(string name);

    /// <inheritdoc cref="TypeOf"/>
    IReadOnlyList<long> ShapeOf(string name);

    /// <summary>A copy in memory on the CPU; the caller disposes it.</summary>
    /// <param name="type">Converts to this type; null keeps the file's.</param>
    /// <inheritdoc cref="TypeOf"/>
    Tensor Load(string name, ScalarType? type = null);

    /// <summary>Rows [from, from + count) of a tensor, of which no more than they is read; the caller disposes them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The tensor has no such rows.</exception>
    /// <inheritdoc cref="Load"/>
    Tensor LoadRows(string name, long from, long count, ScalarType? type = null);
}
