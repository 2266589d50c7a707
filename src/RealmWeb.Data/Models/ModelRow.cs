using RealmWeb.Contracts.Runs;

namespace RealmWeb.Data.Models;

/// <summary>How a model came to be.</summary>
public enum ModelOrigin
{
    /// <summary>Comes with the program.</summary>
    Shipped,

    /// <summary>Found in the models folder: copied in by hand, or made before models were written down.</summary>
    Added,
    Imported,

    /// <summary>Random weights and a vocabulary learned from text.</summary>
    Created,

    /// <summary>Retriever of one model, everything else of its base.</summary>
    Combined,

    /// <summary>Weights between those of its base and of another model.</summary>
    Averaged,

    /// <summary>Weights of its base; what was fitted on questions beside them is its own.</summary>
    Fitted,

    /// <summary>Its base learned further.</summary>
    Trained,
}

/// <summary>A model as it is written down; its weights are files. A name that is given to other weights begins another row, so that what was
/// measured and promoted stays with the weights it was about.</summary>
public sealed class ModelRow
{
    public Guid Id { get; set; }
    public required string Name { get; set; }

    /// <summary>Comes with the program; one of the data folder may have the same name.</summary>
    public bool Shipped { get; set; }

    /// <summary>SHA-256 of model.safetensors, hexadecimal.</summary>
    public required string WeightsHash { get; set; }

    /// <summary>With <see cref="WeightsWrittenAt"/> tells whether the hash is still that of the file, without reading it.</summary>
    public long WeightsBytes { get; set; }
    public DateTimeOffset WeightsWrittenAt { get; set; }
    public ModelOrigin Origin { get; set; }

    /// <summary>Kind of the training; null where it was none.</summary>
    public RunKind? Training { get; set; }

    /// <summary>Name of the model it was made from; null where there is none, or nobody knows.</summary>
    public string? Base { get; set; }

    /// <summary>Row of <see cref="Base"/>; null where it was never written down.</summary>
    public Guid? BaseId { get; set; }

    /// <summary>Corpus that it learned from.</summary>
    public string? Corpus { get; set; }

    /// <summary>Run that made it; null for work at the command line.</summary>
    public Guid? RunId { get; set; }

    /// <summary>Version of the embedder that index generations carry; null until an index was built with the model.</summary>
    public string? EmbedderVersion { get; set; }

    /// <summary>A <see cref="ModelSettings"/>.</summary>
    public string SettingsJson { get; set; } = "{}";
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it was deleted, or other weights took its name; null while it is there.</summary>
    public DateTimeOffset? RemovedAt { get; set; }
}
