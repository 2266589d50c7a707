namespace RealmWeb.Engine.Corpora;

/// <summary>A compressed file unpacks to more than the options allow.</summary>
internal sealed class CorpusLimitException(string path, string message) : Exception(message)
{
    /// <summary>The file or archive whose budget is spent; what holds it may go on.</summary>
    internal string Path { get; } = path;
}
