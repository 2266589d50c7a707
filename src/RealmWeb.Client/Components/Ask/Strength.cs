namespace RealmWeb.Client.Components.Ask;

/// <summary>The score of an answer in a word.</summary>
/// <remarks>The score is p(y|x) as the model has it. Only where a temperature was fitted to how often answers are right does the page say "confidence".
/// The borders are our reading aid.</remarks>
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

    /// <summary>What the number may be called.</summary>
    public static string NameOf(bool calibrated) => calibrated ? "Confidence" : "Score";

    /// <param name="score">p(y|x), 0..1.</param>
    public static Strength Of(double score) => score >= StrongFrom ? Strength.Strong : score >= FairFrom ? Strength.Fair : Strength.Weak;
}
