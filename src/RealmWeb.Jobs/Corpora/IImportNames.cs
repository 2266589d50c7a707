using RealmWeb.Engine.Corpora;

namespace RealmWeb.Jobs.Corpora;

/// <summary>Gives files their names back where they lie on disk under others.</summary>
public interface IImportNames
{
    /// <summary>The item with the names that its owner knows, its origin included.</summary>
    CorpusItem Restore(CorpusItem item);

    /// <summary>What stands as origin of a document for a place on disk.</summary>
    string OriginOf(string place);
}
