namespace RealmWeb.Contracts.Questions;

/// <summary>What the one who is signed in asked, as far as it is kept.</summary>
/// <param name="Days">Days until a kept question is deleted; 0 when none is kept any more.</param>
/// <param name="Questions">Newest first.</param>
public sealed record OwnQuestions(int Days, IReadOnlyList<OwnQuestion> Questions)
{
    /// <summary>Further questions, of corpora that their asker may not ask any more: deleting all of them deletes these too.</summary>
    public int Hidden { get; init; }
}

/// <summary>A question of one's own.</summary>
/// <param name="Answer">The answer words; null when there was none.</param>
public sealed record OwnQuestion(Guid Id, string Corpus, string Question, string? Answer, DateTimeOffset AskedAt);
