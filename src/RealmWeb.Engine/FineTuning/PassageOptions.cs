using System.ComponentModel.DataAnnotations;

namespace RealmWeb.Engine.FineTuning;

/// <summary>How <see cref="PassageExamples"/> varies the passages it is given.</summary>
public sealed record PassageOptions
{
    /// <summary>Pieces of a passage in an example at most.</summary>
    [Display(Name = "Longest passage")]
    public int WindowPieces { get; init; } = 192;

    /// <summary>Pieces of a whole input at most.</summary>
    [Display(Name = "Longest input")]
    public int MaxLength { get; init; } = 320;

    /// <summary>Share of examples whose passage is joined with the one before or after it in the article.</summary>
    [Display(Name = "Share joined with a neighbour")]
    public double JoinNeighbour { get; init; } = 0.2;

    /// <summary>Share of answerable examples that get another passage of the same article, so that no answer is right.</summary>
    [Display(Name = "Share with a wrong passage")]
    public double WrongPassage { get; init; } = 0.1;

    /// <summary>Share of answerable examples whose question is altered so that the passage only seems to answer it.</summary>
    [Display(Name = "Share with an altered question")]
    public double AlteredQuestion { get; init; }
}
