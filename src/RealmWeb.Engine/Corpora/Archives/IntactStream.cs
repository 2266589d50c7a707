using System.IO.Hashing;

namespace RealmWeb.Engine.Corpora.Archives;

/// <summary>Hands on an entry's bytes and demands at their end that they are those that were packed.</summary>
internal sealed class IntactStream(Stream unpacked, uint checksum, CancellationToken cancellationToken) : ReadThroughStream(unpacked)
{
    private readonly Crc32 _read = new();

    /// <exception cref="AlteredEntryException">They are not.</exception>
    public override int Read(Span<byte> buffer)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var read = Inner.Read(buffer);
        _read.Append(buffer[..read]);
        return read > 0 || buffer.IsEmpty || _read.GetCurrentHashAsUInt32() == checksum ? read : throw new AlteredEntryException();
    }
}
