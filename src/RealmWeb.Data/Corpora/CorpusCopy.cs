using RealmWeb.Files;

namespace RealmWeb.Data.Corpora;

/// <summary>A copy of a corpus in which something is tried.</summary>
public sealed class CorpusCopy : IDisposable
{
    private readonly ScratchFolder _folder;

    internal CorpusCopy(CorpusStore store, ScratchFolder folder) => (Store, _folder) = (store, folder);

    public CorpusStore Store { get; }

    public void Dispose()
    {
        Store.Release();
        _folder.Dispose();
    }
}
