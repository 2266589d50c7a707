using System.Data.Common;
using System.Text.Json;
using RealmWeb.Data.Sqlite;

namespace RealmWeb.Data.Corpora;

/// <summary>The blocks of a corpus that are live: of the documents as they stand.</summary>
public sealed class CorpusBlocks
{
    private const int PageRows = 512;
    private const string Select =
        "SELECT b.row, b.block_id, b.document_id, d.title, b.text, b.start, b.context FROM blocks b JOIN documents d ON d.id = b.document_id";

    private readonly CorpusFile _file;

    internal CorpusBlocks(CorpusFile file) => _file = file;

    /// <summary>Blocks of a document in the order of its text.</summary>
    public IReadOnlyList<BlockRow> OfDocument(long documentId) => _file.Read(connection =>
    {
        using var command = Sql.Command(connection, $"{Select} WHERE b.document_id = $id ORDER BY b.start", ("$id", documentId));
        return ReadBlocks(command);
    });

    /// <summary>Blocks by row, in the order asked for; rows that are gone are left out.</summary>
    public IReadOnlyList<BlockRow> Get(IReadOnlyList<long> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return rows.Count == 0 ? [] : _file.Read(connection => Get(connection, rows));
    }

    /// <summary>All live blocks with a row above <paramref name="afterRow"/>, by row. Read in pages, so that a slow consumer keeps no old
    /// snapshot of the file alive; what is added meanwhile comes too.</summary>
    public IEnumerable<BlockRow> Enumerate(long afterRow = 0)
    {
        while (true)
        {
            var after = afterRow;
            var page = _file.Read(connection =>
            {
                using var command = Sql.Command(
                    connection, $"{Select} WHERE b.row > $after ORDER BY b.row LIMIT $take", ("$after", after), ("$take", PageRows));
                return ReadBlocks(command);
            });
            foreach (var block in page)
                yield return block;
            if (page.Count < PageRows)
                yield break;
            afterRow = page[^1].Row;
        }
    }

    /// <summary>Rows of all live blocks, ascending; read in pages like the blocks.</summary>
    public IEnumerable<long> EnumerateRows()
    {
        const int Page = 64 * PageRows;
        long after = 0;
        while (true)
        {
            var last = after;
            var page = _file.Read(connection =>
            {
                using var command = Sql.Command(
                    connection, "SELECT row FROM blocks WHERE row > $after ORDER BY row LIMIT $take", ("$after", last), ("$take", Page));
                return ReadNumbers(command);
            });
            foreach (var row in page)
                yield return row;
            if (page.Count < Page)
                yield break;
            after = page[^1];
        }
    }

    /// <summary>Which of these rows are there.</summary>
    public IReadOnlySet<long> LiveRows(IReadOnlyCollection<long> rows) => _file.Read(connection =>
    {
        using var command = Sql.Command(
            connection, $"SELECT row FROM blocks WHERE {CorpusSchema.RowAmong}", ("$rows", JsonSerializer.Serialize(rows)));
        return ReadNumbers(command).ToHashSet();
    });

    private static List<BlockRow> Get(DbConnection connection, IReadOnlyList<long> rows)
    {
        using var command = Sql.Command(connection, $"{Select} WHERE b.row = $row", ("$row", 0L));
        command.Prepare();
        var blocks = new List<BlockRow>(rows.Count);
        foreach (var row in rows)
        {
            command.Parameters[0].Value = row;
            using var reader = command.ExecuteReader();
            if (reader.Read())
                blocks.Add(ReadBlock(reader));
        }
        return blocks;
    }

    private static List<BlockRow> ReadBlocks(DbCommand command)
    {
        var blocks = new List<BlockRow>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
            blocks.Add(ReadBlock(reader));
        return blocks;
    }

    private static List<long> ReadNumbers(DbCommand command)
    {
        var numbers = new List<long>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
            numbers.Add(reader.GetInt64(0));
        return numbers;
    }

    private static BlockRow ReadBlock(DbDataReader reader)
    {
        var (text, start) = (reader.GetString(4), reader.GetInt32(5));
        return new BlockRow(
            reader.GetInt64(0), reader.GetString(1), reader.GetInt64(2), reader.GetString(3), text, start, start + text.Length, reader.GetString(6));
    }
}
