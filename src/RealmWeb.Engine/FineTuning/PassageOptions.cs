namespace RealmWeb.Engine.FineTuning;

/// <summary>How <see cref="PassageExamples"/> varies the passages it is given.</summary>
public sealed record PassageOptions
{
    /// <summary>Pieces of a passage in an example at most.</summary>
    public int WindowPieces { get; init; } = 192;

    /// <summary>Pieces of a whole input at most.</summary>
    public int MaxLength { get; init; } = 320;

    /// <summary>Share of examples whose passage is joined with the one before or after it in the article.</summary>
    public double JoinNeighbour { get; init; } = 0.2;

    /// <summary>Share of answerable examples that get another passage of the same article, so that no answer is right.</summary>
    public double WrongPassage { get; init; } = 0.1;

    /// <summary>Share of answerable examples whose question is altered so that the passage only seems to answer it (<see cref="AlteredQuestions"/>).</summary>
    public double AlteredQuestion { get; init; }
}
