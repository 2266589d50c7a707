using System.Globalization;
using System.IO.Hashing;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using RealmWeb.Files;

namespace RealmWeb.Engine.Retrieval.Index;

/// <summary>What probing so many partitions finds of the exact top k, measured when the generation was built.</summary>
/// <param name="Probes">Partitions that are scanned, nearest first.</param>
/// <param name="Scanned">Mean share of all vectors that this scans.</param>
/// <param name="RecallAt5">Mean share of the exact best 5 that is found, less two standard errors.</param>
/// <param name="RecallAt100">The same of the exact best 100.</param>
public sealed record ProbeRecall(int Probes, double Scanned, double RecallAt5, double RecallAt100);

/// <summary>What a generation on disk holds and how it was made: manifest.json, for people and for opening.</summary>
/// <param name="Format">Version of the file layout.</param>
/// <param name="CorpusVersion">Version of the corpus that was embedded.</param>
/// <param name="ModelVersion">Content hash of the embedder.</param>
/// <param name="Model">Name of the model, for people.</param>
/// <param name="Count">Number of vectors.</param>
/// <param name="Dimension">Width of a vector.</param>
/// <param name="Vectors">How the vectors are kept beside their 8-bit codes.</param>
/// <param name="Partitions">Number of partitions; 0 for a small index that is always searched whole.</param>
/// <param name="Recall">By ascending probes; empty without partitions or without queries to measure with.</param>
/// <param name="RecallQueries">Queries that recall was measured with, none of them a vector of the index.</param>
/// <param name="HeaderChecksum">Ties the manifest to its vectors.realm.</param>
/// <param name="Checksum">Over this manifest with an empty checksum.</param>
public sealed record GenerationManifest(
    int Format, string CorpusVersion, string ModelVersion, string Model, long Count, int Dimension, VectorFormat Vectors, int Partitions,
    IReadOnlyList<ProbeRecall> Recall, int RecallQueries, DateTimeOffset CreatedAt, string HeaderChecksum, string Checksum)
{
    /// <summary>Number of blocks, where there are vectors of their halves too; null where each block has one vector.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Blocks { get; init; }

    /// <summary>Whether there are vectors of the halves of blocks (<see cref="Models.IBlockEncoder.EmbedsHalves"/>).</summary>
    [JsonIgnore]
    public bool HasHalves => Blocks is not null;

    /// <inheritdoc cref="Models.IBlockEncoder.IndexVersion"/>
    [JsonIgnore]
    public string IndexVersion => Models.IBlockEncoder.IndexVersionOf(ModelVersion, HasHalves);

    /// <summary>Number of blocks.</summary>
    [JsonIgnore]
    public long BlockCount => Blocks ?? Count;

    /// <summary>The layout this code writes.</summary>
    public const int CurrentFormat = GenerationHeader.Version;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Reads manifest.json of a generation folder.</summary>
    /// <exception cref="IndexException">It is missing, unreadable, damaged or of another format.</exception>
    public static GenerationManifest Read(string folder)
    {
        var path = GenerationFiles.Manifest(folder);
        GenerationManifest? manifest;
        try
        {
            var text = File.ReadAllBytes(path);
            RequireFormat(text, path);
            manifest = JsonSerializer.Deserialize<GenerationManifest>(text, Json);
        }
        catch (Exception failure) when (failure is IOException or JsonException or UnauthorizedAccessException or InvalidOperationException or FormatException)
        {
            throw new IndexException(path, $"The manifest {path} cannot be read: {failure.Message} Build the index again.", failure);
        }
        if (manifest is null || manifest.Recall is null || manifest.Checksum != manifest.Sum())
            throw new IndexException(path, $"The manifest {path} does not have its checksum: it was changed or damaged. Build the index again.");
        return manifest;
    }

    /// <summary>Writes manifest.json with its checksum; the last file of a generation to be written.</summary>
    public void Write(string folder) =>
        DurableFile.WriteText(GenerationFiles.Manifest(folder), JsonSerializer.Serialize(this with { Checksum = Sum() }, Json));

    internal static string Hex(ulong checksum) => checksum.ToString("x16", CultureInfo.InvariantCulture);

    private string Sum() => Hex(XxHash3.HashToUInt64(JsonSerializer.SerializeToUtf8Bytes(this with { Checksum = "" }, Json)));

    // An older layout is said to be one, whatever else it lacks.
    private static void RequireFormat(byte[] text, string path)
    {
        using var document = JsonDocument.Parse(text);
        var format = document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("format", out var number)
            && number.TryGetInt32(out var value) ? value : 0;
        if (format != CurrentFormat)
            throw new IndexException(path, $"The manifest {path} has format {format}, this program reads {CurrentFormat}. Build the index again.");
    }
}
