namespace RealmWeb.Engine.Retrieval.Index;

/// <summary>A generation on disk cannot be used.</summary>
public sealed class IndexException(string path, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>File or folder at fault.</summary>
    public string Path { get; } = path;
}
