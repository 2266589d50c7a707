using RealmWeb.Files;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Checkpoints;

/// <summary>A safetensors file: mapped into memory for reading, written whole or not at all.</summary>
public sealed class SafetensorsFile : ITensorFile
{
    private readonly Dictionary<string, TensorEntry> _entries;
    private readonly MappedTensors _data;

    private SafetensorsFile(string path, SafetensorsHeader header, MappedTensors data)
    {
        Path = path;
        Names = [.. header.Entries.Select(entry => entry.Name)];
        Metadata = header.Metadata;
        _entries = header.Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        _data = data;
    }

    public string Path { get; }

    public IReadOnlyList<string> Names { get; }

    /// <summary>The free text that the writer put beside the tensors.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <exception cref="CheckpointException">The header promises what the file does not hold; nothing large is allocated before that.</exception>
    /// <exception cref="FileNotFoundException"/>
    public static SafetensorsFile Open(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            var header = SafetensorsHeader.Read(stream, path);
            return new(path, header, new(stream));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public bool Contains(string name) => _entries.ContainsKey(name);

    public ScalarType TypeOf(string name) => Entry(name).Type;

    public IReadOnlyList<long> ShapeOf(string name) => Entry(name).Shape;

    public Tensor Load(string name, ScalarType? type = null)
    {
        var entry = Entry(name);
        return Read(entry.Offset, entry.ByteCount, entry.Type, entry.Shape, type);
    }

    public Tensor LoadRows(string name, long from, long count, ScalarType? type = null)
    {
        var entry = Entry(name);
        TensorFiles.CheckRows(entry.Shape, from, count);
        var rowBytes = entry.ByteCount / Math.Max(1, entry.Shape[0]);
        return Read(entry.Offset + from * rowBytes, count * rowBytes, entry.Type, [count, .. entry.Shape[1..]], type);
    }

    /// <summary>Writes tensors under a temporary name, brings them to the disk and then renames: a reader sees the old file or the new one.</summary>
    /// <param name="tensors">Names are unique; tensors stay the caller's.</param>
    /// <param name="storeAs">Converts floating-point tensors to this type; others keep theirs.</param>
    /// <param name="checksum">Puts a checksum of the whole file among the free text, for <see cref="SafetensorsChecksum.Verify"/>.</param>
    public static void Save(
        string path, IEnumerable<(string Name, Tensor Tensor)> tensors, ScalarType? storeAs = null,
        IReadOnlyDictionary<string, string>? metadata = null, bool checksum = false)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var planned = tensors
            .Select(item => (item.Name, item.Tensor, Type: storeAs is { } type && item.Tensor.is_floating_point() ? type : item.Tensor.dtype))
            .OrderBy(item => (item.Type, item.Name), SafetensorsHeader.Order).ToArray();
        var header = SafetensorsHeader.Write(planned.Select(item => (item.Name, (IReadOnlyList<long>)item.Tensor.shape, item.Type)), metadata, checksum);

        DurableFile.Write(path, stream =>
        {
            using var hash = checksum ? new SafetensorsChecksum() : null;
            hash?.Add(header);
            stream.Write(header);
            foreach (var (_, tensor, type) in planned)
                Write(stream, hash, tensor, type);
            hash?.WriteTo(stream);
        });
    }

    public void Dispose() => _data.Dispose();

    private Tensor Read(long offset, long byteCount, ScalarType stored, long[] shape, ScalarType? type)
    {
        using var scope = NewDisposeScope();
        var tensor = _data.Read(offset, byteCount, stored).view(shape);
        return (type is { } wanted && wanted != stored ? tensor.to(wanted) : tensor).MoveToOuterDisposeScope();
    }

    private TensorEntry Entry(string name) => _entries.TryGetValue(name, out var entry) ? entry
        : throw new CheckpointException(Path, name, $"the file has no such tensor among its {Names.Count}.");

    private static void Write(Stream stream, SafetensorsChecksum? hash, Tensor tensor, ScalarType type)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        // [elements]
        var flat = tensor.detach().to(CPU).to(type).contiguous().view(-1);
        foreach (var part in MappedTensors.Parts(flat))
        {
            hash?.Add(part.bytes);
            stream.Write(part.bytes);
        }
    }
}
