namespace RealmWeb.Lab.Sentences;

/// <summary>How <see cref="SentenceQuestions"/> makes passages.</summary>
internal sealed record SentenceQuestionOptions
{
    /// <summary>A reading counts from this confidence on.</summary>
    public double LeastConfidence { get; init; } = 0.4;

    /// <summary>Sentences of questions whose numbers are at most so far away are neighbours.</summary>
    public int Reach { get; init; } = 50;

    /// <summary>Neighbours in a passage at most.</summary>
    public int MostNeighbours { get; init; } = 5;

    /// <summary>Share of questions whose passage is neighbours alone, so that nothing in it answers.</summary>
    public double Unanswerable { get; init; } = 0.07;

    public int Seed { get; init; } = 5;
}
