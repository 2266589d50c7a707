using RealmWeb.Engine.Checkpoints.Onnx;

namespace RealmWeb.Engine.Checkpoints;

/// <summary>Opens weights whatever their format.</summary>
public static class TensorFiles
{
    internal const string IndexEnding = ".index.json";

    // Best first: a folder often has the same weights in several forms.
    private static readonly string[] Names =
    [
        "model.safetensors", "model.safetensors" + IndexEnding, "pytorch_model.bin", "pytorch_model.bin" + IndexEnding, "model.onnx",
            Path.Combine("onnx", "model.onnx"),
    ];

    /// <summary>The weights in a folder; null where it has none in a form that is known.</summary>
    public static string? Find(string folder) => Names.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Opens a safetensors file, a <c>pytorch_model.bin</c>, the index of one in shards, an ONNX export, or the folder of a model that holds one of
    /// them.</summary>
    /// <exception cref="CheckpointException">The folder holds none, or the file is damaged or hostile.</exception>
    /// <exception cref="FileNotFoundException"/>
    public static ITensorFile Open(string path)
    {
        if (Directory.Exists(path))
            path = Find(path) ?? throw new CheckpointException(
                path, null, Directory.EnumerateFiles(path, "*-of-*").Order(StringComparer.Ordinal).FirstOrDefault() is { } shard
                    ? $"the folder holds a part of the weights, {Path.GetFileName(shard)}, but not the index that says what stands in which part. Copy "
                        + $"model.safetensors{IndexEnding} as well."
                    : $"the folder holds no weights. They are expected as one of {string.Join(", ", Names)}.");
        if (path.EndsWith(IndexEnding, StringComparison.OrdinalIgnoreCase))
            return ShardedTensors.Open(path);
        GitLfsPointer.Refuse(path);
        if (path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
            return OnnxFile.Open(path);
        return LooksZipped(path) ? TorchCheckpoint.Open(path) : SafetensorsFile.Open(path);
    }

    /// <summary>Throws unless a tensor of this shape has the rows [from, from + count).</summary>
    internal static void CheckRows(long[] shape, long from, long count)
    {
        if (shape.Length == 0)
            throw new ArgumentOutOfRangeException(nameof(from), "The tensor is a single number and has no rows.");
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from + count, shape[0], nameof(count));
    }

    private static bool LooksZipped(string path)
    {
        Span<byte> start = stackalloc byte[4];
        using var stream = File.OpenRead(path);
        return stream.ReadAtLeast(start, 4, throwOnEndOfStream: false) == 4 && start.SequenceEqual("PK\u0003\u0004"u8);
    }
}
