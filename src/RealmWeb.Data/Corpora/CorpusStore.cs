using System.Globalization;
using RealmWeb.Data.Sqlite;
using RealmWeb.Files;

namespace RealmWeb.Data.Corpora;

/// <summary>One corpus: its documents, blocks and terms in corpus.db. Safe for concurrent use by threads and processes: readers never wait
/// (write-ahead log), writers take turns.</summary>
public sealed class CorpusStore
{
    private const string FitKey = "fit";
    private static readonly string[] Required = ["title", "identity", "changes"];
    private readonly TimeProvider _time;
    private readonly CorpusFile _file;
    private readonly VersionLimits _limits;

    internal CorpusStore(string name, string folder, TimeProvider time, VersionLimits limits)
    {
        Name = name;
        Folder = folder;
        _time = time;
        _limits = limits;
        _file = new CorpusFile(name, FileIn(folder));
        Documents = new CorpusDocuments(_file, time);
        Versions = new CorpusVersions(_file);
        Blocks = new CorpusBlocks(_file);
        Terms = new LexicalSearch(_file);
    }

    public string Name { get; }

    /// <summary>Folder of the corpus.</summary>
    public string Folder { get; }

    public CorpusDocuments Documents { get; }

    public CorpusVersions Versions { get; }

    public CorpusBlocks Blocks { get; }

    public LexicalSearch Terms { get; }

    /// <summary>Folder of the dense generations.</summary>
    public string IndexFolder => Path.Combine(Folder, "index");

    /// <summary>Folder of generations that evaluations of other models made, one folder a model; they answer nobody.</summary>
    public string EvaluationIndexFolder => Path.Combine(Folder, "evaluation-index");

    /// <summary>Keeps every other process from building this corpus's index until the result is disposed; the operating system gives the lock
    /// back when this process dies.</summary>
    /// <param name="evaluatedModel">Locks its index in <see cref="EvaluationIndexFolder"/> instead; null for the one that answers.</param>
    /// <returns>Null when another process holds it.</returns>
    public IDisposable? TryLockIndex(string? evaluatedModel = null)
    {
        var folder = evaluatedModel is null ? IndexFolder : Path.Combine(EvaluationIndexFolder, evaluatedModel);
        Directory.CreateDirectory(folder);
        return FileLock.TryTake(LockIn(folder));
    }

    /// <summary>A copy of its documents in a folder of its own, in which something can be tried; the folder is removed when the copy is disposed.</summary>
    /// <param name="scratch">Folder for temporary files.</param>
    /// <param name="reservedBytes">Bytes that must stay free on the disk.</param>
    /// <exception cref="DiskFullException">There is no room for it.</exception>
    public CorpusCopy Copy(string scratch, long reservedBytes = 0)
    {
        Directory.CreateDirectory(scratch);
        DiskRoom.Require(scratch, "A copy of the corpus", new FileInfo(FileIn(Folder)).Length, reservedBytes);
        var folder = ScratchFolder.In(scratch);
        try
        {
            _file.CopyTo(FileIn(folder.Path));
            return new CorpusCopy(new CorpusStore(Name, folder.Path, _time, _limits), folder);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Whether another process builds an index of this corpus, the one that answers or that of an evaluation.</summary>
    internal bool IsIndexBeingBuilt()
    {
        IEnumerable<string> evaluated = Directory.Exists(EvaluationIndexFolder) ? Directory.EnumerateDirectories(EvaluationIndexFolder) : [];
        return evaluated.Append(IndexFolder).Any(folder => FileLock.IsHeld(LockIn(folder)));
    }

    private static string LockIn(string indexFolder) => Path.Combine(indexFolder, "building.lock");

    internal static string FileIn(string folder) => Path.Combine(folder, "corpus.db");

    /// <summary>Counts, version and settings as they are now.</summary>
    public CorpusInfo Info() => _file.Read(connection =>
    {
        var meta = CorpusMeta.Settings(connection);
        if (Required.Any(key => !meta.ContainsKey(key)))
            throw _file.Damaged("it does not say which corpus it is");
        return new CorpusInfo(
            Name, meta["title"], Number("documents"), Number("blocks"), $"{meta["identity"]}-{meta["changes"]}",
            meta.GetValueOrDefault("vocabulary", ""), (int)Number("block_pieces"), new DateTimeOffset(Number("changed_at"), TimeSpan.Zero));

        long Number(string key) => meta.TryGetValue(key, out var value) ? long.Parse(value, CultureInfo.InvariantCulture) : 0;
    });

    /// <summary>What was fitted to this corpus for its answers, as it was given; null where nothing was.</summary>
    public string? FindFit() => _file.Read(connection => CorpusMeta.Find(connection, FitKey));

    /// <summary>Keeps what was fitted to this corpus for its answers, in place of what was before.</summary>
    /// <param name="fit">Null to forget it.</param>
    public void SetFit(string? fit)
    {
        using var connection = _file.Connect();
        if (fit is null)
            CorpusMeta.Remove(connection, FitKey);
        else
            CorpusMeta.Set(connection, FitKey, fit);
    }

    public void SetTitle(string title)
    {
        using var connection = _file.Connect();
        CorpusMeta.Set(connection, "title", title);
    }

    /// <summary>Begins or resumes an import.</summary>
    /// <param name="key">Names the import, so that a resumed one finds the position of the aborted one: the run's id.</param>
    /// <param name="importer">Who imports; null where that is not known.</param>
    /// <param name="versions">What is kept of the texts that are replaced; null for what the library keeps.</param>
    public ImportSession BeginImport(string key, Importer? importer = null, VersionLimits? versions = null) =>
        new(_file, _time, key, importer, versions ?? _limits);

    /// <summary>Forgets the position of an import that will not be resumed.</summary>
    public void ForgetImport(string key) => BeginImport(key).Complete();

    /// <summary>Makes an empty corpus; nothing happens when there is one.</summary>
    internal static void Create(string folder, string title, TimeProvider time)
    {
        CorpusFile.Create(FileIn(folder), new Dictionary<string, string>
        {
            ["identity"] = Guid.NewGuid().ToString("N")[..8],
            ["title"] = title,
            ["changes"] = "0",
            ["documents"] = "0",
            ["blocks"] = "0",
            ["changed_at"] = time.GetUtcNow().UtcTicks.ToString(CultureInfo.InvariantCulture),
        });
    }

    /// <summary>Gives the pooled connections back, so that the folder can go.</summary>
    internal void Release() => _file.Release();
}
