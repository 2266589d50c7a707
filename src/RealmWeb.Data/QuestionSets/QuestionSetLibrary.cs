using System.Text.Json;
using RealmWeb.Files;

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
public sealed class QuestionSetLibrary(RealmPaths paths)
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
        if (!EntryName.IsValid(name) || !File.Exists(manifest))
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

    /// <summary>What to call the questions of a file: by the set that it belongs to, else by its name.</summary>
    /// <remarks>Where a set has that name, the file's folder goes before.</remarks>
    public string NameOf(string file)
    {
        var (folder, name) = (Path.GetDirectoryName(Path.GetFullPath(file)), Path.GetFileName(file));
        if (Path.GetDirectoryName(folder) == paths.QuestionSets)
            return Path.GetFileName(folder)!;
        return Find(name) is null ? name : $"{Path.GetFileName(folder)}/{name}";
    }

    /// <summary>Takes a file in by moving it; the set is there as a whole or not at all.</summary>
    /// <param name="file">A file on the same disk; it is gone afterwards.</param>
    /// <exception cref="ArgumentException">The name is malformed or taken.</exception>
    public void Add(QuestionSet set, string file)
    {
        ArgumentNullException.ThrowIfNull(set);
        RequireFree(set.Name);
        try
        {
            DurableFolder.Make(FolderOf(set.Name), coming =>
            {
                File.Move(file, Path.Combine(coming, set.File));
                DurableFile.WriteText(Path.Combine(coming, Manifest), JsonSerializer.Serialize(set, Json));
            });
        }
        catch
        {
            // Two of the same name at once: the second comes too late.
            RequireFree(set.Name);
            throw;
        }
    }

    /// <exception cref="ArgumentException">The name is malformed or taken.</exception>
    public void RequireFree(string name)
    {
        if (!EntryName.IsValid(name))
            throw new ArgumentException(EntryName.Refusal(name, "a question set"), nameof(name));
        if (Directory.Exists(FolderOf(name)))
            throw new ArgumentException($"There already is a question set \"{name}\". Choose another name, or delete it first.", nameof(name));
    }

    /// <summary>What is wrong with the sets that cannot be used, by name: a damaged one must not hide the others, and can be deleted.</summary>
    public IReadOnlyDictionary<string, string> Damaged() => !Directory.Exists(paths.QuestionSets)
        ? new Dictionary<string, string>()
        : Directory.EnumerateDirectories(paths.QuestionSets).Select(folder => Path.GetFileName(folder))
            .Where(name => EntryName.IsValid(name) && Find(name) is null)
            .ToDictionary(name => name,
                name => $"{Path.Combine(FolderOf(name), Manifest)} is missing or damaged. Delete the question set and add its file again.");

    /// <exception cref="QuestionSetNotFoundException">There is none of this name.</exception>
    public void Delete(string name)
    {
        if (!EntryName.IsValid(name) || !Directory.Exists(FolderOf(name)))
            Get(name);
        DurableFolder.Remove(FolderOf(name));
    }

    private string FolderOf(string name) => Path.Combine(paths.QuestionSets, name);
}

/// <summary>There is no question set of this name.</summary>
public sealed class QuestionSetNotFoundException(string name, IReadOnlyList<string> existing) : Exception(
    $"There is no question set \"{name}\". {(existing.Count == 0 ? "None was added yet." : $"There are: {string.Join(", ", existing)}.")}")
{
    public string Name { get; } = name;
}
