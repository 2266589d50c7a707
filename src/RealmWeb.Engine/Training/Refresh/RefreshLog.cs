using System.Globalization;
using System.Text.Json;
using RealmWeb.Files;

namespace RealmWeb.Engine.Training.Refresh;

/// <summary>Which generations a training run has built, on disk: what a resumed run goes on with.</summary>
/// <param name="farthestBack">Steps that a run can be thrown back at most.</param>
internal sealed class RefreshLog(string folder, long farthestBack)
{
    // The new one and the one that the trainer still uses.
    private const int Least = 2;

    private const string IndexPrefix = "index-";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>A finished refresh.</summary>
    public sealed record Entry(long Step, DateTimeOffset TakenAt, string Generation);

    /// <summary>Holds the generation that begins at a step, and nothing else.</summary>
    public string IndexFolder(long step) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{IndexPrefix}{step:D9}"));

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

    /// <summary>Commits a refresh, the last thing of it that is written, and drops what no checkpoint can need any more.</summary>
    public void Add(Entry entry)
    {
        DurableFile.WriteText(FileOf(entry.Step), JsonSerializer.Serialize(entry, Json));
        // Newer ones are of a run that was thrown back. One that will be needs the newest generation that is no newer than its checkpoint.
        var all = Read();
        var past = all.Where(finished => finished.Step <= entry.Step).ToList();
        var needed = past.Take(Math.Max(Least, past.TakeWhile(finished => finished.Step > entry.Step - farthestBack).Count() + 1)).ToList();
        foreach (var other in all.Except(needed))
            Forget(other);
        foreach (var unnamed in Directory.EnumerateDirectories(folder, $"{IndexPrefix}*").Except(needed.Select(finished => IndexFolder(finished.Step))))
            Directory.Delete(unnamed, recursive: true);
    }

    /// <summary>Drops what a run left behind that is begun anew.</summary>
    public void Clear()
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
    }

    private void Forget(Entry entry)
    {
        File.Delete(FileOf(entry.Step));
        File.Delete(SnapshotFile(entry.Step));
    }

    private string FileOf(long step) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"refresh-{step:D9}.json"));
}
