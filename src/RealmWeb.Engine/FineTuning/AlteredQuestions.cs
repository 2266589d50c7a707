using System.Text.RegularExpressions;
using RealmWeb.Engine.Questions;

namespace RealmWeb.Engine.FineTuning;

/// <summary>Makes of a question that a passage answers one that it only seems to answer: those of the kinds which people write for
/// SQuAD 2.0 (Rajpurkar et al. 2018, table 2) that rules can make: another name or number, the opposite, a negation.</summary>
/// <remarks>Such questions share nearly all words with the passage, so a reader learns to look for the one that does not fit. Some stay answerable by chance;
/// the paper counts 7 % of those that people wrote.</remarks>
/// <param name="questions">Lend names that stand in none of the passage's sentences.</param>
public sealed partial class AlteredQuestions(IReadOnlyList<QuestionExample> questions)
{
    private static readonly Dictionary<string, string> s_opposites = Pairs(
        "first last", "largest smallest", "biggest smallest", "most least", "more fewer", "before after", "highest lowest", "oldest newest", "earliest latest",
        "north south", "northern southern", "east west", "eastern western", "increase decrease", "increased decreased", "began ended", "begin end",
        "won lost", "win lose", "longest shortest", "best worst", "maximum minimum", "higher lower", "larger smaller", "older younger", "public private",
        "men women", "male female", "early late", "same different", "above below", "inside outside", "good bad", "strong weak", "strongest weakest",
        "fastest slowest", "major minor", "majority minority", "rich poor", "allowed forbidden", "successful unsuccessful", "supported opposed",
        "support oppose", "joined left", "founded dissolved", "built demolished", "with without", "born buried", "modern ancient", "positive negative",
        "included excluded", "accepted rejected", "winter summer", "start stop", "father mother", "son daughter", "brother sister", "husband wife");

    private static readonly Dictionary<string, string> s_negations = new(StringComparer.Ordinal)
    {
        ["did"] = "didn't", ["was"] = "wasn't", ["were"] = "weren't", ["is"] = "isn't", ["are"] = "aren't", ["does"] = "doesn't", ["do"] = "don't",
        ["can"] = "can't", ["could"] = "couldn't", ["has"] = "hasn't", ["have"] = "haven't", ["had"] = "hadn't", ["will"] = "won't", ["would"] = "wouldn't",
    };

    /// <summary>The question with one thing changed; null where nothing of it can be.</summary>
    /// <param name="example">A question with its passage.</param>
    public string? Alter(QuestionExample example, Random random)
    {
        ArgumentNullException.ThrowIfNull(example);
        ArgumentNullException.ThrowIfNull(random);
        Func<string?>[] ways =
        [
            () => Swap(example, NamePattern(), random), () => Swap(example, NumberPattern(), random),
            () => Word(example.Question, s_opposites, random), () => Word(example.Question, s_negations, random),
        ];
        // Negations last: nearly every question can have one, and a reader that only looks for "n't" has learnt little.
        random.Shuffle(ways.AsSpan(0, 3));
        return ways.Select(way => way()).FirstOrDefault(altered => altered is not null);
    }

    // Another name or number: of the passage itself, which is the harder one to notice, or of another question.
    private string? Swap(QuestionExample example, Regex pattern, Random random)
    {
        // A capital that begins the question makes no name.
        var places = pattern.Matches(example.Question).Where(match => match.Index > 0).ToList();
        if (places.Count == 0)
            return null;
        var place = places[random.Next(places.Count)];
        var source = random.Next(2) == 0 ? example.Context! : questions[random.Next(questions.Count)].Question;
        var others = pattern.Matches(source).Where(match => match.Index > 0).Select(match => match.Value)
            .Where(other => !IsIn(other, example.Question) && !example.Answers.Any(answer => IsIn(other, answer) || IsIn(answer, other))).ToList();
        return others.Count == 0 ? null : Replace(example.Question, place, others[random.Next(others.Count)]);
    }

    private static string? Word(string question, Dictionary<string, string> changes, Random random)
    {
        var places = WordPattern().Matches(question).Where(match => changes.ContainsKey(match.Value)).ToList();
        if (places.Count == 0)
            return null;
        var place = places[random.Next(places.Count)];
        return Replace(question, place, changes[place.Value]);
    }

    private static bool IsIn(string part, string whole) => whole.Contains(part, StringComparison.OrdinalIgnoreCase);

    private static string Replace(string text, Match place, string by) =>
        string.Concat(text.AsSpan(0, place.Index), by, text.AsSpan(place.Index + place.Length));

    private static Dictionary<string, string> Pairs(params string[] pairs)
    {
        var both = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in pairs.Select(pair => pair.Split(' ')))
        {
            both.TryAdd(pair[0], pair[1]);
            both.TryAdd(pair[1], pair[0]);
        }
        return both;
    }

    [GeneratedRegex(@"\b\p{Lu}[\p{L}'’-]+(?: (?:of |the |de |and )?\p{Lu}[\p{L}'’-]+)*")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"\b\d[\d,.]*\b")]
    private static partial Regex NumberPattern();

    [GeneratedRegex(@"\b\p{L}+\b")]
    private static partial Regex WordPattern();
}
