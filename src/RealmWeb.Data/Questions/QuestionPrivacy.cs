using Microsoft.EntityFrameworkCore;
using RealmWeb.Data.Annotation;

namespace RealmWeb.Data.Questions;

/// <summary>Who asked.</summary>
/// <param name="UserName">Empty for somebody who was not signed in.</param>
/// <param name="Visitor">Pseudonym of the browser then; null where it has none, and with a name.</param>
public sealed record Questioner(string UserName, string? Visitor = null);

/// <summary>What was asked, in the hands of who asked it: they see and delete it, it goes with their account and, in any case, with time.
/// What waits in the queue for annotators goes with it, unless somebody has worked on it.</summary>
public sealed class QuestionPrivacy(IDbContextFactory<RealmDbContext> contexts)
{
    /// <summary>What somebody asked, newest first.</summary>
    /// <param name="who">An account, or a visitor.</param>
    public async Task<IReadOnlyList<AskedQuestion>> OfAsync(Questioner who, int take, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Of(db, who).AsNoTracking().OrderByDescending(question => question.AskedAt).ThenByDescending(question => question.Id).Take(take)
            .ToListAsync(cancellationToken);
    }

    /// <returns>False when this one asked no such question.</returns>
    public async Task<bool> DeleteAsync(Questioner who, Guid id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var deleted = await Of(db, who).Where(question => question.Id == id).ExecuteDeleteAsync(cancellationToken);
        await QueueFilling.Forget(db).ExecuteDeleteAsync(cancellationToken);
        return deleted > 0;
    }

    /// <summary>Deletes a question for whoever looks after the site.</summary>
    /// <returns>False when no such question is kept.</returns>
    public async Task<bool> DeleteAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var deleted = await db.AskedQuestions.Where(question => question.Id == id).ExecuteDeleteAsync(cancellationToken);
        await QueueFilling.Forget(db).ExecuteDeleteAsync(cancellationToken);
        return deleted > 0;
    }

    /// <returns>How many there were.</returns>
    public async Task<int> DeleteAllAsync(Questioner who, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var deleted = await Of(db, who).ExecuteDeleteAsync(cancellationToken);
        await QueueFilling.Forget(db).ExecuteDeleteAsync(cancellationToken);
        return deleted;
    }

    /// <summary>Deletes what is older, and what the owner of a deleted account asked: a question may have been under way at the deletion.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> SweepAsync(DateTimeOffset before, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var deleted = await db.AskedQuestions
            .Where(question => question.AskedAt < before || question.AskedBy != "" && !db.Users.Any(user => user.UserName == question.AskedBy))
            .ExecuteDeleteAsync(cancellationToken);
        await QueueFilling.Forget(db).ExecuteDeleteAsync(cancellationToken);
        return deleted;
    }

    private static IQueryable<AskedQuestion> Of(RealmDbContext db, Questioner who) => who.UserName.Length > 0
        ? Of(db, who.UserName)
        : db.AskedQuestions.Where(question => who.Visitor != null && question.AskedBy == "" && question.Visitor == who.Visitor);

    /// <summary>The questions of an account, for whoever deletes both together.</summary>
    internal static IQueryable<AskedQuestion> Of(RealmDbContext db, string userName) => db.AskedQuestions.Where(question => question.AskedBy == userName);
}
