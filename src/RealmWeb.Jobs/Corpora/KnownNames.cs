using RealmWeb.Engine.Corpora;

namespace RealmWeb.Jobs.Corpora;

/// <summary>Calls a file that is read alone what it was called when its folder was read, so that its documents are known again.</summary>
internal sealed class KnownNames(string path, string known) : IImportNames
{
    private readonly string _name = Path.GetFileName(path);

    public CorpusItem Restore(CorpusItem item) => item with
    {
        Document = item.Document is { } document ? document with { SourceId = Restore(document.SourceId) } : null,
        Skipped = item.Skipped is { } skipped ? skipped with { Path = Restore(skipped.Path) } : null,
    };

    public string RootOf(string path) => path;

    private string Restore(string id) => id.StartsWith(_name, StringComparison.Ordinal) ? known + id[_name.Length..] : id;
}
