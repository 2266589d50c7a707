using static TorchSharp.torch;

namespace RealmWeb.Engine.Checkpoints;

/// <summary>A <c>pytorch_model.bin</c> as torch.save writes it since version 1.6, read without running the program that a pickle is.</summary>
public sealed class TorchCheckpoint : ITensorFile
{
    private const long MaxPickleBytes = 64 << 20;

    private readonly Dictionary<string, Window> _windows;
    private readonly MappedTensors _data;

    private TorchCheckpoint(string path, IReadOnlyList<string> names, Dictionary<string, Window> windows, MappedTensors data)
    {
        Path = path;
        Names = names;
        _windows = windows;
        _data = data;
    }

    public string Path { get; }

    public IReadOnlyList<string> Names { get; }

    /// <exception cref="CheckpointException">The archive is damaged, its pickle asks for anything but tensors, or a tensor does not fit its
    /// storage.</exception>
    public static TorchCheckpoint Open(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            var entries = StoredZip.Read(stream, path);
            var pickles = entries.Keys.Where(name => name.EndsWith("/data.pkl", StringComparison.Ordinal)).ToArray();
            if (pickles is not [var pickle])
                throw new CheckpointException(path, null, $"it holds {pickles.Length} data.pkl instead of one. It is no checkpoint of torch.save.");
            var root = pickle[..^"data.pkl".Length];
            var code = ReadAll(stream, entries[pickle], path);
            if (entries.TryGetValue(root + "byteorder", out var order) && !ReadAll(stream, order, path).AsSpan().SequenceEqual("little"u8))
                throw new CheckpointException(path, null, "its numbers are not little-endian. Save it again on a common processor.");

            var names = new List<string>();
            var windows = new Dictionary<string, Window>(StringComparer.Ordinal);
            foreach (var (name, tensor) in StateDictUnpickler.Read(code, path))
            {
                if (!entries.TryGetValue($"{root}data/{tensor.StorageKey}", out var storage))
                    throw new CheckpointException(path, name, $"its storage {tensor.StorageKey} is not in the archive. The file was cut off or altered.");
                if (!windows.TryAdd(name, Check(tensor, storage, name, path)))
                    throw new CheckpointException(path, name, "the name occurs twice.");
                names.Add(name);
            }
            return new(path, names, windows, new(stream));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public bool Contains(string name) => _windows.ContainsKey(name);

    public ScalarType TypeOf(string name) => Find(name).Tensor.Type;

    public IReadOnlyList<long> ShapeOf(string name) => Find(name).Tensor.Shape;

    public Tensor Load(string name, ScalarType? type = null)
    {
        var (tensor, offset, length) = Find(name);
        return Read(offset, length, tensor, type);
    }

    public Tensor LoadRows(string name, long from, long count, ScalarType? type = null)
    {
        var (tensor, offset, length) = Find(name);
        TensorFiles.CheckRows(tensor.Shape, from, count);
        var rows = tensor with { Shape = [count, .. tensor.Shape[1..]] };
        // Rows behind the wanted ones are left out, as many as there are.
        return count == 0 || length == 0
            ? Read(offset, 0, rows, type)
            : Read(offset + from * tensor.Strides[0] * SafetensorsHeader.SizeOf(tensor.Type), length - (tensor.Shape[0] - count) * tensor.Strides[0], rows,
                type);
    }

    public void Dispose() => _data.Dispose();

    private Tensor Read(long offset, long length, PickledTensor tensor, ScalarType? type)
    {
        using var scope = NewDisposeScope();
        // [elements from the first to the last that the tensor uses]
        var flat = _data.Read(offset, length * SafetensorsHeader.SizeOf(tensor.Type), tensor.Type);
        var shaped = length == 0 ? flat.view(tensor.Shape) : flat.as_strided(tensor.Shape, tensor.Strides).contiguous();
        return (type is { } wanted && wanted != tensor.Type ? shaped.to(wanted) : shaped).MoveToOuterDisposeScope();
    }

    private Window Find(string name) => _windows.TryGetValue(name, out var window) ? window
        : throw new CheckpointException(Path, name, $"the file has no such tensor among its {Names.Count}.");

    private static Window Check(PickledTensor tensor, (long Offset, long Length) storage, string name, string path)
    {
        try
        {
            var elementBytes = SafetensorsHeader.SizeOf(tensor.Type);
            var fits = tensor.Shape.Length == tensor.Strides.Length && tensor.Shape.Length <= 16 && tensor.Offset >= 0
                && tensor.Shape.All(size => size >= 0) && tensor.Strides.All(stride => stride >= 0)
                && checked(tensor.StorageLength * elementBytes) == storage.Length;
            var (count, last) = (1L, 0L);
            for (var i = 0; fits && i < tensor.Shape.Length; i++)
                checked
                {
                    count *= tensor.Shape[i];
                    last += Math.Max(0, tensor.Shape[i] - 1) * tensor.Strides[i];
                }
            // A stride of 0 could otherwise make a small storage into a tensor of terabytes.
            fits = fits && count <= tensor.StorageLength && (count == 0 || checked(tensor.Offset + last) < tensor.StorageLength);
            return fits ? new(tensor, storage.Offset + tensor.Offset * elementBytes, count == 0 ? 0 : last + 1) : throw new OverflowException();
        }
        catch (OverflowException exception)
        {
            throw new CheckpointException(
                path, name, $"shape [{string.Join(", ", tensor.Shape)}] from element {tensor.Offset} does not fit its storage of {storage.Length} bytes. The "
                    + $"file was cut off or altered.", exception);
        }
    }

    private static byte[] ReadAll(FileStream stream, (long Offset, long Length) entry, string path)
    {
        if (entry.Length > MaxPickleBytes)
            throw new CheckpointException(path, null, $"its description is {entry.Length} bytes long; {MaxPickleBytes} is the limit.");
        var bytes = new byte[entry.Length];
        stream.Position = entry.Offset;
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <param name="Offset">Byte of the tensor's first element in the file.</param>
    /// <param name="Length">Elements of the storage from there to the last one used.</param>
    private sealed record Window(PickledTensor Tensor, long Offset, long Length);
}
