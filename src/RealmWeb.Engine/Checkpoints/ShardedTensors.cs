using System.Text.Json;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Checkpoints;

/// <summary>A checkpoint in several files beside an index (<c>model.safetensors.index.json</c>), as large models are published.</summary>
public sealed class ShardedTensors : ITensorFile
{
    private const string MapKey = "weight_map";
    private const int MostShards = 10_000;

    private readonly Dictionary<string, ITensorFile> _fileOf;
    private readonly IReadOnlyList<ITensorFile> _shards;

    private ShardedTensors(string path, Dictionary<string, ITensorFile> fileOf, IReadOnlyList<ITensorFile> shards)
    {
        Path = path;
        Names = [.. fileOf.Keys];
        (_fileOf, _shards) = (fileOf, shards);
    }

    public string Path { get; }

    public IReadOnlyList<string> Names { get; }

    /// <param name="index">The index; its shards stand in the same folder.</param>
    /// <exception cref="CheckpointException">The index is damaged or names files elsewhere, a shard is missing or damaged, or lacks a tensor that it should
    /// have.</exception>
    public static ShardedTensors Open(string index)
    {
        var map = ReadMap(index);
        var folder = System.IO.Path.GetDirectoryName(index)!;
        var shards = new Dictionary<string, ITensorFile>(StringComparer.Ordinal);
        try
        {
            var fileOf = new Dictionary<string, ITensorFile>(StringComparer.Ordinal);
            foreach (var (tensor, shard) in map)
            {
                if (!shards.TryGetValue(shard, out var file))
                    shards[shard] = file = OpenShard(index, folder, shard, shards.Count);
                fileOf[tensor] = file.Contains(tensor) ? file
                    : throw new CheckpointException(
                    file.Path, tensor, $"{System.IO.Path.GetFileName(index)} says that it is here, but the file lacks it. Copy the model again.");
            }
            return new(index, fileOf, [.. shards.Values]);
        }
        catch
        {
            foreach (var shard in shards.Values)
                shard.Dispose();
            throw;
        }
    }

    public bool Contains(string name) => _fileOf.ContainsKey(name);

    public ScalarType TypeOf(string name) => FileOf(name).TypeOf(name);

    public IReadOnlyList<long> ShapeOf(string name) => FileOf(name).ShapeOf(name);

    public Tensor Load(string name, ScalarType? type = null) => FileOf(name).Load(name, type);

    public Tensor LoadRows(string name, long from, long count, ScalarType? type = null) => FileOf(name).LoadRows(name, from, count, type);

    public void Dispose()
    {
        foreach (var shard in _shards)
            shard.Dispose();
    }

    private ITensorFile FileOf(string name) => _fileOf.TryGetValue(name, out var file) ? file
        : throw new CheckpointException(Path, name, $"the index has no such tensor among its {Names.Count}.");

    private static ITensorFile OpenShard(string index, string folder, string shard, int opened)
    {
        // A name may not lead out of the folder, nor back to an index, which could name itself.
        if (shard.Length == 0 || shard.EndsWith(TensorFiles.IndexEnding, StringComparison.OrdinalIgnoreCase) || shard is "." or ".."
            || shard.AsSpan().IndexOfAny('/', '\\', '\0') >= 0 || System.IO.Path.IsPathRooted(shard))
            throw new CheckpointException(index, null, $"it names the file \"{shard}\", which is no file of weights in its folder.");
        if (opened == MostShards)
            throw new CheckpointException(index, null, $"it names more than {MostShards} files.");
        var path = System.IO.Path.Combine(folder, shard);
        return File.Exists(path) ? TensorFiles.Open(path)
            : throw new CheckpointException(index, null, $"it names the file {shard}, which is not in {folder}. Copy all files of the model.");
    }

    private static Dictionary<string, string> ReadMap(string index)
    {
        try
        {
            using var stream = File.OpenRead(index);
            using var json = JsonDocument.Parse(stream);
            if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty(MapKey, out var map) && map.Deserialize<Dictionary<string,
                string>>() is { Count: > 0 } read)
                return read;
            throw new CheckpointException(index, null, $"it has no \"{MapKey}\" from tensors to files.");
        }
        catch (JsonException exception)
        {
            throw new CheckpointException(index, null, $"it is no index of a sharded checkpoint: {exception.Message}", exception);
        }
    }
}
