using System.Security.Cryptography;
using System.Text.Json;

namespace RealmWeb.Engine.Retrieval;

/// <summary>What a generation on disk holds and how it was made.</summary>
/// <param name="Format">Version of the file layout.</param>
/// <param name="CorpusVersion">Version of the corpus that was embedded.</param>
/// <param name="ModelVersion">Content hash of the embedder.</param>
/// <param name="Model">Name of the model, for people.</param>
/// <param name="Count">Number of vectors.</param>
/// <param name="Dimension">Width of a vector.</param>
/// <param name="VectorsSha256">Checksum of vectors.f32.</param>
/// <param name="RowsSha256">Checksum of rows.i64.</param>
public sealed record GenerationManifest(
    int Format, string CorpusVersion, string ModelVersion, string Model, long Count, int Dimension, string VectorsSha256, string RowsSha256, DateTimeOffset CreatedAt)
{
    /// <summary>The layout this code writes.</summary>
    public const int CurrentFormat = 1;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Reads manifest.json of a generation folder.</summary>
    /// <exception cref="IndexException">It is missing, unreadable or of a newer format.</exception>
    public static GenerationManifest Read(string folder)
    {
        var path = GenerationFiles.Manifest(folder);
        GenerationManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize<GenerationManifest>(File.ReadAllText(path), Json);
        }
        catch (Exception failure) when (failure is IOException or JsonException or UnauthorizedAccessException)
        {
            throw new IndexException(path, $"The manifest {path} cannot be read: {failure.Message} Build the index again.", failure);
        }
        if (manifest is null || manifest.Format != CurrentFormat || manifest.Dimension < 1 || manifest.Count < 0)
            throw new IndexException(path, $"The manifest {path} has format {manifest?.Format}, this program reads {CurrentFormat}. Build the index again.");
        return manifest;
    }

    /// <summary>Writes manifest.json; the last file of a generation to be written.</summary>
    public void Write(string folder)
    {
        using var stream = new FileStream(GenerationFiles.Manifest(folder), FileMode.Create, FileAccess.Write);
        JsonSerializer.Serialize(stream, this, Json);
        stream.Flush(flushToDisk: true);
    }

    internal static string Checksum(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
