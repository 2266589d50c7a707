using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RealmWeb.Files;

namespace RealmWeb.Jobs.Sources;

/// <summary>Something of a source as it was when it was last fetched.</summary>
/// <param name="Address">What the source calls it, and the documents of it.</param>
/// <param name="File">Name of its file; null where there is nothing to import of it.</param>
/// <param name="Hash">Of the file.</param>
/// <param name="SeenBy">The run that last made sure of it.</param>
internal sealed record MirrorItem(string Address, string? File = null, string? Hash = null, string? SeenBy = null)
{
    /// <summary>What the source says of its version; null where it says nothing.</summary>
    public string? ETag { get; init; }

    public string? LastModified { get; init; }

    /// <summary>Length of its file; null where there is none, or a version before kept it.</summary>
    public long? Bytes { get; init; }

    /// <summary>For documents without a title in them; null for a part of the address.</summary>
    public string? Title { get; init; }

    /// <summary>Addresses that it leads to.</summary>
    public IReadOnlyList<string> Links { get; init; } = [];
}

/// <summary>What was fetched of a source: files to import, and a journal of what each is. A cache: a crash may cost lines of the journal, whose
/// files are fetched again, but no file is half.</summary>
internal sealed class SourceMirror : IDisposable
{
    private readonly string _journalPath;
    private readonly Dictionary<string, MirrorItem> _items = new(StringComparer.Ordinal);
    private FileStream _journal;

    private SourceMirror(string folder, long reservedBytes)
    {
        ReservedBytes = reservedBytes;
        Files = Directory.CreateDirectory(Path.Combine(folder, "files")).FullName;
        _journalPath = Path.Combine(folder, "items.jsonl");
        Load();
        _journal = Rewrite();
    }

    /// <summary>Folder of the files, and of nothing else.</summary>
    public string Files { get; }

    public IReadOnlyCollection<MirrorItem> Items => _items.Values;

    public long Bytes { get; private set; }

    /// <summary>Bytes that must stay free on its disk.</summary>
    public long ReservedBytes { get; }

    public static SourceMirror Open(string folder, long reservedBytes = 0) => new(folder, reservedBytes);

    public MirrorItem? Find(string address) => _items.GetValueOrDefault(address);

    /// <summary>Keeps what was fetched.</summary>
    /// <param name="ending">With its dot; says what reads the file.</param>
    /// <exception cref="DiskFullException">There is no room for it; what was kept before stays.</exception>
    public void Store(MirrorItem item, ReadOnlyMemory<byte> content, string ending)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(content.Span).AsSpan(0, 16));
        var name = NameOf(item.Address, ending);
        var path = Path.Combine(Files, name);
        // The same again keeps its time, so that the import need not look.
        if (Find(item.Address) is not { } before || before.File != name || before.Hash != hash)
        {
            DiskRoom.Require(Files, "What is fetched", content.Length, ReservedBytes);
            Drop(Find(item.Address));
            DurableFile.WriteBytes(path, content);
            Bytes += content.Length;
        }
        Write(item with { File = name, Hash = hash, Bytes = content.Length });
    }

    /// <summary>The same for something of which nothing is to be imported.</summary>
    public void Store(MirrorItem item)
    {
        Drop(Find(item.Address));
        Write(item with { File = null, Hash = null, Bytes = null });
    }

    /// <summary>It is as it was.</summary>
    public void Keep(MirrorItem item, string seenBy) => Write(item with { SeenBy = seenBy });

    public void Remove(string address)
    {
        if (!_items.TryGetValue(address, out var item))
            return;
        Drop(item);
        _items.Remove(address);
        Append(new Line(address, null));
    }

    /// <summary>Name of the file for an address.</summary>
    public static string NameOf(string address, string ending) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address)).AsSpan(0, 16)) + ending;

    public void Dispose() => _journal.Dispose();

    private void Drop(MirrorItem? item)
    {
        if (item?.File is not { } name)
            return;
        var file = new FileInfo(Path.Combine(Files, name));
        Bytes -= file.Exists ? file.Length : 0;
        file.Delete();
    }

    private void Write(MirrorItem item)
    {
        _items[item.Address] = item;
        Append(new Line(item.Address, item));
    }

    private void Append(Line line)
    {
        _journal.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(line) + "\n"));
        _journal.Flush();
    }

    private void Load()
    {
        foreach (var text in File.Exists(_journalPath) ? File.ReadLines(_journalPath) : [])
        {
            // The last line may be half; where it is in the middle, the disk lost it.
            if (Parse(text) is not { } line)
                continue;
            if (line.Item is { } item)
                _items[line.Address] = item;
            else
                _items.Remove(line.Address);
        }
        var files = new DirectoryInfo(Files).EnumerateFiles().ToDictionary(file => file.Name, file => file.Length, StringComparer.Ordinal);
        foreach (var item in _items.Values.Where(item => item.File is { } name && !IsWhole(item, files.GetValueOrDefault(name))).ToList())
            _items.Remove(item.Address);
        var known = _items.Values.Select(item => item.File).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var stray in files.Keys.Where(name => !known.Contains(name)))
            File.Delete(Path.Combine(Files, stray));
        Bytes = files.Where(file => known.Contains(file.Key)).Sum(file => file.Value);
    }

    private static bool IsWhole(MirrorItem item, long length) => length > 0 && length == (item.Bytes ?? length);

    private static Line? Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<Line>(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // A line for each, in place of one for each change.
    private FileStream Rewrite()
    {
        DurableFile.WriteLines(_journalPath, _items.Values.Select(item => JsonSerializer.Serialize(new Line(item.Address, item))));
        return new FileStream(_journalPath, FileMode.Append, FileAccess.Write, FileShare.Read);
    }

    /// <param name="Item">Null where it is gone.</param>
    private sealed record Line(string Address, MirrorItem? Item);
}
