using System.Text;

namespace RealmWeb.Files;

/// <summary>Files that are whole or not there at all, whenever the process dies: written under a temporary name, brought to the disk, renamed.</summary>
public static class DurableFile
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Writes a file in the place of the one that is there, if any: readers see the old or the new content.</summary>
    /// <exception cref="IOException">It could not be written; the old file is as it was.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var coming = Leftovers.ComingFile(path);
        try
        {
            // Held until it has its name: that tells a sweep of leftovers that somebody is writing it.
            using var stream = new FileStream(coming, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, 1 << 16);
            write(stream);
            stream.Flush(flushToDisk: true);
            File.Move(coming, path, overwrite: true);
        }
        catch
        {
            File.Delete(coming);
            throw;
        }
    }

    /// <inheritdoc cref="Write"/>
    public static void WriteText(string path, string content) => WriteBytes(path, Utf8.GetBytes(content));

    /// <inheritdoc cref="Write"/>
    public static void WriteBytes(string path, ReadOnlyMemory<byte> content) => Write(path, stream => stream.Write(content.Span));

    /// <summary>Writes lines that end in a line feed each.</summary>
    /// <inheritdoc cref="Write"/>
    public static void WriteLines(string path, IEnumerable<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        Write(path, stream =>
        {
            using var writer = new StreamWriter(stream, Utf8, leaveOpen: true) { NewLine = "\n" };
            foreach (var line in lines)
                writer.WriteLine(line);
        });
    }

    /// <summary>Copies a file in the place of the one that is there, if any.</summary>
    /// <inheritdoc cref="Write"/>
    public static void Copy(string from, string to)
    {
        using var source = File.OpenRead(from);
        Write(to, source.CopyTo);
    }

    /// <summary>Appends a line and brings it to the disk. A line that a full disk cut off is taken back.</summary>
    public static void AppendLine(string path, string line)
    {
        using var stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
        var before = stream.Length;
        try
        {
            stream.Write(Utf8.GetBytes(line + "\n"));
            stream.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            stream.SetLength(before);
            throw;
        }
    }
}
