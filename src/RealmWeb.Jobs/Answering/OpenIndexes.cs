using RealmWeb.Data.Corpora;
using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Retrieval.Index;
using RealmWeb.Jobs.Corpora;

namespace RealmWeb.Jobs.Answering;

/// <summary>Index generations that are mapped, one a corpus. A generation that was replaced is let go when its last question has been answered.</summary>
internal sealed class OpenIndexes(IndexSwitches switches) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Shared<DenseBlockIndex>> _open = [];
    private readonly Dictionary<string, string> _keys = [];
    private readonly Dictionary<string, string> _damage = [];
    private readonly Dictionary<string, (DenseBlockIndex Index, string CorpusVersion, Lazy<RowFilter?> Filter)> _deleted = [];

    /// <summary>A use of the generation that answers; null when none was built, or it is damaged.</summary>
    public async Task<Shared<DenseBlockIndex>.Use?> OpenAsync(CorpusStore corpus)
    {
        Shared<DenseBlockIndex>? retired = null;
        Shared<DenseBlockIndex>.Use? use;
        string? switched = null;
        lock (_lock)
        {
            var current = IndexFolder.Current(corpus.IndexFolder);
            var key = KeyOf(corpus, current);
            var known = _keys.GetValueOrDefault(corpus.Folder);
            if (known != key)
            {
                _open.Remove(corpus.Folder, out retired);
                _damage.Remove(corpus.Folder);
                if (current is not null)
                    Open(corpus, current);
                if (known is { Length: > 0 })
                    switched = current;
                _keys[corpus.Folder] = key;
            }
            use = _open.GetValueOrDefault(corpus.Folder)?.TryUse();
        }
        if (retired is not null)
            await retired.RetireAsync();
        if (switched is not null)
            switches.Announce(corpus.Name, switched);
        return use;
    }

    /// <summary>What is wrong with the generation that would answer; null when nothing is, as far as it was read.</summary>
    public string? DamageOf(CorpusStore corpus)
    {
        var key = KeyOf(corpus, IndexFolder.Current(corpus.IndexFolder));
        lock (_lock)
            return _keys.GetValueOrDefault(corpus.Folder) == key ? _damage.GetValueOrDefault(corpus.Folder) : null;
    }

    /// <summary>Lets a generation go in which a search met damage. It is not opened again until another one is in its place.</summary>
    public async Task CondemnAsync(CorpusStore corpus, DenseBlockIndex index, IndexException damage)
    {
        Shared<DenseBlockIndex>? retired = null;
        lock (_lock)
        {
            // Another question may have met it, or a new generation may be there.
            if (_open.TryGetValue(corpus.Folder, out var open) && open.Holds(index))
            {
                _open.Remove(corpus.Folder, out retired);
                _damage[corpus.Folder] = damage.Message;
            }
        }
        if (retired is not null)
            await retired.RetireAsync();
    }

    // Name and time: a corpus that was deleted and made anew may have a generation of the same name.
    private static string KeyOf(CorpusStore corpus, string? generation) => generation is null
        ? ""
        : $"{corpus.Folder}|{generation}|{File.GetLastWriteTimeUtc(GenerationFiles.Manifest(Path.Combine(corpus.IndexFolder, generation))).Ticks}";

    private void Open(CorpusStore corpus, string generation)
    {
        try
        {
            _open[corpus.Folder] = new Shared<DenseBlockIndex>(
                DenseBlockIndex.Open(Path.Combine(corpus.IndexFolder, generation)),
                index =>
                {
                    index.Dispose();
                    return ValueTask.CompletedTask;
                });
        }
        catch (IndexException damage)
        {
            _damage[corpus.Folder] = damage.Message;
        }
    }

    /// <summary>Keeps out of searches what was deleted since the index was built; null for nothing.</summary>
    public RowFilter? Deleted(CorpusStore corpus, DenseBlockIndex index)
    {
        var version = corpus.Info().Version;
        if (index.Manifest.CorpusVersion == version)
            return null;
        Lazy<RowFilter?> filter;
        lock (_lock)
        {
            if (!_deleted.TryGetValue(corpus.Folder, out var known) || known.Index != index || known.CorpusVersion != version)
                _deleted[corpus.Folder] = known = (index, version, new Lazy<RowFilter?>(() => DeletedRows.Filter(index, new CorpusBlockStore(corpus))));
            filter = known.Filter;
        }
        return filter.Value;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var index in _open.Values)
            await index.RetireAsync();
        _open.Clear();
    }
}
