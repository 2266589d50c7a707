using RealmWeb.Engine.Checkpoints;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Models;

/// <summary>A model's tensors where its folder holds only those that training changed. Owns both files.</summary>
internal sealed class BasedTensors(ITensorFile changed, ITensorFile start) : ITensorFile
{
    // What stands before the encoder's names in the parts of a model.
    private static readonly string[] Encoders = ["embedder.realm.", "query_embedder.realm.", "reader.realm."];

    public string Path => changed.Path;

    /// <summary>The changed ones alone: what the base has beyond the model is no fault.</summary>
    public IReadOnlyList<string> Names => changed.Names;

    public bool Contains(string name) => changed.Contains(name) || NameInBase(name) is { } inner && start.Contains(inner);

    public ScalarType TypeOf(string name) => In(name, (file, known) => file.TypeOf(known));

    public IReadOnlyList<long> ShapeOf(string name) => In(name, (file, known) => file.ShapeOf(known));

    public Tensor Load(string name, ScalarType? type = null) => In(name, (file, known) => file.Load(known, type));

    public Tensor LoadRows(string name, long from, long count, ScalarType? type = null) => In(name, (file, known) => file.LoadRows(known, from, count, type));

    public void Dispose()
    {
        changed.Dispose();
        start.Dispose();
    }

    /// <summary>What a base calls a model's tensor; null for tensors that no base has.</summary>
    public static string? NameInBase(string name) =>
        Encoders.FirstOrDefault(prefix => name.StartsWith(prefix, StringComparison.Ordinal)) is { } prefix ? name[prefix.Length..] : null;

    private T In<T>(string name, Func<ITensorFile, string, T> read) =>
        !changed.Contains(name) && NameInBase(name) is { } inner && start.Contains(inner) ? read(start, inner) : read(changed, name);
}
