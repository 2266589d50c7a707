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
}
