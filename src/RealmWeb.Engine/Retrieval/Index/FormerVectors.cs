using System.Buffers.Binary;
using RealmWeb.Engine.Corpora;

namespace RealmWeb.Engine.Retrieval.Index;

/// <summary>Vectors of an earlier generation of the same model: a block whose content has not changed is not embedded again.</summary>
internal sealed unsafe class FormerVectors : IDisposable
{
    private readonly DenseBlockIndex _index;

    // Open addressing: position + 1 of the block that hashes here, 0 for nobody.
    private readonly int[] _places;

    private FormerVectors(DenseBlockIndex index)
    {
        _index = index;
        var size = 16L;
        while (size < 2 * index.VectorCount)
            size *= 2;
        _places = new int[Math.Min(size, Array.MaxLength)];
        for (var position = 0; position < index.VectorCount; position++)
        {
            var place = Place(Id(position));
            while (_places[place] != 0)
                place = place + 1 == _places.Length ? 0 : place + 1;
            _places[place] = position + 1;
        }
    }

    /// <summary>The newest sound generation with vectors of this model in this format; null when there is none.</summary>
    public static FormerVectors? Open(string indexFolder, string modelVersion, VectorFormat format)
    {
        if (!Directory.Exists(indexFolder))
            return null;
        foreach (var folder in Directory.EnumerateDirectories(indexFolder, "g*").OrderByDescending(Directory.GetLastWriteTimeUtc))
        {
            try
            {
                var manifest = GenerationManifest.Read(folder);
                if (manifest.ModelVersion == modelVersion && manifest.Vectors == format)
                    return new FormerVectors(DenseBlockIndex.Open(folder, verify: true));
            }
            catch (IndexException)
            {
                // Damaged or of an older format: its vectors are of no use, the blocks are embedded anew.
            }
        }
        return null;
    }

    /// <summary>Copies the vector of a block.</summary>
    /// <returns>False where the block is new.</returns>
    public bool TryCopy(Block block, Span<float> target)
    {
        Span<byte> wanted = stackalloc byte[SectionTable.IdBytes];
        Convert.FromHexString(block.Id, wanted, out _, out _);
        for (var place = Place(wanted); _places[place] != 0; place = place + 1 == _places.Length ? 0 : place + 1)
        {
            var position = _places[place] - 1;
            if (!Id(position).SequenceEqual(wanted))
                continue;
            _index.File.Vector(position, target).CopyTo(target);
            return true;
        }
        return false;
    }

    public void Dispose() => _index.Dispose();

    private ReadOnlySpan<byte> Id(int position) => new(_index.File.Pointer(Section.Ids) + (long)position * SectionTable.IdBytes, SectionTable.IdBytes);

    // The id is a hash already.
    private int Place(ReadOnlySpan<byte> id) => (int)(BinaryPrimitives.ReadUInt64LittleEndian(id) % (ulong)_places.Length);
}
