using Microsoft.Data.Sqlite;
using RealmWeb.Files;

namespace RealmWeb.Data.Sqlite;

/// <summary>Which file the main database is: one in the data folder, or the one that a setting names. The folder keeps a note of that, for the `realm`
/// command and every other program that is given the folder alone.</summary>
public static class DatabasePlace
{
    private const string Note = "database";

    /// <summary>The file that a setting names.</summary>
    /// <param name="named">A file, or a connection string whose file is taken.</param>
    /// <param name="root">What a file's relative path begins at; that of a connection string begins at the working directory, as everywhere.</param>
    /// <exception cref="FormatException">No file is named.</exception>
    public static string FileOf(string named, string root)
    {
        ArgumentNullException.ThrowIfNull(named);
        if (!named.Contains('=', StringComparison.Ordinal))
            return Path.GetFullPath(Path.Combine(root, named));
        try
        {
            var given = new SqliteConnectionStringBuilder(named);
            if (given.DataSource.Length == 0 || given.DataSource[0] is ':' or '|' || given.DataSource.StartsWith("file:", StringComparison.OrdinalIgnoreCase)
                || given.Mode is SqliteOpenMode.Memory or SqliteOpenMode.ReadOnly)
                throw new FormatException($"\"{given.DataSource}\" is no file that can be written. Name one, such as \"Data Source=app.db\".");
            return given.Password.Length == 0
                ? Path.GetFullPath(given.DataSource) : throw new FormatException("A password is not supported. Name a file without one.");
        }
        catch (ArgumentException unknown)
        {
            throw new FormatException(
                $"This is no connection string of SQLite ({unknown.Message.TrimEnd('.')}). Name a file, such as \"Data Source=app.db\".");
        }
    }

    /// <param name="own">The database in the folder.</param>
    /// <param name="named">Another file; null where the folder's note holds.</param>
    /// <exception cref="DatabasePlaceException">Another file is named though the folder has a database of its own.</exception>
    internal static string In(string folder, string own, string? named)
    {
        var note = Path.Combine(folder, Note);
        var noted = File.Exists(note) ? File.ReadAllText(note).Trim() : null;
        if (named is null || named == noted)
            return noted ?? own;
        if (named == own && noted is null)
            return own;
        if (File.Exists(own))
            throw new DatabasePlaceException(
                $"The data folder has a database of its own, {own}, and Realm:Database names {named}. Leave the setting out, or move that file away to "
                + "begin with new accounts and an empty list of runs; corpora and models stay.");
        DurableFile.WriteText(note, named);
        return named;
    }
}

/// <summary>The database cannot be where a setting names it.</summary>
public sealed class DatabasePlaceException(string message) : Exception(message);
