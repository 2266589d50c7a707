using Microsoft.EntityFrameworkCore;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Storage;

namespace RealmWeb.Data.Annotation;

/// <summary>Carries labels over to documents that changed: a label stays where its text still stands, moves where its words do, and is stale else.</summary>
public sealed class LabelUpkeep(IDbContextFactory<RealmDbContext> contexts, CorpusLibrary corpora, SettingStore settings)
{
    // Words alone may stand anywhere; with so much text on either side they are the ones that were marked.
    private const int Around = 40;

    /// <summary>Looks at the labels of a corpus if its documents changed since the last time.</summary>
    /// <returns>How many passages of labels are stale.</returns>
    public async Task<int> CheckAsync(string corpus, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        // What nobody knows the document of stands for itself.
        var passages = db.LabelPassages.Where(passage => passage.DocumentId != 0
            && db.Labels.Any(label => label.Id == passage.LabelId && db.AnnotationItems.Any(item => item.Id == label.ItemId && item.Corpus == corpus)));
        var key = $"labels-checked:{corpus}";
        if (corpora.Find(corpus) is { } store && store.Info().Version is var version && await settings.FindAsync(key, cancellationToken) != version)
        {
            foreach (var document in (await passages.Include(passage => passage.Spans).ToListAsync(cancellationToken)).GroupBy(passage => passage.Document))
                Check(db, store, [.. document]);
            await db.SaveChangesAsync(cancellationToken);
            await settings.SetAsync(key, version, cancellationToken);
        }
        return await passages.CountAsync(passage => passage.Stale, cancellationToken);
    }

    private static void Check(RealmDbContext db, CorpusStore corpus, IReadOnlyList<LabelPassage> passages)
    {
        // A document that was deleted and came again has another number.
        var text = corpus.Documents.Find(passages[0].DocumentId) is { } same && same.SourceId == passages[0].Document ? same
            : corpus.Documents.FindId(passages[0].Document) is { } id ? corpus.Documents.Find(id) : null;
        var blocks = text is null ? [] : corpus.Blocks.OfDocument(text.Id);
        foreach (var passage in passages)
        {
            passage.Stale = text is null || !Carry(db, passage, text, blocks);
            passage.DocumentId = text?.Id ?? passage.DocumentId;
        }
    }

    private static bool Carry(RealmDbContext db, LabelPassage passage, DocumentText document, IReadOnlyList<BlockRow> blocks)
    {
        if ((blocks.FirstOrDefault(block => block.BlockId == passage.BlockId) ?? blocks.FirstOrDefault(block => block.Text == passage.Text)) is { } kept
            && kept.Text == passage.Text)
        {
            (passage.BlockId, passage.BlockStart, passage.Title) = (kept.BlockId, kept.Start, kept.Title);
            return true;
        }
        // Cut elsewhere, but word for word the same.
        if (document.Text.IndexOf(passage.Text, StringComparison.Ordinal) is var place and >= 0)
        {
            passage.BlockStart = place;
            return true;
        }
        return passage.Spans.Count > 0 && Move(db, passage, blocks);
    }

    private static bool Move(RealmDbContext db, LabelPassage passage, IReadOnlyList<BlockRow> blocks)
    {
        foreach (var block in blocks)
        {
            var moved = passage.Spans.Select(span => (span, Start: PlaceIn(block.Text, passage.Text, span))).ToList();
            if (moved.Exists(pair => pair.Start < 0))
                continue;
            db.LabelSpans.RemoveRange(passage.Spans);
            passage.Spans = [.. moved.Select(pair => new LabelSpan
            {
                LabelId = passage.LabelId, Rank = passage.Rank, Start = pair.Start, End = pair.Start + pair.span.Text.Length, Text = pair.span.Text,
            })];
            (passage.BlockId, passage.BlockStart, passage.Title, passage.Text) = (block.BlockId, block.Start, block.Title, block.Text);
            return true;
        }
        return false;
    }

    // -1 where the words with what stands around them do not stand exactly once.
    private static int PlaceIn(string block, string passage, LabelSpan span)
    {
        var from = Math.Max(0, span.Start - Around);
        var around = passage[from..Math.Min(passage.Length, span.End + Around)];
        var first = block.IndexOf(around, StringComparison.Ordinal);
        return first >= 0 && block.IndexOf(around, first + 1, StringComparison.Ordinal) < 0 ? first + span.Start - from : -1;
    }
}
