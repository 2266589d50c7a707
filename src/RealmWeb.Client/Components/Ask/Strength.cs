namespace RealmWeb.Client.Components.Ask;

/// <summary>The score of an answer in a word.</summary>
/// <remarks>The score is p(y|x) as the model has it, not calibrated: the borders are our reading aid, so the page says "score" and never "confidence".</remarks>
public enum Strength
{
    Weak,
    Fair,
    Strong,
}

public static class Strengths
{
    private const double FairFrom = 0.2;
    private const double StrongFrom = 0.5;

    /// <param name="score">p(y|x), 0..1.</param>
    public static Strength Of(double score) => score >= StrongFrom ? Strength.Strong : score >= FairFrom ? Strength.Fair : Strength.Weak;
}
