using System.ComponentModel.DataAnnotations;

namespace RealmWeb.Data;

/// <summary>Where everything lives.</summary>
public sealed class RealmDataOptions
{
    public const string Section = "Realm:Data";

    /// <summary>The data folder; a relative path is resolved against the working directory.</summary>
    [Required(AllowEmptyStrings = false, ErrorMessage = "Realm:Data:Directory is empty. Set it to the folder that holds the data, or leave it out for ./data.")]
    public string Directory { get; set; } = "data";

    /// <summary>Bytes that an upload must leave free on the disk.</summary>
    [Range(0, long.MaxValue)]
    public long ReservedBytes { get; set; } = 256L << 20;
}

/// <summary>Places inside the data folder.</summary>
/// <param name="Root">The data folder, absolute.</param>
public sealed record RealmPaths(string Root)
{
    /// <summary>The main database: accounts, runs, models, questions.</summary>
    public string Database => Path.Combine(Root, "realm.db");

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

    /// <summary>Keys that sign cookies.</summary>
    public string Keys => Path.Combine(Root, "keys");

    /// <summary>Models shipped beside the program; read only, may be absent.</summary>
    public string EmbeddedModels { get; init; } = Path.Combine(AppContext.BaseDirectory, "models");

    /// <summary>Resolves the data folder and makes it.</summary>
    public static RealmPaths In(string directory)
    {
        var paths = new RealmPaths(Path.GetFullPath(directory));
        Directory.CreateDirectory(paths.Root);
        return paths;
    }
}
