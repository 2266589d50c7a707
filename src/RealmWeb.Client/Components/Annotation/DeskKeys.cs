namespace RealmWeb.Client.Components.Annotation;

/// <summary>What a key does on the desk.</summary>
public enum DeskAction
{
    NextPassage,
    PassageBefore,
    Grade0,
    Grade1,
    Grade2,
    Grade3,
    Unmark,
    NoAnswer,
    BadQuestion,
    Reformulate,
    Note,
    Find,
    Submit,
    SaveDraft,
    Skip,
    Discard,
    Undo,
    Guidelines,
    Keys,
}

/// <summary>The keys of the desk. Each key does one thing: a test refuses collisions.</summary>
public static class DeskKeys
{
    public static IReadOnlyList<(DeskAction Action, string Key, string Does)> All { get; } =
    [
        (DeskAction.NextPassage, "j", "Next passage"),
        (DeskAction.PassageBefore, "k", "Passage before"),
        (DeskAction.Grade0, "0", "It does not answer"),
        (DeskAction.Grade1, "1", "It is related"),
        (DeskAction.Grade2, "2", "It answers"),
        (DeskAction.Grade3, "3", "It answers fully"),
        (DeskAction.Unmark, "x", "Take its marks away"),
        (DeskAction.NoAnswer, "n", "No answer here"),
        (DeskAction.BadQuestion, "b", "Bad question"),
        (DeskAction.Reformulate, "r", "Reformulate the question"),
        (DeskAction.Note, "t", "Write a note"),
        (DeskAction.Find, "f", "Find another passage"),
        (DeskAction.Submit, "Enter", "Submit and take the next"),
        (DeskAction.SaveDraft, "Ctrl+s", "Save the draft now"),
        (DeskAction.Skip, "s", "Leave it for later"),
        (DeskAction.Discard, "Backspace", "Discard it"),
        (DeskAction.Undo, "Ctrl+z", "Undo, also what was submitted"),
        (DeskAction.Guidelines, "g", "Guidelines"),
        (DeskAction.Keys, "?", "This list"),
    ];

    /// <summary>Keys in a passage's text, which the text itself hears.</summary>
    public static IReadOnlyList<(string Key, string Does)> InText { get; } =
    [
        ("← →", "mark the word before, or the next"),
        ("Shift ← →", "a word less, or more"),
        ("Alt ← →", "a character less, or more"),
    ];

    public static DeskAction? ActionOf(string key) => All.Where(entry => entry.Key == key).Select(entry => (DeskAction?)entry.Action).FirstOrDefault();

    /// <summary>The key of an action as people read it.</summary>
    public static string Shown(DeskAction action) => All.First(entry => entry.Action == action).Key switch
    {
        "Ctrl+s" => "Ctrl S",
        "Ctrl+z" => "Ctrl Z",
        var key => key,
    };
}
