using RealmWeb.Contracts.Annotation;

namespace RealmWeb.Client.Components.Annotation;

/// <summary>What things on the desk are called.</summary>
public static class DeskWords
{
    public static IReadOnlyList<(int Grade, string Text)> Grades { get; } =
        [(0, "Does not answer"), (1, "Related"), (2, "Answers"), (3, "Answers fully")];

    /// <summary>Why an item is in the queue.</summary>
    public static string Of(ItemSource source) => source switch
    {
        ItemSource.Flag => "Flagged by the asker",
        ItemSource.LowMargin => "Two answers nearly as likely",
        ItemSource.NoAnswer => "No answer was given",
        ItemSource.Disagreement => "Two models disagree",
        ItemSource.Control => "Drawn at random",
        ItemSource.ByHand => "Put in by hand",
        _ => "Imported",
    };
}
