using System.IO.Compression;
using System.Text;

namespace RealmWeb.Data.Corpora;

/// <summary>Texts as Brotli of their UTF-8.</summary>
internal static class PackedText
{
    public static byte[] Pack(string text)
    {
        var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest))
            brotli.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    public static string Unpack(byte[] packed)
    {
        using var reader = new StreamReader(new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress), Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
