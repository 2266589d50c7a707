using System.Globalization;

namespace RealmWeb.Engine.Corpora.Archives;

/// <summary>Tells files of one name apart where there is one place for them: "a.txt", "a (2).txt", "a (3).txt".</summary>
public static class NumberedNames
{
    /// <summary>The name, numbered where it is taken.</summary>
    /// <param name="taken">The names so far; the result is added.</param>
    public static string Free(string name, ISet<string> taken)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(taken);
        if (taken.Add(name))
            return name;
        var folder = name.LastIndexOf('/') + 1;
        var dot = name.IndexOf('.', Math.Min(folder + 1, name.Length));
        var (stem, ending) = dot < 0 ? (name, "") : (name[..dot], name[dot..]);
        for (var number = 2; ; number++)
        {
            var numbered = string.Create(CultureInfo.InvariantCulture, $"{stem} ({number}){ending}");
            if (taken.Add(numbered))
                return numbered;
        }
    }
}
