namespace RealmWeb.Engine.Checkpoints;

/// <summary>Opens weights whatever their format.</summary>
public static class TensorFiles
{
    /// <summary>Opens a safetensors file, a <c>pytorch_model.bin</c>, or the folder of a model that holds one of them.</summary>
    /// <exception cref="CheckpointException">The folder holds neither, or the file is damaged or hostile.</exception>
    /// <exception cref="FileNotFoundException"/>
    public static ITensorFile Open(string path)
    {
        if (Directory.Exists(path))
        {
            string[] names = ["model.safetensors", "pytorch_model.bin"];
            path = names.Select(name => Path.Combine(path, name)).FirstOrDefault(File.Exists)
                ?? throw new CheckpointException(path, null, "the folder holds neither model.safetensors nor pytorch_model.bin. Sharded checkpoints have to be joined first.");
        }
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
