using RealmWeb.Engine.Models;

namespace RealmWeb.Engine.PreTraining;

/// <summary>What `realm model create` does; a JSON file.</summary>
public sealed record ModelCreationOptions
{
    /// <summary>Sizes of the model; the vocabulary's size and the features are filled in.</summary>
    public ModelOptions Model { get; init; } = ModelOptions.Base;

    /// <summary>Entries of the vocabulary that is learned from the text.</summary>
    public int VocabularySize { get; init; } = 12_000;

    /// <summary>Give the reader lexical features.</summary>
    public bool LexicalFeatures { get; init; } = true;

    /// <summary>Word vectors to start the embeddings from; null to start at random. Their width must be the model's hidden size.</summary>
    public SkipGramOptions? WordVectors { get; init; }

    public int Seed { get; init; } = 1;
}
