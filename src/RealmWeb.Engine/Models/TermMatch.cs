namespace RealmWeb.Engine.Models;

/// <summary>How much of a question's terms a passage holds, each weighed by how rare it is. All 0 to 1.</summary>
/// <param name="Sentence">The most that one sentence holds together with the title.</param>
/// <param name="Passage">What the passage holds with its title.</param>
/// <param name="Near">How many neighbours in the question stand near each other in the passage.</param>
public readonly record struct TermMatch(double Sentence, double Passage, double Near)
{
    /// <summary>What the passage holds though no one sentence does.</summary>
    public double Scatter => Passage - Sentence;
}
