using System.Text;
using System.Text.Json.Serialization;

namespace RealmWeb.Contracts.Annotation;

/// <summary>What a key does on the desk.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeskAction>))]
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

/// <summary>The keys that an annotator chose; those that are not named are as they come.</summary>
/// <param name="Keys">A key as browsers name it, small: <c>j</c>, <c>Enter</c>, <c>Ctrl+s</c>.</param>
public sealed record DeskKeyChoice(IReadOnlyDictionary<DeskAction, string> Keys);

/// <summary>Which key does what. No key does two things, and none is one that the browser needs.</summary>
public sealed class DeskKeys
{
    private static readonly (DeskAction Action, string Key, string Does)[] _all =
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

    // With Ctrl: copy, cut, paste, select, find, print, reload, the address, and what browsers let no page have (a tab, a window).
    private const string BrowsersLetters = "acfhlnprtvwxq";

    private readonly Dictionary<DeskAction, string> _keys;

    private DeskKeys(Dictionary<DeskAction, string> keys) => _keys = keys;

    /// <summary>The keys as they come.</summary>
    public static DeskKeys Default { get; } = Of(new DeskKeyChoice(new Dictionary<DeskAction, string>()));

    /// <summary>Submits everywhere, also while somebody types; it cannot be given away.</summary>
    public static string AlwaysSubmits => "Ctrl+Enter";

    /// <summary>Keys in a passage's text, which the text itself hears.</summary>
    public static IReadOnlyList<(string Key, string Does)> InText { get; } =
    [
        ("← →", "mark the word before, or the next"),
        ("Shift ← →", "a word less, or more"),
        ("Alt ← →", "a character less, or more"),
    ];

    /// <summary>All actions in the order of the list, with their keys; an empty key where there is none.</summary>
    public IReadOnlyList<(DeskAction Action, string Key, string Does)> All => [.. _all.Select(entry => (entry.Action, _keys[entry.Action], entry.Does))];

    public DeskKeyChoice Choice => new(_keys);

    /// <summary>The keys of somebody who chose some. An action that came later and whose key is taken by now has none.</summary>
    public static DeskKeys Of(DeskKeyChoice choice)
    {
        ArgumentNullException.ThrowIfNull(choice);
        var keys = choice.Keys.ToDictionary();
        foreach (var (action, key, _) in _all.Where(entry => !keys.ContainsKey(entry.Action)))
            keys[action] = keys.Values.Contains(key, StringComparer.OrdinalIgnoreCase) ? "" : key;
        return new(keys);
    }

    public DeskAction? ActionOf(string key) => string.Equals(key, AlwaysSubmits, StringComparison.OrdinalIgnoreCase) ? DeskAction.Submit
        : _keys.Where(entry => entry.Value.Length > 0 && string.Equals(entry.Value, key, StringComparison.OrdinalIgnoreCase))
            .Select(entry => (DeskAction?)entry.Key).FirstOrDefault();

    public string this[DeskAction action] => _keys[action];

    /// <summary>The key of an action as people read it.</summary>
    public string Shown(DeskAction action) => Shown(_keys[action]);

    public static string Shown(string key) => key.StartsWith("Ctrl+", StringComparison.Ordinal) ? $"Ctrl {key[5..].ToUpperInvariant()}"
        : key is "Backspace" ? "⌫" : key;

    /// <summary>With another key for an action.</summary>
    /// <param name="swap">Whoever has the key gets the old one in exchange.</param>
    public DeskKeys With(DeskAction action, string key, bool swap = false)
    {
        var keys = new Dictionary<DeskAction, string>(_keys);
        if (swap && ActionOf(key) is { } other)
            keys[other] = _keys[action];
        keys[action] = key;
        return new(keys);
    }

    /// <summary>Why a key cannot do what it is to do; null where it can.</summary>
    public string? Problem(DeskAction action, string key) => ProblemOf(key)
        ?? (ActionOf(key) is { } other && other != action
            ? $"The key {Shown(key)} is taken by “{DoesOf(other)}”. Press another key, or let the two change places."
            : null);

    /// <summary>What is wrong with what somebody chose, in a sentence; null where nothing is.</summary>
    public static string? Problem(DeskKeyChoice choice)
    {
        if (choice?.Keys is not { } keys)
            return "There are no keys in it. Send the keys by what they do.";
        foreach (var (action, key) in keys)
        {
            if (!Enum.IsDefined(action))
                return $"There is nothing on the desk called {action}.";
            if (ProblemOf(key) is { } problem)
                return $"For “{DoesOf(action)}”: {problem}";
        }
        var all = _all.Select(entry => (entry.Action, Key: keys.GetValueOrDefault(entry.Action, entry.Key)));
        return all.GroupBy(entry => entry.Key, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { } twice
            ? $"The key {Shown(twice.Key)} would do two things: {string.Join(" and ", twice.Select(entry => $"“{DoesOf(entry.Action)}”"))}. "
                + "Give one of them another."
            : null;
    }

    public static string DoesOf(DeskAction action) => _all.First(entry => entry.Action == action).Does;

    private static string? ProblemOf(string? key)
    {
        const string usable = "Use a letter, a digit, a sign, Enter, Backspace, Delete, or Ctrl with a letter.";
        if (string.IsNullOrEmpty(key))
            return $"It has no key. {usable}";
        if (key is "Enter" or "Backspace" or "Delete")
            return null;
        if (string.Equals(key, AlwaysSubmits, StringComparison.OrdinalIgnoreCase))
            return "Ctrl Enter submits everywhere. Press another key.";
        if (key.StartsWith("Ctrl+", StringComparison.Ordinal))
            return key.Length == 6 && char.IsAsciiLetterLower(key[5]) && !BrowsersLetters.Contains(key[5], StringComparison.Ordinal)
                ? null : $"The browser keeps {Shown(key)}. Press another key.";
        return Rune.TryGetRuneAt(key, 0, out var rune) && rune.Utf16SequenceLength == key.Length && !Rune.IsControl(rune) && !Rune.IsWhiteSpace(rune)
            ? null : $"“{(key.Length > 20 ? key[..20] : key)}” cannot be used here. {usable}";
    }
}
