using System.Globalization;
using System.Text.Json;

namespace RealmWeb.Engine.PreTraining.Refresh;

/// <summary>Which generations a training run has built, on disk: what a resumed run goes on with.</summary>
internal sealed class RefreshLog(string folder)
{
    // The one in use and the one before it: a checkpoint is never older than that.
    private const int Kept = 2;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>A finished refresh.</summary>
    public sealed record Entry(long Step, DateTimeOffset TakenAt, string Generation);

    public string IndexFolder { get; } = Path.Combine(folder, "index");

    public string SnapshotFile(long step) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"retriever-{step:D9}.safetensors"));

    /// <summary>Newest first.</summary>
    public IReadOnlyList<Entry> Read()
    {
        if (!Directory.Exists(folder))
            return [];
        return [.. Directory.EnumerateFiles(folder, "refresh-*.json")
            .Select(file => JsonSerializer.Deserialize<Entry>(File.ReadAllText(file), Json)!)
            .OrderByDescending(entry => entry.Step)];
    }

    /// <summary>Commits a refresh; the last thing of it that is written.</summary>
    public void Add(Entry entry)
    {
        var path = FileOf(entry.Step);
        using (var stream = new FileStream(path + ".part", FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(stream, entry, Json);
            stream.Flush(flushToDisk: true);
        }
        File.Move(path + ".part", path, overwrite: true);
        foreach (var old in Read().Skip(Kept))
            Forget(old);
    }

    /// <summary>Drops what a run left behind that is begun anew.</summary>
    public void Clear()
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        Directory.CreateDirectory(IndexFolder);
    }

    private void Forget(Entry entry)
    {
        File.Delete(FileOf(entry.Step));
        File.Delete(SnapshotFile(entry.Step));
    }

    private string FileOf(long step) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"refresh-{step:D9}.json"));
}
