namespace RealmWeb.Engine.Checkpoints;

/// <summary>The names that published files give to the same tensor.</summary>
public static class TensorNames
{
    /// <summary>The vectors of passages in published open-QA checkpoints.</summary>
    public const string BlockVectors = "block_emb";

    /// <summary>Where a parameter may be found, best first: its own name, the name of before 2019, the tensor it is tied to.</summary>
    public static IEnumerable<string> Aliases(string name)
    {
        yield return name;
        if (name.EndsWith("LayerNorm.weight", StringComparison.Ordinal))
            yield return string.Concat(name.AsSpan(0, name.Length - "weight".Length), "gamma");
        if (name.EndsWith("LayerNorm.bias", StringComparison.Ordinal))
            yield return string.Concat(name.AsSpan(0, name.Length - "bias".Length), "beta");
        if (name.EndsWith("predictions.bias", StringComparison.Ordinal))
            yield return string.Concat(name.AsSpan(0, name.Length - "bias".Length), "decoder.bias");
        if (name.EndsWith("cls.predictions.decoder.weight", StringComparison.Ordinal))
        {
            var root = name[..^"cls.predictions.decoder.weight".Length];
            yield return root + "realm.embeddings.word_embeddings.weight";
            yield return root + "bert.embeddings.word_embeddings.weight";
        }
        if (name.StartsWith("query_embedder.", StringComparison.Ordinal))
        {
            foreach (var alias in Aliases("embedder." + name["query_embedder.".Length..]))
                yield return alias;
        }
    }

    /// <summary>Whether a tensor of a file may be passed over silently because it repeats one that was loaded or is a table of constants.</summary>
    /// <param name="name">Name in the file.</param>
    /// <param name="loaded">Parameters that were loaded.</param>
    public static bool IsRedundant(string name, IEnumerable<string> loaded) =>
        name.EndsWith("embeddings.position_ids", StringComparison.Ordinal)
        || name.EndsWith("predictions.decoder.bias", StringComparison.Ordinal)
            && loaded.Contains(name.Replace("decoder.bias", "bias", StringComparison.Ordinal))
        || name.EndsWith("predictions.decoder.weight", StringComparison.Ordinal)
            && loaded.Contains(name.Replace("decoder.weight", "bias", StringComparison.Ordinal));
}
