namespace RealmWeb.Data.Corpora;

/// <summary>There is no corpus of this name.</summary>
public sealed class CorpusNotFoundException(string name, IReadOnlyList<string> existing) : Exception(
    $"There is no corpus \"{name}\". "
        + $"{(existing.Count == 0 ? "None has been made yet: import documents first." : $"There are: {string.Join(", ", existing)}.")}")
{
    public string Name { get; } = name;
}

/// <summary>Another process works on the corpus.</summary>
public sealed class CorpusBusyException(string name) : Exception(
    $"An index of \"{name}\" is being built. Wait for that, or cancel it, then delete the corpus.")
{
    public string Name { get; } = name;
}

/// <summary>The corpus's database cannot be used.</summary>
public sealed class CorpusDamagedException(string path, string message, Exception? inner = null) : Exception(message, inner)
{
    public string Path { get; } = path;

    /// <param name="how">What was found.</param>
    internal static CorpusDamagedException Of(string path, string how, Exception? inner = null) =>
        new(path, $"The database {path} is damaged ({how.TrimEnd('.')}). Restore it from a backup, or delete the corpus and import it again.", inner);
}
