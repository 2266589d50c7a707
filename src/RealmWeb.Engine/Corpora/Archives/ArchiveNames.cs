using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora.Archives;

/// <summary>Names of the entries of one archive. Nothing is ever written under them, but they become document ids and are shown.</summary>
internal sealed class ArchiveNames
{
    private const int Longest = 1024;
    private readonly HashSet<string> _hidden = new(StringComparer.Ordinal);
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>The name of an entry in stored form, numbered where an entry before has it too; or the reason why it is left out. Both are null where
    /// its hidden folder was reported before.</summary>
    internal (string? Name, string? Reason) Admit(string fullName)
    {
        var (name, reason) = Check(fullName);
        if (name is null)
            return (null, reason);
        if (HiddenPart(name) is { } part)
            return (null, _hidden.Add(part) ? $"'{part}' is a hidden file or folder and is left out. Rename it if it belongs to the corpus." : null);
        return (NumberedNames.Free(TextNormalization.Normalize(name), _taken), null);
    }

    /// <summary>The name with / between its parts, or the reason why it is not accepted.</summary>
    private static (string? Name, string? Reason) Check(string name)
    {
        var path = name.Replace('\\', '/');
        if (path.Length is 0 or > Longest || path.Any(char.IsControl))
            return (null, $"Its name is empty, longer than {Longest} characters or holds control characters. Rename it in the archive.");
        if (path[0] == '/' || path.Length > 1 && path[1] == ':' || path.Split('/').Contains(".."))
            return (null, "Its name leads out of the archive. Pack the folder again without absolute paths and '..'.");
        return (path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path, null);
    }

    /// <summary>The part of a path that hides it (".git", "__MACOSX"), up to and with it; null where nothing does.</summary>
    private static string? HiddenPart(string path)
    {
        var end = 0;
        foreach (var part in path.Split('/'))
        {
            end += part.Length;
            if (IsHidden(part))
                return path[..end];
            end++;
        }
        return null;
    }

    internal static bool IsHidden(string name) => name is "__MACOSX" or "Thumbs.db" or "desktop.ini" || name.Length > 1 && name[0] == '.';

    /// <summary>For the display of a name that was not accepted: no control characters, not too long.</summary>
    internal static string Shown(string name)
    {
        var clean = string.Concat(name.Select(unit => char.IsControl(unit) ? '\uFFFD' : unit));
        return clean.Length > 120 ? $"{clean[..120]}…" : clean;
    }
}
