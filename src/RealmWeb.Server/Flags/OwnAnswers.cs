using RealmWeb.Data.Questions;
using RealmWeb.Server.Questions;

namespace RealmWeb.Server.Flags;

/// <summary>Kept questions, each for the one who asked it.</summary>
internal sealed class OwnAnswers(QuestionStore questions, QuestionJournal journal)
{
    /// <summary>A question with what was shown for it; null where it is not kept or somebody else asked it.</summary>
    public async Task<AskedQuestion?> FindAsync(Guid id, HttpContext context, CancellationToken cancellationToken)
    {
        // An answer is on the page before its question is kept.
        await journal.SettleAsync(cancellationToken);
        return await questions.FindAsync(id, cancellationToken) is { } asked && AskedBy.Of(context).IsWhoAsked(asked) ? asked : null;
    }
}
