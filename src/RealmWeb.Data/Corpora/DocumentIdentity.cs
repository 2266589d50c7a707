using System.Data.Common;

namespace RealmWeb.Data.Corpora;

/// <summary>The stored document that an imported one is, or the id under which it will be stored.</summary>
/// <param name="Id">Null when there is none yet.</param>
/// <param name="Hash">Of the stored title and text.</param>
/// <param name="TakesOrigin">The stored document belongs to the file of the imported one from now on.</param>
internal readonly record struct StoredIdentity(long? Id, byte[]? Hash, string SourceId, bool TakesOrigin);

/// <summary>Finds which stored document an imported one is. A document is known by its file and by its id in that file; where two files use one id,
/// the second document gets a longer id, so that neither replaces the other.</summary>
internal sealed class DocumentIdentity(DbConnection connection)
{
    /// <param name="givenId">Id in its file.</param>
    /// <param name="origin">The file; empty where it is not known: then the id alone decides.</param>
    internal StoredIdentity Find(string givenId, string origin, byte[] hash)
    {
        if (origin.Length > 0 && OfFile(givenId, origin) is { } known)
            return known;
        using var command = Sql.Command(connection, "SELECT id, content_hash, origin FROM documents WHERE source_id = $source", ("$source", givenId));
        using var reader = command.ExecuteReader();
        if (!reader.Read())
            return new StoredIdentity(null, null, givenId, origin.Length > 0);
        var other = reader.IsDBNull(2) ? null : reader.GetString(2);
        var found = new StoredIdentity(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1), givenId, TakesOrigin: false);
        if (origin.Length == 0)
            return found;
        // Stored before origins were, or the file was moved.
        if (other is null || IsGone(other))
            return found with { TakesOrigin = true };
        // The same text under the same id: a copy, of which one is enough.
        return found.Hash.AsSpan().SequenceEqual(hash) ? found : new StoredIdentity(null, null, FreeId(givenId, origin), TakesOrigin: true);
    }

    private StoredIdentity? OfFile(string givenId, string origin)
    {
        using var command = Sql.Command(
            connection, "SELECT id, content_hash, source_id FROM documents WHERE origin = $origin AND given_id = $given",
            ("$origin", origin), ("$given", givenId));
        using var reader = command.ExecuteReader();
        return reader.Read() ? new StoredIdentity(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1), reader.GetString(2), TakesOrigin: false) : null;
    }

    private string FreeId(string givenId, string origin)
    {
        foreach (var id in LongerIds(givenId, origin))
        {
            using var command = Sql.Command(connection, "SELECT 1 FROM documents WHERE source_id = $source", ("$source", id));
            if (command.ExecuteScalar() is null)
                return id;
        }
        throw new InvalidOperationException($"There is no free id for {givenId} of {origin}.");
    }

    // "readme.txt" of /docs/b/readme.txt: "b/readme.txt", "docs/b/readme.txt", …; "7" of /docs/b.jsonl: "b.jsonl#7", "docs/b.jsonl#7", ….
    private static IEnumerable<string> LongerIds(string givenId, string origin)
    {
        var parts = origin.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var named = Enumerable.Range(1, parts.Length).LastOrDefault(count => givenId.StartsWith(Ending(parts, count), StringComparison.Ordinal));
        var rest = named == 0 ? $"#{givenId}" : givenId[Ending(parts, named).Length..];
        for (var count = named + 1; count <= parts.Length; count++)
            yield return Ending(parts, count) + rest;
        for (var number = 2; ; number++)
            yield return $"{Ending(parts, parts.Length)}{rest}#{number}";
    }

    private static string Ending(string[] parts, int count) => string.Join('/', parts[^count..]);

    // An upload's name is no path; of a path, the file may be an archive, behind which the name of the entry follows.
    private static bool IsGone(string origin)
    {
        if (!Path.IsPathRooted(origin))
            return false;
        for (var path = origin; !string.IsNullOrEmpty(path); path = Path.GetDirectoryName(path))
        {
            if (File.Exists(path))
                return false;
            if (Directory.Exists(path))
                return true;
        }
        return true;
    }
}
