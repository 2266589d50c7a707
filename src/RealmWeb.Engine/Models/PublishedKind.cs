using RealmWeb.Engine.Checkpoints;

namespace RealmWeb.Engine.Models;

/// <summary>Classes of published checkpoints.</summary>
public enum PublishedKind
{
    /// <summary>RealmForOpenQA: embedder and reader, and often the vectors of all blocks.</summary>
    OpenQa,

    /// <summary>RealmEmbedder.</summary>
    Embedder,

    /// <summary>RealmScorer: the embedder twice, for blocks and for queries.</summary>
    Scorer,

    /// <summary>RealmKnowledgeAugEncoder: encoder and masked-LM head.</summary>
    Encoder,

    /// <summary>RealmReader.</summary>
    Reader,

    /// <summary>BERT, with or without its heads.</summary>
    Bert,
}

/// <summary>Tells published checkpoints apart and names their parts.</summary>
public static class PublishedKinds
{
    /// <summary>The class of a file, by the names of its tensors: config.json may say anything.</summary>
    /// <exception cref="CheckpointException">It is none of them.</exception>
    public static PublishedKind Of(ITensorFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        // By families of names: a file that lacks a tensor is still what it is, and the tensor can be named.
        bool HasAny(string family) => file.Names.Any(name => name.StartsWith(family, StringComparison.Ordinal));
        if (HasAny("embedder.") && HasAny("reader."))
            return PublishedKind.OpenQa;
        if (HasAny("embedder."))
            return PublishedKind.Scorer;
        if (HasAny("qa_outputs."))
            return PublishedKind.Reader;
        if (HasAny("cls.dense."))
            return PublishedKind.Embedder;
        if (HasAny("realm.embeddings.") && HasAny("cls.predictions."))
            return PublishedKind.Encoder;
        if (HasAny("bert.embeddings.") || HasAny("embeddings."))
            return PublishedKind.Bert;
        throw new CheckpointException(
            file.Path, null, $"its {file.Names.Count} tensors ({string.Join(", ", file.Names.Take(3))}, …) belong to no REALM model and no BERT. Take a "
            + $"folder of one of those.");
    }

    /// <summary>What config.json calls the class.</summary>
    public static string Architecture(this PublishedKind kind) => kind switch
    {
        PublishedKind.OpenQa => "RealmForOpenQA",
        PublishedKind.Embedder => "RealmEmbedder",
        PublishedKind.Scorer => "RealmScorer",
        PublishedKind.Encoder => "RealmKnowledgeAugEncoder",
        PublishedKind.Reader => "RealmReader",
        _ => "BertForMaskedLM",
    };

    /// <summary>What stands before the names of the class's embedder.</summary>
    internal static string EmbedderPrefix(this PublishedKind kind) => kind == PublishedKind.Embedder ? "" : "embedder.";

    /// <summary>What stands before the names of the class's reader.</summary>
    internal static string ReaderPrefix(this PublishedKind kind) => kind == PublishedKind.Reader ? "" : "reader.";

    /// <summary>What stands before <c>embeddings.…</c> of the encoder that a part without one of its own starts from.</summary>
    internal static string BodyPrefix(this PublishedKind kind, ITensorFile file) => kind switch
    {
        PublishedKind.OpenQa => "reader.realm.",
        PublishedKind.Scorer => "embedder.realm.",
        PublishedKind.Bert => file.Names.Any(name => name.StartsWith("bert.", StringComparison.Ordinal)) ? "bert." : "",
        _ => "realm.",
    };
}
