namespace RealmWeb.Engine.Retrieval.Index;

/// <summary>File names of an index folder, for both directions.</summary>
public static class GenerationFiles
{
    /// <summary>manifest.json of a generation.</summary>
    public static string Manifest(string generation) => Path.Combine(generation, "manifest.json");

    /// <summary>Codes, vectors, rows and partitions of a generation.</summary>
    public static string Vectors(string generation) => Path.Combine(generation, "vectors.realm");

    /// <summary>One shard of a build that is under way.</summary>
    public static string Shard(string building, int number) => Path.Combine(building, $"shard-{number:D6}.bin");

    /// <summary>Held by the process that embeds the shard.</summary>
    public static string Claim(string building, int number) => Path.Combine(building, $"shard-{number:D6}.claim");

    /// <summary>Says that all shards of a build were there: who embeds shards beside it is done.</summary>
    public static string AllEmbedded(string building) => Path.Combine(building, "all-embedded");

    /// <summary>Folder in which a generation is built.</summary>
    public static string Building(string indexFolder, string generation) => Path.Combine(indexFolder, $"building-{generation}");

    /// <summary>Names the generation that answers.</summary>
    public static string Current(string indexFolder) => Path.Combine(indexFolder, "current");
}
