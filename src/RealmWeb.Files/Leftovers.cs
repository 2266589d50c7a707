using System.Text.RegularExpressions;

namespace RealmWeb.Files;

/// <summary>The names of what is on its way in or out, and what a process that was killed left under them.</summary>
public static partial class Leftovers
{
    private const string Suffix = ".writing";
    private const string Coming = ".coming-";
    private const string Doomed = ".deleted-";

    private static readonly EnumerationOptions NoLinks = new() { AttributesToSkip = FileAttributes.ReparsePoint, RecurseSubdirectories = false };

    /// <summary>Removes what nobody writes any more from a folder and all folders in it. Other processes may be at work there.</summary>
    /// <returns>What was removed.</returns>
    public static IReadOnlyList<string> Sweep(string folder)
    {
        var removed = new List<string>();
        if (Directory.Exists(folder))
            Sweep(folder, removed);
        return removed;
    }

    internal static string ComingFile(string path) => $"{path}.{Guid.NewGuid():N}{Suffix}";

    internal static string ComingFolder(string parent) => Path.Combine(parent, $"{Coming}{Guid.NewGuid():N}");

    internal static string DoomedFolder(string parent) => Path.Combine(parent, $"{Doomed}{Guid.NewGuid():N}");

    /// <summary>Held by whoever fills a folder on its way.</summary>
    internal static string LockOf(string comingFolder) => comingFolder + Suffix;

    internal static string ParentOf(string path) => Path.GetDirectoryName(Path.GetFullPath(Path.TrimEndingDirectorySeparator(path)))!;

    private static void Sweep(string folder, List<string> removed)
    {
        foreach (var sub in Listed(folder, Directory.EnumerateDirectories))
        {
            var name = Path.GetFileName(sub);
            if (name.StartsWith(Doomed, StringComparison.Ordinal))
                Remove(sub, removed);
            else if (name.StartsWith(Coming, StringComparison.Ordinal))
                RemoveUnlessHeld(LockOf(sub), sub, removed);
            else
                Sweep(sub, removed);
        }
        foreach (var file in Listed(folder, Directory.EnumerateFiles).Where(file => Temporary().IsMatch(file)))
            RemoveUnlessHeld(file, null, removed);
    }

    // Empty where the folder has gone since it was listed: a training looks here while its own refresh drops an index.
    private static List<string> Listed(string folder, Func<string, string, EnumerationOptions, IEnumerable<string>> list)
    {
        try
        {
            return [.. list(folder, "*", NoLinks)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    private static void RemoveUnlessHeld(string heldFile, string? folder, List<string> removed)
    {
        try
        {
            using var own = FileLock.TryTake(heldFile, removeAfter: true);
            if (own is null)
                return;
            if (folder is null)
                removed.Add(heldFile);
            else
                Remove(folder, removed);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // Somebody else removed it, or it is not ours.
        }
    }

    private static void Remove(string folder, List<string> removed)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
            removed.Add(folder);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // Somebody else removes it at this moment, or it is not ours.
        }
    }

    // The second and third are of versions before: a process number, or another ending.
    [GeneratedRegex(@"\.[0-9a-f]{32}\.writing\z|\.[0-9a-f]{32}\.next\z|\.[0-9]+\.(writing|part)\z")]
    private static partial Regex Temporary();
}
