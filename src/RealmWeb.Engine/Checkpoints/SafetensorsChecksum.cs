using System.Security.Cryptography;
using System.Text;

namespace RealmWeb.Engine.Checkpoints;

/// <summary>SHA-256 of a safetensors file, kept in the free text of its own header: one file stays one file.</summary>
/// <remarks>Hashed are all bytes of the file with zeros where the checksum stands, so that damage to names and sizes shows as well.</remarks>
public sealed class SafetensorsChecksum : IDisposable
{
    internal const string Key = "sha256";
    private const int Digits = 64;

    // After the eight bytes of the header's length; the writer puts the checksum second, so its place is always the same.
    private static readonly byte[] Before = Encoding.ASCII.GetBytes($$"""{"__metadata__":{"format":"pt","{{Key}}":{{'"'}}""");

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    internal static string Blank { get; } = new('0', Digits);

    private static int Place => 8 + Before.Length;

    /// <summary>Reads the whole file and compares it with its checksum.</summary>
    /// <exception cref="CheckpointException">The file has no checksum, or other bytes than were written.</exception>
    /// <exception cref="FileNotFoundException"/>
    public static void Verify(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        using var hash = new SafetensorsChecksum();
        var buffer = new byte[1 << 20];
        var read = stream.ReadAtLeast(buffer, Place + Digits, throwOnEndOfStream: false);
        if (read < Place + Digits || !buffer.AsSpan(8, Before.Length).SequenceEqual(Before))
            throw new CheckpointException(
                path, null, "it has no checksum where one belongs. It was cut off, altered, or written by something else; take another copy.");
        var stored = Encoding.ASCII.GetString(buffer, Place, Digits);
        buffer.AsSpan(Place, Digits).Fill((byte)'0');
        for (; read > 0; read = stream.Read(buffer))
            hash.Add(buffer.AsSpan(0, read));
        if (stored != hash.Finish())
            throw new CheckpointException(path, null, "its bytes do not match its checksum. The file was cut off or altered; take another copy.");
    }

    public void Dispose() => _hash.Dispose();

    internal void Add(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    /// <summary>Puts the checksum of everything added over the zeros that the header was written with.</summary>
    internal void WriteTo(Stream stream)
    {
        stream.Position = Place;
        stream.Write(Encoding.ASCII.GetBytes(Finish()));
    }

    private string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());
}
