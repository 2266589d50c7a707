using System.Globalization;
using System.Text.Json;

namespace RealmWeb.Data.Uploads;

/// <summary>A file as it was sent.</summary>
/// <param name="StoredName">Generated name inside the upload's folder; no other upload has it, so that it can be found in texts and put back.</param>
/// <param name="OriginalName">Name at the sender; never used as a path.</param>
public sealed record UploadedFile(string StoredName, string OriginalName, long Bytes);

/// <summary>The disk has no room for the upload.</summary>
public sealed class UploadTooLargeException(long needed, long free) : IOException(string.Create(CultureInfo.InvariantCulture,
    $"The upload needs {needed / 1048576.0:F1} MiB but only {Math.Max(0, free) / 1048576.0:F1} MiB may be used on the data disk. Free space or send less."))
{
    public long Needed { get; } = needed;
    public long Free { get; } = free;
}

/// <summary>Files that wait for their import, one folder an upload. Nothing of a sender's name reaches the file system but a known ending.</summary>
public sealed class UploadStore(RealmPaths paths, Microsoft.Extensions.Options.IOptions<RealmDataOptions> options)
{
    private const string Manifest = "manifest.json";
    private const int CheckEveryBytes = 16 << 20;

    /// <summary>Makes a folder for one upload.</summary>
    public string Begin()
    {
        var upload = Guid.CreateVersion7().ToString("N");
        Directory.CreateDirectory(FolderOf(upload));
        return upload;
    }

    /// <summary>Streams one file in.</summary>
    /// <param name="announcedBytes">Length if the sender said it; null otherwise.</param>
    /// <exception cref="UploadTooLargeException">The disk would be filled; what was written of the file is gone again.</exception>
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
            DurableFile.Replace(Path.Combine(folder, Manifest), JsonSerializer.Serialize(files));
            return file;
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>The whole files of an upload in the order sent.</summary>
    public IReadOnlyList<UploadedFile> Files(string upload)
    {
        var manifest = Path.Combine(FolderOf(upload), Manifest);
        return File.Exists(manifest) ? JsonSerializer.Deserialize<List<UploadedFile>>(File.ReadAllText(manifest)) ?? [] : [];
    }

    public string PathOf(string upload, UploadedFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return Path.Combine(FolderOf(upload), file.StoredName);
    }

    /// <summary>Removes an upload; nothing happens when it is gone already.</summary>
    public void Remove(string upload)
    {
        var folder = FolderOf(upload);
        if (Directory.Exists(folder))
            DurableFile.RemoveFolder(folder);
    }

    private string FolderOf(string upload) =>
        Guid.TryParseExact(upload, "N", out var id)
            ? Path.Combine(paths.Uploads, id.ToString("N"))
            : throw new ArgumentException($"\"{upload}\" is no upload. Take the value that {nameof(Begin)} returned.", nameof(upload));

    private void RequireRoom(long bytes)
    {
        var free = new DriveInfo(paths.Root).AvailableFreeSpace - options.Value.ReservedBytes;
        if (bytes > free)
            throw new UploadTooLargeException(bytes, free);
    }

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
