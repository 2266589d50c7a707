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
        bool Has(string name) => file.Contains(name);
        const string Span = "qa_outputs.dense_output.weight", Projection = "cls.dense.weight";
        if (Has("embedder." + Projection) && Has("reader." + Span))
            return PublishedKind.OpenQa;
        if (Has("embedder." + Projection))
            return PublishedKind.Scorer;
        if (Has(Span))
            return PublishedKind.Reader;
        if (Has(Projection))
            return PublishedKind.Embedder;
        if (Has("realm.embeddings.word_embeddings.weight") && Has("cls.predictions.bias"))
            return PublishedKind.Encoder;
        if (Has("bert.embeddings.word_embeddings.weight") || Has("embeddings.word_embeddings.weight"))
            return PublishedKind.Bert;
        throw new CheckpointException(file.Path, null, $"its {file.Names.Count} tensors ({string.Join(", ", file.Names.Take(3))}, …) belong to no REALM model and no BERT. Take a folder of one of those.");
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
        PublishedKind.Bert => file.Contains("bert.embeddings.word_embeddings.weight") ? "bert." : "",
        _ => "realm.",
    };
}
