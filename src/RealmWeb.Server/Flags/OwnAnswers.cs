using RealmWeb.Contracts.Access;
using RealmWeb.Data.Questions;
using RealmWeb.Server.Access;
using RealmWeb.Server.Questions;

namespace RealmWeb.Server.Flags;

/// <summary>Kept questions, each for the one who asked it.</summary>
internal sealed class OwnAnswers(QuestionStore questions, QuestionJournal journal, CorpusAccess access)
{
    /// <summary>A question with what was shown for it; null where it is not kept, somebody else asked it, or this one may
    /// not ask its corpus any more.</summary>
    public async Task<AskedQuestion?> FindAsync(Guid id, HttpContext context, CancellationToken cancellationToken)
    {
        // An answer is on the page before its question is kept.
        await journal.SettleAsync(cancellationToken);
        return await questions.FindAsync(id, cancellationToken) is { } asked && AskedBy.Of(context).IsWhoAsked(asked)
            && (await access.OfAsync(context.User, cancellationToken)).May(asked.Corpus, CorpusRole.Asker) ? asked : null;
    }
}
