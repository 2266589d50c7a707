using System.Text;
using SharpCompress.Compressors.BZip2;

namespace RealmWeb.TestKit;

/// <summary>Texts as dumps of wikis are packed.</summary>
public static class Bzip2Files
{
    /// <summary>A stream of bzip2; several may follow each other in a file.</summary>
    public static byte[] Pack(string text)
    {
        using var packed = new MemoryStream();
        using (var bzip2 = BZip2Stream.Create(packed, SharpCompress.Compressors.CompressionMode.Compress, false, true))
        {
            bzip2.Write(Encoding.UTF8.GetBytes(text));
            bzip2.Finish();
        }
        return packed.ToArray();
    }
}
