using System.Text.Json;
using System.Text.RegularExpressions;

namespace RealmWeb.Data.QuestionSets;

/// <summary>A checked question file.</summary>
/// <param name="File">Name of the file inside the set's folder; its ending says the format.</param>
/// <param name="OriginalName">Name at the sender.</param>
/// <param name="Questions">Questions that can be read.</param>
/// <param name="Answerable">Of them, those that have an answer.</param>
/// <param name="Readable">Of them, those that have their passage and the answer's place in it: what the reader learns from.</param>
/// <param name="LeftOut">What could not be used as it stood, in sentences; at most <see cref="QuestionSetLibrary.NotesKept"/>.</param>
/// <param name="LeftOutCount">How many such sentences there were.</param>
public sealed record QuestionSet(
    string Name, string File, string OriginalName, long Bytes, int Questions, int Answerable, int Readable,
    IReadOnlyList<string> LeftOut, int LeftOutCount, string AddedBy, DateTimeOffset AddedAt);

/// <summary>The question sets of a data folder: one folder each, with set.json and the file as it was sent.</summary>
public sealed partial class QuestionSetLibrary(RealmPaths paths)
{
    /// <summary>Sentences about a file that are kept with it.</summary>
    public const int NotesKept = 20;

    private const string Manifest = "set.json";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>All sets by name.</summary>
    public IReadOnlyList<QuestionSet> List() =>
        !Directory.Exists(paths.QuestionSets)
            ? []
            : [.. Directory.EnumerateDirectories(paths.QuestionSets).Select(folder => Find(Path.GetFileName(folder))).OfType<QuestionSet>()
                .OrderBy(set => set.Name, StringComparer.Ordinal)];

    public QuestionSet? Find(string name)
    {
        var manifest = Path.Combine(paths.QuestionSets, name, Manifest);
        if (!IsValidName(name) || !File.Exists(manifest))
            return null;
        try
        {
            return JsonSerializer.Deserialize<QuestionSet>(File.ReadAllText(manifest), Json);
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            // Damaged, or deleted meanwhile: one bad set must not hide the others.
            return null;
        }
    }

    /// <exception cref="QuestionSetNotFoundException">There is none of this name.</exception>
    public QuestionSet Get(string name) => Find(name) ?? throw new QuestionSetNotFoundException(name, [.. List().Select(set => set.Name)]);

    /// <summary>The file of a set, relative to the data folder, which is where the `realm` program works: a data folder may be moved.</summary>
    /// <exception cref="QuestionSetNotFoundException">There is none of this name.</exception>
    public string FileOf(string name) =>
        Path.Combine(Path.GetFileName(paths.QuestionSets), name, Get(name).File);

    /// <summary>What to call the questions of a file: by the set that it belongs to, else by its path.</summary>
    public string NameOf(string file)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(file));
        return Path.GetDirectoryName(folder) == paths.QuestionSets ? Path.GetFileName(folder)! : file;
    }

    /// <summary>Takes a file in by moving it; the set is there as a whole or not at all.</summary>
    /// <param name="file">A file on the same disk; it is gone afterwards.</param>
    /// <exception cref="ArgumentException">The name is malformed or taken.</exception>
    public void Add(QuestionSet set, string file)
    {
        ArgumentNullException.ThrowIfNull(set);
        RequireFree(set.Name);
        var coming = Path.Combine(paths.QuestionSets, $".coming-{Guid.NewGuid():N}");
        Directory.CreateDirectory(coming);
        try
        {
            File.Move(file, Path.Combine(coming, set.File));
            DurableFile.Replace(Path.Combine(coming, Manifest), JsonSerializer.Serialize(set, Json));
            Directory.Move(coming, FolderOf(set.Name));
        }
        catch
        {
            Directory.Delete(coming, recursive: true);
            // Two of the same name at once: the second comes too late.
            RequireFree(set.Name);
            throw;
        }
    }

    /// <exception cref="ArgumentException">The name is malformed or taken.</exception>
    public void RequireFree(string name)
    {
        if (!IsValidName(name))
            throw new ArgumentException($"\"{name}\" is no name for a question set. Use lower-case letters, digits and hyphens, at most 63, beginning with a letter or digit.", nameof(name));
        if (Directory.Exists(FolderOf(name)))
            throw new ArgumentException($"There already is a question set \"{name}\". Choose another name, or delete it first.", nameof(name));
    }

    /// <exception cref="QuestionSetNotFoundException">There is none of this name.</exception>
    public void Delete(string name)
    {
        Get(name);
        DurableFile.RemoveFolder(FolderOf(name));
    }

    private static bool IsValidName(string name) => NamePattern().IsMatch(name);

    private string FolderOf(string name) => Path.Combine(paths.QuestionSets, name);

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}\\z")]
    private static partial Regex NamePattern();
}

/// <summary>There is no question set of this name.</summary>
public sealed class QuestionSetNotFoundException(string name, IReadOnlyList<string> existing) : Exception(
    $"There is no question set \"{name}\". {(existing.Count == 0 ? "None was added yet." : $"There are: {string.Join(", ", existing)}.")}")
{
    public string Name { get; } = name;
}
