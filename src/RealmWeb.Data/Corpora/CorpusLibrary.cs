using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using RealmWeb.Files;

namespace RealmWeb.Data.Corpora;

/// <summary>The corpora of a data folder: one folder each, with corpus.db and index/.</summary>
/// <param name="options">Says what is kept of texts that are replaced; null for the defaults.</param>
public sealed class CorpusLibrary(RealmPaths paths, TimeProvider time, IOptions<RealmDataOptions>? options = null)
{
    private readonly ConcurrentDictionary<string, CorpusStore> _open = new(StringComparer.Ordinal);

    /// <summary>Names of all corpora, sorted.</summary>
    public IReadOnlyList<string> Names() =>
        !Directory.Exists(paths.Corpora)
            ? []
            : [.. Directory.EnumerateDirectories(paths.Corpora).Where(folder => File.Exists(CorpusStore.FileIn(folder)))
                .Select(folder => Path.GetFileName(folder)).Where(IsValidName).Order(StringComparer.Ordinal)];

    /// <summary>All corpora by name that can be read; see <see cref="Conditions"/> for the others.</summary>
    public IReadOnlyList<CorpusInfo> List() => [.. Conditions().Select(condition => condition.Info).OfType<CorpusInfo>()];

    /// <summary>All corpora by name, the damaged ones too: one bad file must not hide the others.</summary>
    public IReadOnlyList<CorpusCondition> Conditions() => [.. Names().Select(FindCondition).OfType<CorpusCondition>()];

    /// <summary>How a corpus is; null when there is none of this name.</summary>
    public CorpusCondition? FindCondition(string name)
    {
        try
        {
            return Find(name) is { } corpus ? new CorpusCondition(name, corpus.Info(), null) : null;
        }
        catch (CorpusDamagedException damage)
        {
            return new CorpusCondition(name, null, damage.Message);
        }
        catch (CorpusNotFoundException)
        {
            // It vanished meanwhile.
            return null;
        }
    }

    public bool Exists(string name) => IsValidName(name) && File.Exists(CorpusStore.FileIn(FolderOf(name)));

    /// <summary>Makes an empty corpus.</summary>
    /// <param name="title">For people; empty to show the name.</param>
    /// <exception cref="ArgumentException">The name is malformed or taken.</exception>
    public CorpusStore Create(string name, string title = "")
    {
        RequireValid(name);
        if (Exists(name))
            throw new ArgumentException($"There already is a corpus \"{name}\". Choose another name.", nameof(name));
        CorpusStore.Create(FolderOf(name), title.Length == 0 ? name : title, time);
        return Open(name);
    }

    /// <summary>Opens a corpus and makes it first if there is none. Several processes may do so at once.</summary>
    /// <exception cref="ArgumentException">The name is malformed.</exception>
    public CorpusStore OpenOrCreate(string name)
    {
        RequireValid(name);
        if (!Exists(name))
            CorpusStore.Create(FolderOf(name), name, time);
        return Open(name);
    }

    /// <summary>Opens a corpus. The store is shared, safe for concurrent use, and needs no closing.</summary>
    /// <exception cref="CorpusNotFoundException">There is none of this name.</exception>
    public CorpusStore Open(string name) => Find(name) ?? throw new CorpusNotFoundException(name, Names());

    public CorpusStore? Find(string name) =>
        Exists(name) ? _open.GetOrAdd(name, key => new CorpusStore(key, FolderOf(key), time, Limits)) : null;

    /// <summary>Removes a corpus with its index. It vanishes at once, also for another process.</summary>
    /// <exception cref="CorpusNotFoundException">There is none of this name.</exception>
    /// <exception cref="CorpusBusyException">Another process builds an index of it.</exception>
    public void Delete(string name)
    {
        if (Open(name).IsIndexBeingBuilt())
            throw new CorpusBusyException(name);
        if (_open.TryRemove(name, out var store))
            store.Release();
        DurableFolder.Remove(FolderOf(name));
    }

    public static bool IsValidName(string name) => EntryName.IsValid(name);

    private static void RequireValid(string name)
    {
        if (!IsValidName(name))
            throw new ArgumentException(EntryName.Refusal(name, "a corpus"), nameof(name));
    }

    private VersionLimits Limits => options is null ? VersionLimits.Default : new(options.Value.DocumentVersions, options.Value.DocumentVersionBytes);

    private string FolderOf(string name) => Path.Combine(paths.Corpora, name);
}
