namespace RealmWeb.Engine.Retrieval;

/// <summary>File names of an index folder, for both directions.</summary>
public static class GenerationFiles
{
    /// <summary>manifest.json of a generation.</summary>
    public static string Manifest(string generation) => Path.Combine(generation, "manifest.json");

    /// <summary>float32 vectors, row-major, little-endian.</summary>
    public static string Vectors(string generation) => Path.Combine(generation, "vectors.f32");

    /// <summary>int64 block rows, little-endian, in the order of the vectors.</summary>
    public static string Rows(string generation) => Path.Combine(generation, "rows.i64");

    /// <summary>One shard of a build that is under way.</summary>
    public static string Shard(string building, int number) => Path.Combine(building, $"shard-{number:D6}.bin");

    /// <summary>Folder in which a generation is built.</summary>
    public static string Building(string indexFolder, string generation) => Path.Combine(indexFolder, $"building-{generation}");

    /// <summary>Names the generation that answers.</summary>
    public static string Current(string indexFolder) => Path.Combine(indexFolder, "current");
}
