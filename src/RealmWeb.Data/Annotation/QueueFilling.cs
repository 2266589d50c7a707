using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using RealmWeb.Contracts.Annotation;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Flags;
using RealmWeb.Data.Questions;

namespace RealmWeb.Data.Annotation;

/// <summary>Puts kept questions into the queue, from several sources with a share each, and takes out what no longer belongs there.</summary>
public sealed class QueueFilling(
    IDbContextFactory<RealmDbContext> contexts, CorpusLibrary corpora, FlagStore flags, QueueSettingStore settings, TimeProvider time)
{
    // Above this the best answer stands clear of the second.
    private const double LowMargin = 0.25;
    private const int Looked = 2000;
    private const double FlagPlace = -2e9, ByHandPlace = -1e9;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);
    private long _filledTicks;

    /// <summary>Puts new flags in, which come first; looks through the kept questions too, unless that was done a moment ago.</summary>
    /// <returns>Corpora whose queue changed.</returns>
    public async Task<IReadOnlyCollection<string>> RefreshAsync(CancellationToken cancellationToken = default) =>
        (await FillAsync(time.GetUtcNow() - new DateTimeOffset(Interlocked.Read(ref _filledTicks), TimeSpan.Zero) >= Pause, cancellationToken)).Changed;

    /// <summary>Looks through flags and the kept questions of all corpora.</summary>
    /// <returns>How many items were added.</returns>
    public async Task<int> FillAsync(CancellationToken cancellationToken = default) => (await FillAsync(whole: true, cancellationToken)).Added;

    private async Task<(int Added, IReadOnlyCollection<string> Changed)> FillAsync(bool whole, CancellationToken cancellationToken)
    {
        if (whole)
            Interlocked.Exchange(ref _filledTicks, time.GetUtcNow().UtcTicks);
        var queue = await settings.GetAsync(cancellationToken);
        var open = await flags.OpenAsync(null, Looked, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        // Takes the write lock before it reads: of two who fill at once the second finds what the first added.
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await Forget(db).ExecuteDeleteAsync(cancellationToken);
        var added = await AddFlagsAsync(db, open, queue, cancellationToken);
        var changed = Changed(db).ToHashSet(StringComparer.Ordinal);
        // What follows looks for questions that are not in the queue yet: it must see those that the flags brought.
        await db.SaveChangesAsync(cancellationToken);
        foreach (var corpus in whole ? corpora.Names() : [])
        {
            if (corpora.Find(corpus) is { } store)
                added += await FillAsync(db, store, queue, cancellationToken);
        }
        changed.UnionWith(Changed(db));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        foreach (var (flag, label) in await LabelledAsync(db, open, cancellationToken))
            await flags.WorkedOnAsync(flag, label, cancellationToken);
        return (added, changed);
    }

    private static IEnumerable<string> Changed(RealmDbContext db) => db.ChangeTracker.Entries<AnnotationItem>()
        .Where(item => item.State is EntityState.Added or EntityState.Modified).Select(item => item.Entity.Corpus);

    /// <summary>Puts a question in by hand, before all but flags.</summary>
    /// <param name="hits">Passages to look at, best first: rows of the corpus with their scores.</param>
    public async Task<long> AddAsync(CorpusStore corpus, string question, IReadOnlyList<LexicalHit> hits, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        var blocks = corpus.Blocks.Get([.. hits.Select(hit => hit.Row)]);
        var names = corpus.Documents.SourceIds([.. blocks.Select(block => block.DocumentId)]);
        var item = New(corpus.Name, question, ItemSource.ByHand, ByHandPlace, Guid.NewGuid(), await settings.GetAsync(cancellationToken));
        item.AskedQuestionId = null;
        item.Passages = [.. blocks.Select((block, i) => PassageOf(block, i + 1, names.GetValueOrDefault(block.DocumentId, "")))];
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.AnnotationItems.Add(item);
        await db.SaveChangesAsync(cancellationToken);
        return item.Id;
    }

    /// <summary>Items of questions that are no longer kept, and of flags that were taken back, on which nobody has worked.</summary>
    internal static IQueryable<AnnotationItem> Forget(RealmDbContext db) => db.AnnotationItems.Where(item => item.AskedQuestionId != null
        && !db.Labels.Any(label => label.ItemId == item.Id)
        && (!db.AskedQuestions.Any(question => question.Id == item.AskedQuestionId)
            || item.Source == ItemSource.Flag && !db.Flags.Any(flag => flag.QuestionId == item.AskedQuestionId)));

    private async Task<int> AddFlagsAsync(RealmDbContext db, IReadOnlyList<Flag> open, QueueSettings queue, CancellationToken cancellationToken)
    {
        var added = 0;
        var questions = open.Select(flag => (Guid?)flag.QuestionId).ToList();
        var known = await db.AnnotationItems.Where(item => questions.Contains(item.AskedQuestionId))
            .ToDictionaryAsync(item => item.AskedQuestionId!.Value, cancellationToken);
        foreach (var flag in open)
        {
            if (!known.TryGetValue(flag.QuestionId, out var item))
            {
                if (corpora.Find(flag.Question!.Corpus) is not { } store)
                    continue;
                db.AnnotationItems.Add(OfQuestion(store, flag.Question, ItemSource.Flag, FlagPlace + flag.Id, queue, flag.Place));
                added++;
            }
            else if (item.Source != ItemSource.Flag)
            {
                // Flagged after it came into the queue, or after it was labelled.
                (item.Source, item.Place) = (ItemSource.Flag, FlagPlace + flag.Id);
            }
        }
        return added;
    }

    // A server that was killed between a label and its flag leaves the flag open.
    private static async Task<List<(long Flag, long Label)>> LabelledAsync(RealmDbContext db, IReadOnlyList<Flag> open, CancellationToken cancellationToken)
    {
        var questions = open.Select(flag => (Guid?)flag.QuestionId).ToList();
        var labels = await db.AnnotationItems.Where(item => questions.Contains(item.AskedQuestionId) && item.Given >= item.Wanted)
            .Join(db.Labels.Where(label => label.State == LabelState.Submitted), item => item.Id, label => label.ItemId,
                (item, label) => new { Question = item.AskedQuestionId!.Value, label.Id }).ToListAsync(cancellationToken);
        return [.. labels.GroupBy(label => label.Question)
            .Select(same => (open.First(flag => flag.QuestionId == same.Key).Id, same.Min(label => label.Id)))];
    }

    private async Task<int> FillAsync(RealmDbContext db, CorpusStore corpus, QueueSettings queue, CancellationToken cancellationToken)
    {
        var items = db.AnnotationItems.Where(item => item.Corpus == corpus.Name);
        var waiting = await items.Where(item => item.Given < item.Wanted && item.AskedQuestionId != null && item.Source != ItemSource.Flag)
            .GroupBy(item => item.Source).Select(same => new { same.Key, Count = same.Count() })
            .ToDictionaryAsync(same => same.Key, same => same.Count, cancellationToken);
        var room = queue.MostOpen - waiting.Values.Sum();
        if (room <= 0)
            return 0;
        var asked = await db.AskedQuestions.AsNoTracking()
            .Where(question => question.Corpus == corpus.Name && !items.Any(item => item.AskedQuestionId == question.Id))
            .OrderByDescending(question => question.AskedAt).ThenBy(question => question.Id).Take(Looked).ToListAsync(cancellationToken);
        // What many ask waits once.
        var wordings = (await items.Where(item => item.Given < item.Wanted).Select(item => item.Question).ToListAsync(cancellationToken))
            .Select(Wording).ToHashSet(StringComparer.Ordinal);
        var chosen = new List<(AskedQuestion Question, ItemSource Source, double Place)>();
        foreach (var (source, questions, share) in Sources(asked, queue))
        {
            var most = source == ItemSource.Control ? room : (int)Math.Ceiling(room * share);
            var begun = waiting.GetValueOrDefault(source);
            chosen.AddRange(questions.Where(question => wordings.Add(Wording(question.Question))).Take(most).ToList()
                .Select((question, i) => (question, source, (begun + i + 1) / Math.Max(share, 0.001))));
        }
        // Only of those that are taken: many are looked at.
        var ids = chosen.ConvertAll(taken => taken.Question.Id);
        var passages = (await db.AskedPassages.AsNoTracking().Where(passage => ids.Contains(passage.QuestionId)).OrderBy(passage => passage.Rank)
            .ToListAsync(cancellationToken)).ToLookup(passage => passage.QuestionId);
        foreach (var (question, source, place) in chosen)
        {
            question.Passages = [.. passages[question.Id]];
            db.AnnotationItems.Add(OfQuestion(corpus, question, source, place, queue, null));
        }
        return chosen.Count;
    }

    // Whether a question is a control is drawn before anything is known of its answer and is never drawn again: only so do controls stand for all questions.
    private static IEnumerable<(ItemSource Source, IReadOnlyList<AskedQuestion> Questions, double Share)> Sources(
        List<AskedQuestion> asked, QueueSettings queue)
    {
        var control = asked.ToLookup(question => Drawn(question.Id, "control", queue.ControlPercent));
        var others = control[false].ToList();
        var sum = Math.Max(1, queue.LowMargin + queue.NoAnswer + queue.Disagreement);
        yield return (ItemSource.Control, [.. control[true]], queue.ControlPercent / 100.0);
        if (queue.Disagreement > 0)
        {
            var disputed = Disputed(asked);
            yield return (
                ItemSource.Disagreement, [.. others.Where(question => disputed.Contains(Wording(question.Question)))], (double)queue.Disagreement / sum);
        }
        if (queue.LowMargin > 0)
            yield return (ItemSource.LowMargin, [.. others.Where(question => Margin(question) <= LowMargin).OrderBy(Margin)], (double)queue.LowMargin / sum);
        if (queue.NoAnswer > 0)
            yield return (ItemSource.NoAnswer, [.. others.Where(question => question.NoAnswer)], (double)queue.NoAnswer / sum);
    }

    // Wordings to which the last answers of two models differ: asked before and after a promotion, or by the site again.
    private static HashSet<string> Disputed(List<AskedQuestion> asked) => asked.GroupBy(question => Wording(question.Question))
        .Where(same => same.DistinctBy(question => question.Model).Select(question => question.NoAnswer ? null : question.Answer).Distinct().Count() > 1)
        .Select(same => same.Key).ToHashSet(StringComparer.Ordinal);

    private static double Margin(AskedQuestion question) =>
        question is { NoAnswer: false, Candidates.Count: > 1 } ? question.Candidates[0].Score - question.Candidates[1].Score : double.PositiveInfinity;

    private AnnotationItem OfQuestion(
        CorpusStore corpus, AskedQuestion question, ItemSource source, double place, QueueSettings queue, FlagPlace? pointed)
    {
        var item = New(corpus.Name, question.Question, source, place, question.Id, queue);
        var ids = question.Passages.Select(passage => passage.DocumentId).Append(pointed?.DocumentId ?? 0).Distinct().ToList();
        var names = corpus.Documents.SourceIds(ids);
        var blocks = ids.ToDictionary(id => id, corpus.Blocks.OfDocument);
        foreach (var passage in question.Passages)
        {
            // Changed since it was shown: what was judged then is no longer there to grade.
            if (blocks[passage.DocumentId].FirstOrDefault(block => block.BlockId == passage.BlockId) is not { } block)
                continue;
            var shown = PassageOf(block, item.Passages.Count + 1, names.GetValueOrDefault(passage.DocumentId, ""));
            (shown.RetrievalScore, shown.RetrievalProbability, shown.ReaderProbability) =
                (passage.RetrievalScore, passage.RetrievalProbability, passage.ReaderProbability);
            (shown.GuessStart, shown.GuessEnd) = (passage.SpanStart, passage.SpanEnd);
            item.Passages.Add(shown);
        }
        if (pointed is not null && item.Passages.TrueForAll(passage => passage.BlockId != pointed.BlockId)
            && blocks[pointed.DocumentId].FirstOrDefault(block => block.BlockId == pointed.BlockId) is { } there)
            item.Passages.Add(PassageOf(there, item.Passages.Count + 1, names.GetValueOrDefault(pointed.DocumentId, "")));
        return item;
    }

    private AnnotationItem New(string corpus, string question, ItemSource source, double place, Guid id, QueueSettings queue) => new()
    {
        Corpus = corpus, Question = question, Source = source, Place = place, AskedQuestionId = id, CreatedAt = time.GetUtcNow(),
        Wanted = Drawn(id, "overlap", queue.OverlapPercent) ? queue.Annotators : 1,
        HidesGuess = Drawn(id, "hidden", queue.HiddenPercent),
    };

    private static ItemPassage PassageOf(BlockRow block, int rank, string document) => new()
    {
        Rank = rank, DocumentId = block.DocumentId, Document = document, BlockId = block.BlockId, BlockStart = block.Start, Title = block.Title,
        Text = block.Text,
    };

    // Random over questions, but for one question always the same.
    private static bool Drawn(Guid id, string what, int percent) =>
        BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes($"{what}/{id}")), 0) % 10_000 < percent * 100u;

    private static string Wording(string question) => question.Trim().TrimEnd('?', ' ').ToUpperInvariant();
}
