using System.Text.Json;
using Microsoft.Extensions.Options;
using RealmWeb.Files;

namespace RealmWeb.Data.Uploads;

/// <summary>A file as it was sent.</summary>
/// <param name="StoredName">Generated name inside the upload's folder; no other upload has it, so that it can be found in texts and put back.</param>
/// <param name="OriginalName">Name at the sender; never used as a path.</param>
public sealed record UploadedFile(string StoredName, string OriginalName, long Bytes);

/// <summary>Files that wait for their import, one folder an upload. Nothing of a sender's name reaches the file system but a known ending.</summary>
public sealed class UploadStore(RealmPaths paths, IOptions<RealmDataOptions> options)
{
    /// <summary>How long files that could not be imported are kept at least; older ones go at a start.</summary>
    public static readonly TimeSpan KeptForRetry = TimeSpan.FromDays(7);

    private const string Manifest = "manifest.json";
    private const int CheckEveryBytes = 16 << 20;

    /// <summary>Makes a folder for one upload.</summary>
    /// <returns>Held while files arrive. Disposed, it takes the folder with it, unless it was told to keep it.</returns>
    public PendingUpload Begin()
    {
        var upload = Guid.CreateVersion7().ToString("N");
        Directory.CreateDirectory(paths.Uploads);
        var arriving = FileLock.TryTake(LockOf(upload), removeAfter: true)!;
        Directory.CreateDirectory(FolderOf(upload));
        return new PendingUpload(this, upload, arriving);
    }

    /// <summary>Streams one file in.</summary>
    /// <param name="announcedBytes">Length if the sender said it; null otherwise.</param>
    /// <exception cref="DiskFullException">The disk would be filled; what was written of the file is gone again.</exception>
    public async Task<UploadedFile> AddAsync(
        string upload, string originalName, Stream content, long? announcedBytes = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        var folder = FolderOf(upload);
        var files = Files(upload).ToList();
        RequireRoom(announcedBytes ?? 0);
        var stored = $"u{Guid.NewGuid():N}{EndingOf(originalName)}";
        var path = Path.Combine(folder, stored);
        try
        {
            await using var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, useAsync: true);
            var buffer = new byte[128 * 1024];
            long bytes = 0, checkedAt = 0;
            int read;
            while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
            {
                bytes += read;
                if (bytes - checkedAt > CheckEveryBytes)
                {
                    RequireRoom(read);
                    checkedAt = bytes;
                }
                await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
            target.Flush(flushToDisk: true);
            var file = new UploadedFile(stored, originalName, bytes);
            files.Add(file);
            DurableFile.WriteText(Path.Combine(folder, Manifest), JsonSerializer.Serialize(files));
            return file;
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>The whole files of an upload in the order sent.</summary>
    /// <exception cref="InvalidDataException">The list of them is damaged.</exception>
    public IReadOnlyList<UploadedFile> Files(string upload)
    {
        var manifest = Path.Combine(FolderOf(upload), Manifest);
        if (!File.Exists(manifest))
            return [];
        try
        {
            return JsonSerializer.Deserialize<List<UploadedFile>>(File.ReadAllText(manifest)) ?? [];
        }
        catch (JsonException damaged)
        {
            throw new InvalidDataException($"{manifest} is damaged: it does not name the files that were sent. Send them again.", damaged);
        }
    }

    public string PathOf(string upload, UploadedFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return Path.Combine(FolderOf(upload), file.StoredName);
    }

    /// <summary>Keeps some files of an upload, for another try, and removes the others.</summary>
    public void Retain(string upload, IReadOnlyCollection<string> storedNames)
    {
        ArgumentNullException.ThrowIfNull(storedNames);
        var files = Files(upload).ToLookup(file => storedNames.Contains(file.StoredName));
        var kept = files[true].ToList();
        if (kept.Count == 0)
        {
            Remove(upload);
            return;
        }
        // First the list: a file that it does not name is nothing to anybody.
        DurableFile.WriteText(Path.Combine(FolderOf(upload), Manifest), JsonSerializer.Serialize(kept));
        foreach (var file in files[false])
            File.Delete(PathOf(upload, file));
    }

    /// <summary>Removes an upload; nothing happens when it is gone already.</summary>
    public void Remove(string upload)
    {
        var folder = FolderOf(upload);
        if (Directory.Exists(folder))
            DurableFolder.Remove(folder);
    }

    /// <summary>Removes uploads that no process receives any more.</summary>
    /// <param name="isNeeded">Whether a run waits for the upload.</param>
    /// <returns>How many there were.</returns>
    public async Task<int> SweepAsync(Func<string, Task<bool>> isNeeded)
    {
        ArgumentNullException.ThrowIfNull(isNeeded);
        var swept = 0;
        var found = Directory.Exists(paths.Uploads) ? Directory.GetDirectories(paths.Uploads).Select(folder => Path.GetFileName(folder)!) : [];
        foreach (var upload in found.Where(name => Guid.TryParseExact(name, "N", out _)))
        {
            // First the lock: whoever receives an upload names it in a run before it lets go.
            using var own = FileLock.TryTake(LockOf(upload), removeAfter: true);
            if (own is null || await isNeeded(upload))
                continue;
            Remove(upload);
            swept++;
        }
        return swept;
    }

    // Beside the folder, so that the folder holds nothing but what was sent.
    private string LockOf(string upload) => Path.Combine(paths.Uploads, $".{upload}.arriving");

    private string FolderOf(string upload) =>
        Guid.TryParseExact(upload, "N", out var id)
            ? Path.Combine(paths.Uploads, id.ToString("N"))
            : throw new ArgumentException($"\"{upload}\" is no upload. Take the value that {nameof(Begin)} returned.", nameof(upload));

    private void RequireRoom(long bytes) => DiskRoom.Require(paths.Root, "The upload", bytes, options.Value.ReservedBytes);

    // The ending tells the importer the format, so it stays; only letters and digits of it, and ".gz" behind another one.
    private static string EndingOf(string name)
    {
        var last = Clean(Path.GetExtension(name));
        if (last != ".gz")
            return last;
        return Clean(Path.GetExtension(Path.GetFileNameWithoutExtension(name))) + last;
    }

    private static string Clean(string ending) =>
        ending.Length is > 1 and <= 12 && ending.Skip(1).All(char.IsAsciiLetterOrDigit) ? ending.ToLowerInvariant() : "";
}
