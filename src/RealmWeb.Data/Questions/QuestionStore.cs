using Microsoft.EntityFrameworkCore;
using RealmWeb.Contracts.Annotation;
using RealmWeb.Contracts.Flags;
using RealmWeb.Data.Access;

namespace RealmWeb.Data.Questions;

/// <summary>A question, however often it was asked, that a corpus does not seem to answer.</summary>
/// <param name="Flagged">Askers who say that the answer is not in the documents.</param>
public sealed record UnansweredQuestion(string Question, int Asked, int Flagged, DateTimeOffset LastAsked);

/// <summary>What was asked, with what was shown.</summary>
public sealed class QuestionStore(IDbContextFactory<RealmDbContext> contexts)
{
    public Task AddAsync(AskedQuestion question, CancellationToken cancellationToken = default) => AddAsync([question], cancellationToken);

    /// <summary>Keeps several, all or none.</summary>
    public async Task AddAsync(IReadOnlyCollection<AskedQuestion> questions, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.AskedQuestions.AddRange(questions);
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>A question with its passages by rank; null when it is not kept.</summary>
    public async Task<AskedQuestion?> FindAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.AskedQuestions.AsNoTracking()
            .Include(question => question.Passages.OrderBy(passage => passage.Rank)).FirstOrDefaultAsync(question => question.Id == id, cancellationToken);
    }

    /// <summary>The newest questions, newest first, without their passages.</summary>
    /// <param name="corpus">Only those of this corpus; null for all.</param>
    public async Task<IReadOnlyList<AskedQuestion>> ListAsync(
        CorpusScope scope, string? corpus = null, int take = 100, CancellationToken cancellationToken = default)
    {
        var (allBut, names) = scope;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.AskedQuestions.AsNoTracking()
            .Where(question => (corpus == null || question.Corpus == corpus) && names.Contains(question.Corpus) != allBut)
            .OrderByDescending(question => question.AskedAt).ThenByDescending(question => question.Id).Take(take).ToListAsync(cancellationToken);
    }

    /// <summary>What a corpus does not seem to answer, of its newest questions: the model gave no answer when a question was asked last, or an asker says
    /// that the answer is not in the documents and none said since that it is right. What an annotator found a passage for, or called a bad
    /// question, is left out.</summary>
    /// <param name="of">Questions that are looked at.</param>
    /// <returns>Asked last first, each wording once.</returns>
    public async Task<IReadOnlyList<UnansweredQuestion>> UnansweredAsync(string corpus, int of, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var asked = await db.AskedQuestions.AsNoTracking().Where(question => question.Corpus == corpus)
            .OrderByDescending(question => question.AskedAt).ThenByDescending(question => question.Id).Take(of)
            .Select(question => new
            {
                question.Question, question.AskedAt, question.NoAnswer,
                NotInDocuments = db.Flags.Any(flag => flag.QuestionId == question.Id && flag.NotInDocuments),
                Right = db.Flags.Any(flag => flag.QuestionId == question.Id && flag.Answer == AnswerVerdict.Right),
            })
            .ToListAsync(cancellationToken);
        var settled = (await db.AnnotationItems
            .Where(item => item.Corpus == corpus
                && db.Labels.Any(label => label.ItemId == item.Id && label.State == LabelState.Submitted && !label.NoAnswer))
            .Select(item => item.Question).ToListAsync(cancellationToken)).Select(question => question.Trim()).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return
        [
            .. asked.GroupBy(question => question.Question.Trim(), StringComparer.OrdinalIgnoreCase)
                .Where(same => !settled.Contains(same.Key)
                    && (same.First().NoAnswer || same.TakeWhile(question => !question.Right).Any(question => question.NotInDocuments)))
                .Select(same => new UnansweredQuestion(
                    same.Key, same.Count(), same.Count(question => question.NotInDocuments), same.First().AskedAt)),
        ];
    }
}
