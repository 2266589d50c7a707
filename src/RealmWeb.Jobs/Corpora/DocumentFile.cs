using RealmWeb.Contracts.Corpora;
using RealmWeb.Jobs.Sources;

namespace RealmWeb.Jobs.Corpora;

/// <summary>The file that a document was read from, as its origin says.</summary>
/// <param name="Name">Of a sent file the name it was sent under, else the path, or the address at the source.</param>
/// <param name="Source">The source that it was read from; null for others.</param>
public sealed record DocumentFile(DocumentPlace Place, string Name, Guid? Source = null)
{
    public static DocumentFile Of(string origin)
    {
        ArgumentNullException.ThrowIfNull(origin);
        if (origin.StartsWith(UploadNames.Origin, StringComparison.Ordinal))
            return new DocumentFile(DocumentPlace.Upload, ArchiveOf(origin[UploadNames.Origin.Length..]));
        if (MirrorNames.Parse(origin) is var (source, address))
            return new DocumentFile(DocumentPlace.Source, address, source);
        return Path.IsPathRooted(origin) ? new DocumentFile(DocumentPlace.ServerFile, origin) : new DocumentFile(DocumentPlace.Unknown, "");
    }

    /// <summary>An import of that file alone, under the name by which its documents are known; null where it is no file that is there.</summary>
    public ImportParameters? Reading(string corpus, string givenId)
    {
        ArgumentNullException.ThrowIfNull(givenId);
        // What follows a file in an origin is an entry of it.
        var path = Place == DocumentPlace.ServerFile ? Name : null;
        while (path is { Length: > 0 } && !File.Exists(path))
            path = Path.GetDirectoryName(path);
        return string.IsNullOrEmpty(path) ? null : new ImportParameters(corpus, [path], KnownAs: KnownAs(path, givenId));
    }

    // Read with its folder, "sub/a.md" is called so; alone it would be "a.md", and another document.
    private static string? KnownAs(string path, string givenId)
    {
        var parts = path.Replace(Path.DirectorySeparatorChar, '/').Split('/', StringSplitOptions.RemoveEmptyEntries);
        var endings = Enumerable.Range(1, parts.Length).Select(count => string.Join('/', parts[^count..]));
        return endings.LastOrDefault(ending => givenId.StartsWith(ending, StringComparison.Ordinal)) is { } known && known != parts[^1] ? known : null;
    }

    private static string ArchiveOf(string path) =>
        path.IndexOf(".zip/", StringComparison.OrdinalIgnoreCase) is var end and >= 0 ? path[..(end + ".zip".Length)] : path;
}
