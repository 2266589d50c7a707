namespace RealmWeb.Jobs.Answering;

/// <summary>A corpus of that name does not exist.</summary>
public sealed class UnknownCorpusException(string name) : Exception(
    name.Length == 0 ? "There is no corpus yet. Create one and upload documents." : $"There is no corpus \"{name}\". Pick one of the list.")
{
    public string Name { get; } = name;
}

/// <summary>A corpus cannot be searched as asked.</summary>
public sealed class NoIndexException : Exception
{
    private NoIndexException(string name, string message) : base(message) => Name = name;

    public string Name { get; }

    public static NoIndexException Empty(string name) =>
        new(name, $"The corpus \"{name}\" holds no passages yet. Upload documents, or wait until the import that is under way has ended.");

    public static NoIndexException Dense(string name) => new(name,
        $"The corpus \"{name}\" has no index yet, so it cannot be searched by meaning alone. Build the index, or use the hybrid or the lexical retriever.");
}

/// <summary>There is no model to answer with.</summary>
public sealed class NoModelException() : Exception(
    "There is no model. Put the folder models/ of the distribution beside the program, or promote a model with `realm model promote NAME`.");
