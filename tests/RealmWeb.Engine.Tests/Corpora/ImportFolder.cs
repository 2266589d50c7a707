using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using RealmWeb.Engine.Corpora;

namespace RealmWeb.Engine.Tests.Corpora;

/// <summary>A folder of files to import, gone when the test ends.</summary>
internal sealed class ImportFolder : IDisposable
{
    internal string Root { get; } = Directory.CreateTempSubdirectory("realm-import-").FullName;

    public void Dispose() => Directory.Delete(Root, recursive: true);

    internal string Add(string name, string text) => Add(name, Encoding.UTF8.GetBytes(text));

    internal string Add(string name, byte[] bytes)
    {
        var path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    internal List<CorpusItem> Read(CorpusReadOptions? options = null, CorpusPosition? after = null) => [.. CorpusSource.Read([Root], options, after)];

    internal static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return packed.ToArray();
    }

    internal static byte[] Gzip(string text) => Gzip(Encoding.UTF8.GetBytes(text));

    internal static byte[] Zip(params (string Name, byte[] Bytes)[] entries)
    {
        using var packed = new MemoryStream();
        using (var archive = new ZipArchive(packed, ZipArchiveMode.Create))
        {
            foreach (var (name, bytes) in entries)
            {
                using var entry = archive.CreateEntry(name, CompressionLevel.Fastest).Open();
                entry.Write(bytes);
            }
        }
        return packed.ToArray();
    }

    internal static byte[] Tar(params TarEntry[] entries)
    {
        using var packed = new MemoryStream();
        using (var archive = new TarWriter(packed))
        {
            foreach (var entry in entries)
                archive.WriteEntry(entry);
        }
        return packed.ToArray();
    }

    internal static PaxTarEntry TarFile(string name, string text) => TarFile(name, Encoding.UTF8.GetBytes(text));

    internal static PaxTarEntry TarFile(string name, byte[] bytes) => new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes) };

    internal static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
