using System.Data.Common;
using System.Globalization;
using RealmWeb.Data.Sqlite;

namespace RealmWeb.Data.Corpora;

/// <summary>Writes documents inside one transaction and keeps blocks, terms, counts and version in step.</summary>
/// <param name="importer">Who brings documents in; null where none are.</param>
/// <param name="versions">What is kept of the texts that are replaced; null for nothing.</param>
internal sealed class CorpusWriter(DbConnection connection, Importer? importer = null, VersionLimits? versions = null)
{
    private long _documents;
    private long _blocks;
    private bool _changed;

    /// <summary>Documents that got a longer id, because another file uses theirs.</summary>
    public long ToldApart { get; private set; }

    /// <summary>Stores a document in place of what is stored of it, if anything.</summary>
    /// <returns>Its id.</returns>
    public long Upsert(PendingDocument document, DateTimeOffset now)
    {
        var stored = new DocumentIdentity(connection).Find(document.GivenId, document.Origin, document.ContentHash);
        if (stored.Id is { } known && stored.TakesOrigin)
            SetOrigin(known, document.GivenId, document.Origin);
        // Another process may have stored the same in the meantime.
        if (stored.Id is { } same && stored.Hash.AsSpan().SequenceEqual(document.ContentHash))
            return same;
        var tailStart = document.Cuts.Count == 0 ? 0 : document.Cuts[^1].End;
        const string Insert =
            """
            INSERT INTO documents (source_id, title, content_hash, characters, blocks, imported_at, tail, origin, given_id,
                added_at, added_by, added_run, changed_by, changed_run)
            VALUES ($source, $title, $hash, $characters, $blocks, $at, $tail, $origin, $given, $at, $by, $run, $by, $run) RETURNING id
            """;
        const string Update =
            """
            UPDATE documents SET title = $title, content_hash = $hash, characters = $characters, blocks = $blocks, imported_at = $at, tail = $tail,
                changed_by = $by, changed_run = $run, version = version + 1
            WHERE source_id = $source RETURNING id
            """;
        if (stored.Id is { } id)
        {
            if (versions is not null)
                CorpusVersions.Keep(connection, id, versions);
            DeleteBlocks(id);
        }
        else
        {
            _documents++;
            ToldApart += stored.SourceId == document.GivenId ? 0 : 1;
        }
        using (var write = Sql.Command(
            connection, stored.Id is null ? Insert : Update, ("$source", stored.SourceId), ("$title", document.Title),
            ("$hash", document.ContentHash), ("$characters", document.Text.Length), ("$blocks", document.Cuts.Count),
            ("$at", now.UtcTicks), ("$tail", document.Text[tailStart..]),
            ("$origin", document.Origin.Length > 0 ? document.Origin : DBNull.Value), ("$given", document.GivenId),
            ("$by", importer is { By.Length: > 0 } ? importer.By : DBNull.Value), ("$run", importer?.Run is { } run ? run : DBNull.Value)))
        {
            id = (long)write.ExecuteScalar()!;
        }
        InsertBlocks(id, document);
        InsertPages(id, document.PageStarts);
        InsertLayouts(id, document.Layouts);
        _changed = true;
        return id;
    }

    /// <summary>Says which file a stored document belongs to.</summary>
    public void SetOrigin(long id, string givenId, string origin)
    {
        using var command = Sql.Command(
            connection, "UPDATE documents SET origin = $origin, given_id = $given WHERE id = $id", ("$origin", origin), ("$given", givenId), ("$id", id));
        command.ExecuteNonQuery();
    }

    public bool Delete(long id)
    {
        DeleteBlocks(id);
        CorpusVersions.Forget(connection, id);
        using var command = Sql.Command(connection, "DELETE FROM documents WHERE id = $id", ("$id", id));
        if (command.ExecuteNonQuery() == 0)
            return false;
        _documents--;
        _changed = true;
        return true;
    }

    /// <summary>Brings counts and version up to date; the last call before the commit.</summary>
    public void Finish(DateTimeOffset now)
    {
        if (!_changed)
            return;
        CorpusMeta.Add(connection, "documents", _documents);
        CorpusMeta.Add(connection, "blocks", _blocks);
        CorpusMeta.Add(connection, "changes", 1);
        CorpusMeta.Set(connection, "changed_at", now.UtcTicks.ToString(CultureInfo.InvariantCulture));
    }

    private void InsertBlocks(long documentId, PendingDocument document)
    {
        using var block = Sql.Command(
            connection,
            "INSERT INTO blocks (document_id, block_id, start, gap, text, context) VALUES ($document, $id, $start, $gap, $text, $context) RETURNING row",
            ("$document", documentId), ("$id", ""), ("$start", 0), ("$gap", ""), ("$text", ""), ("$context", ""));
        using var terms = TermIndex.Insertion(connection);
        terms.Parameters["$title"].Value = document.Title;
        var end = 0;
        foreach (var cut in document.Cuts)
        {
            var text = document.Text[cut.Start..cut.End];
            block.Parameters["$id"].Value = cut.BlockId;
            block.Parameters["$start"].Value = cut.Start;
            block.Parameters["$gap"].Value = document.Text[end..cut.Start];
            block.Parameters["$text"].Value = text;
            block.Parameters["$context"].Value = cut.Context;
            terms.Parameters["$row"].Value = (long)block.ExecuteScalar()!;
            terms.Parameters["$body"].Value = cut.Context.Length == 0 ? text : $"{cut.Context}\n{text}";
            terms.ExecuteNonQuery();
            end = cut.End;
        }
        _blocks += document.Cuts.Count;
    }

    private void InsertPages(long documentId, IReadOnlyList<int> starts)
    {
        using var page = Sql.Command(
            connection, "INSERT INTO pages (document_id, page, start) VALUES ($document, $page, $start)",
            ("$document", documentId), ("$page", 0), ("$start", 0));
        for (var i = 0; i < starts.Count; i++)
        {
            page.Parameters["$page"].Value = i + 1;
            page.Parameters["$start"].Value = starts[i];
            page.ExecuteNonQuery();
        }
    }

    /// <summary>Stores where the words of each page stand.</summary>
    public void InsertLayouts(long documentId, IReadOnlyList<byte[]> layouts)
    {
        using var page = Sql.Command(
            connection, "INSERT OR REPLACE INTO page_layouts (document_id, page, layout) VALUES ($document, $page, $layout)",
            ("$document", documentId), ("$page", 0), ("$layout", Array.Empty<byte>()));
        for (var i = 0; i < layouts.Count; i++)
        {
            page.Parameters["$page"].Value = i + 1;
            page.Parameters["$layout"].Value = layouts[i];
            page.ExecuteNonQuery();
        }
    }

    // With the pages, which point into the same text.
    private void DeleteBlocks(long documentId)
    {
        using var pages = Sql.Command(
            connection, "DELETE FROM pages WHERE document_id = $id; DELETE FROM page_layouts WHERE document_id = $id", ("$id", documentId));
        pages.ExecuteNonQuery();
        TermIndex.DeleteBlocksOf(connection, documentId);
        using var blocks = Sql.Command(connection, "DELETE FROM blocks WHERE document_id = $id", ("$id", documentId));
        _blocks -= blocks.ExecuteNonQuery();
    }
}
