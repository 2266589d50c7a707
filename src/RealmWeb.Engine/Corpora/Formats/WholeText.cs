using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>Reads a file that is one document, as far as its size allows.</summary>
internal static class WholeText
{
    /// <summary>The bytes of the file, or the reason why it is too large.</summary>
    internal static (byte[]? Bytes, string? Reason) ReadBytes(Stream stream, int limit)
    {
        using var held = new MemoryStream();
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
        try
        {
            while (stream.Read(buffer) is var read and > 0)
            {
                if (held.Length + read > limit)
                    return (null, $"It is larger than {limit:N0} bytes. Split it into several documents.");
                held.Write(buffer, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return (held.ToArray(), null);
    }

    /// <summary>The text of the file, or the reason why it is none.</summary>
    /// <param name="declared">Finds the name of an encoding that the file gives itself; null where its format has no place for one.</param>
    internal static (string? Text, string? Reason) Decode(ReadOnlySpan<byte> bytes, Func<ReadOnlySpan<byte>, string?>? declared = null) =>
        bytes.IndexOf((byte)0) is var nul and >= 0
            ? (null, $"It is binary: byte {nul} is 0. Save it as UTF-8 text.")
            : (TextEncodings.Decode(bytes, declared?.Invoke(bytes)), null);

    /// <summary>Offset of the first byte that is not UTF-8, or -1.</summary>
    internal static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
            return -1;
        var at = 0;
        while (Rune.DecodeFromUtf8(bytes[at..], out _, out var used) == OperationStatus.Done)
            at += used;
        return at;
    }
}
