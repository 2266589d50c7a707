using System.Data.Common;
using System.Text;

namespace RealmWeb.Data.Corpora;

/// <summary>Puts the text of a document together from where it is stored: its blocks with the gaps before them, and its tail.</summary>
internal static class StoredText
{
    /// <summary>Null when there is no such document. Read within a transaction: an import in between must not mix two texts.</summary>
    public static string? Find(DbConnection connection, long id)
    {
        using var command = Sql.Command(connection, "SELECT characters, tail FROM documents WHERE id = $id", ("$id", id));
        using var reader = command.ExecuteReader();
        if (!reader.Read())
            return null;
        var text = new StringBuilder(reader.GetInt32(0));
        using var pieces = Sql.Command(connection, "SELECT gap, text FROM blocks WHERE document_id = $id ORDER BY start", ("$id", id));
        using (var piece = pieces.ExecuteReader())
        {
            while (piece.Read())
                text.Append(piece.GetString(0)).Append(piece.GetString(1));
        }
        return text.Append(reader.GetString(1)).ToString();
    }
}
