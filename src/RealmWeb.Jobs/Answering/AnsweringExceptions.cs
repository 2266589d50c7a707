using RealmWeb.Data.Models;

namespace RealmWeb.Jobs.Answering;

/// <summary>A corpus of that name does not exist.</summary>
public sealed class UnknownCorpusException : Exception
{
    public UnknownCorpusException(string name)
        : this(name, name.Length == 0 ? "There is no corpus yet. Create one and upload documents." : $"There is no corpus \"{name}\". Pick one of the list.")
    {
    }

    private UnknownCorpusException(string name, string message) : base(message) => Name = name;

    public string Name { get; }

    internal static UnknownCorpusException NoneIn(string folder, string name) => new(name,
        $"The data folder {folder} holds no corpus yet. Import documents with {nameof(IAnswerer.ImportAsync)} or `realm import`, or name the folder that "
            + $"holds them.");

    internal static UnknownCorpusException NotIn(string folder, string name, IReadOnlyList<string> names) => new(name,
        $"There is no corpus \"{name}\" in the data folder {folder}. It holds: {string.Join(", ", names)}. Name one of them, or import documents into "
            + $"\"{name}\" with {nameof(IAnswerer.ImportAsync)}.");
}

/// <summary>A corpus cannot be searched as asked.</summary>
public sealed class NoIndexException : Exception
{
    private NoIndexException(string name, string message) : base(message) => Name = name;

    public string Name { get; }

    public static NoIndexException Empty(string name) =>
        new(name, $"The corpus \"{name}\" holds no passages yet. Upload documents, or wait until the import that is under way has ended.");

    internal static NoIndexException NotImported(string name) => new(name,
        $"Nothing was imported into the corpus \"{name}\" yet. Import documents with {nameof(IAnswerer.ImportAsync)} or `realm import`.");

    public static NoIndexException Damaged(string name) => new(name,
        $"The index of the corpus \"{name}\" is damaged, so it cannot be searched by meaning alone. Build the index again, or search with the hybrid or the "
            + $"lexical retriever.");

    public static NoIndexException Dense(string name) => new(name,
        $"The corpus \"{name}\" has no index yet, so it cannot be searched by meaning alone. Build the index, or use the hybrid or the lexical retriever.");
}

/// <summary>The model that answers cannot be loaded.</summary>
public sealed class ModelDamagedException(ModelEntry model, Exception cause) : Exception(
    $"The model \"{model.Name}\" that answers is damaged: {cause.Message.Replace(model.Folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal)} "
        + "Put its files back, or promote another model.", cause)
{
    public string Model { get; } = model.Name;
}

/// <summary>There is no model to answer with.</summary>
public sealed class NoModelException() : Exception(
    "There is no model. Put the folder models/ of the distribution beside the program, or promote a model with `realm model promote NAME`.");
