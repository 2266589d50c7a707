using System.ComponentModel.DataAnnotations;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Sqlite;
using RealmWeb.Files;

namespace RealmWeb.Data;

/// <summary>Where everything lives.</summary>
public sealed class RealmDataOptions
{
    public const string Section = "Realm:Data";

    /// <summary>The data folder; a relative path is resolved against the working directory.</summary>
    [Required(AllowEmptyStrings = false, ErrorMessage = "Realm:Data:Directory is empty. Set it to the folder that holds the data, or leave it out for ./data.")]
    public string Directory { get; set; } = "data";

    /// <summary>File of the main database; empty for one in the data folder. Relative to the working directory.</summary>
    public string Database { get; set; } = "";

    /// <summary>Bytes that uploads and imports must leave free on the disk.</summary>
    [Range(0, long.MaxValue)]
    public long ReservedBytes { get; set; } = 256L << 20;

    /// <summary>With less than so many bytes free on the disk the site says that it is not ready.</summary>
    [Range(0, long.MaxValue)]
    public long LeastFreeBytes { get; set; } = 32L << 20;

    /// <summary>How many former texts of a document are kept when its text changes; 0 keeps none.</summary>
    [Range(0, 1000)]
    public int DocumentVersions { get; set; } = VersionLimits.DefaultCount;

    /// <summary>How many bytes the former texts of a document may take, compressed.</summary>
    [Range(0, 1L << 40)]
    public long DocumentVersionBytes { get; set; } = VersionLimits.DefaultBytes;
}

/// <summary>Places inside the data folder.</summary>
/// <param name="Root">The data folder, absolute.</param>
public sealed record RealmPaths(string Root)
{
    private const string OwnDatabase = "realm.db";

    /// <summary>The main database: accounts, runs, models, questions.</summary>
    public string Database { get; init; } = Path.Combine(Root, OwnDatabase);

    /// <summary>The main database lies in a file of another application.</summary>
    public bool IsHostsDatabase => Database != Path.Combine(Root, OwnDatabase);

    /// <summary>Held by the process that brings the main database to a new form.</summary>
    public string MigrationLock => Path.Combine(Root, OwnDatabase + ".migrating");

    /// <summary>One folder a corpus.</summary>
    public string Corpora => Path.Combine(Root, "corpora");

    /// <summary>One folder a model.</summary>
    public string Models => Path.Combine(Root, "models");

    /// <summary>Checkpoints of trainings, one folder a new model.</summary>
    public string Training => Path.Combine(Root, "training");

    /// <summary>One folder a question set.</summary>
    public string QuestionSets => Path.Combine(Root, "question-sets");

    /// <summary>What evaluations by runs answered, one file each.</summary>
    public string Evaluations => Path.Combine(Root, "evaluations");

    /// <summary>One folder a run with uploaded files.</summary>
    public string Uploads => Path.Combine(Root, "uploads");

    /// <summary>What was fetched from sources of corpora, one folder a source.</summary>
    public string Sources => Path.Combine(Root, "sources");

    /// <summary>Files for the time of one piece of work.</summary>
    public string Scratch => Path.Combine(Root, "scratch");

    /// <summary>Keys that sign cookies.</summary>
    public string Keys => Path.Combine(Root, "keys");

    /// <summary>Models shipped beside the program; read only, may be absent.</summary>
    public string EmbeddedModels { get; init; } = Path.Combine(AppContext.BaseDirectory, "models");

    /// <summary>Resolves the data folder and makes it. Nobody else may look into it: it holds what people asked and what only they may read.</summary>
    /// <param name="database">File of the main database where it is not in the folder; the folder remembers it.</param>
    /// <exception cref="DatabasePlaceException">The folder has a database of its own.</exception>
    public static RealmPaths In(string directory, string? database = null)
    {
        var paths = new RealmPaths(Path.GetFullPath(directory));
        if (!Directory.Exists(paths.Root))
            OwnerOnly.Make(paths.Root);
        else if (!Directory.EnumerateFileSystemEntries(paths.Root).Any() || paths.Entries.Any(entry => Path.Exists(Path.Combine(paths.Root, entry))))
            OwnerOnly.Tighten(paths.Root, paths.Entries);
        return paths with { Database = DatabasePlace.In(paths.Root, paths.Database, database) };
    }

    // What of the folder is ours; SQLite's files beside the database included.
    private IReadOnlyList<string> Entries =>
    [
        .. new[]
        {
            OwnDatabase, $"{OwnDatabase}-wal", $"{OwnDatabase}-shm", MigrationLock,
            Corpora, Models, Training, QuestionSets, Evaluations, Uploads, Sources, Scratch, Keys,
        }.Select(path => Path.GetFileName(path)),
    ];
}
