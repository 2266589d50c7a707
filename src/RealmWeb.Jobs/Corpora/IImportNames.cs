using RealmWeb.Engine.Corpora;

namespace RealmWeb.Jobs.Corpora;

/// <summary>Gives files their names back where they lie on disk under others.</summary>
public interface IImportNames
{
    /// <summary>The item with the names that its owner knows, its origin included.</summary>
    CorpusItem Restore(CorpusItem item);

    /// <summary>What stands in origins of documents for a path that is imported: what lies below it and is not met any more has left it.</summary>
    string RootOf(string path);
}
