using RealmWeb.Contracts.Evaluations;

namespace RealmWeb.Client.Components.Evaluations;

/// <summary>What evaluations say, in words.</summary>
public static class EvaluationWords
{
    public static string Outcome(EvaluationOutcome? outcome) => outcome switch
    {
        EvaluationOutcome.Right => "Right",
        EvaluationOutcome.Wrong => "Wrong",
        EvaluationOutcome.Refused => "Refused",
        EvaluationOutcome.Missed => "Passage not read",
        _ => "All",
    };

    public static string Change(QuestionChange change) => change switch
    {
        QuestionChange.Fixed => "Fixed",
        QuestionChange.Broken => "Broken",
        QuestionChange.StillRight => "Right in both",
        _ => "Wrong in both",
    };

    /// <summary>What would have been right, the other wordings in brackets.</summary>
    public static string Expected(ExpectedAnswer expected)
    {
        ArgumentNullException.ThrowIfNull(expected);
        return expected switch
        {
            { Nothing: true } => "nothing answers it",
            { Answers: [] } => "only the passage is known",
            { Answers: [var only] } => only,
            { Answers: var answers } => $"{answers[0]} (or {string.Join(", ", answers.Skip(1).Distinct())})",
        };
    }
}
