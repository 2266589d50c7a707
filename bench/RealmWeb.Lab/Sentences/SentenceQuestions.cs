using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.Questions;

namespace RealmWeb.Lab.Sentences;

/// <summary>Makes examples for the reader of questions of which only the answering sentence is known: the answer is what a reader finds in that sentence, and
/// the passage is the sentence among its neighbours.</summary>
/// <remarks>In the sentence alone a reader is right more often than in a passage, so that it learns from what it said there (self-training). Ids end in the
/// question's number in the data set that it was drawn from: nothing else says which sentences are of one article.</remarks>
internal static partial class SentenceQuestions
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The questions as lines, in the order of their numbers.</summary>
    /// <param name="readings">Of <paramref name="questions"/>, one each, in their order.</param>
    /// <exception cref="InvalidDataException">An id ends in no number.</exception>
    public static IEnumerable<string> Make(
        IReadOnlyList<QuestionExample> questions, IReadOnlyList<QuestionOutcome> readings, SentenceQuestionOptions options)
    {
        var random = new Random(options.Seed);
        var read = questions.Zip(readings, (question, reading) => new Read(NumberOf(question.Id), question, reading)).OrderBy(one => one.Number).ToList();
        for (var i = 0; i < read.Count; i++)
        {
            var reading = read[i].Reading;
            if (!string.IsNullOrEmpty(reading.Prediction) && !reading.NoAnswer && reading.Confidence >= options.LeastConfidence)
                yield return Line(read[i], Neighbours(read, i, options.Reach), options, random);
        }
    }

    // Sentences near a question's that are not its own and do not hold the words that answer.
    private static List<string> Neighbours(List<Read> read, int at, int reach)
    {
        var (number, own, answer) = (read[at].Number, read[at].Sentence, read[at].Reading.Prediction!);
        var first = at;
        while (first > 0 && number - read[first - 1].Number <= reach)
            first--;
        return [.. read.Skip(first).TakeWhile(other => other.Number - number <= reach).Select(other => other.Sentence).Distinct()
            .Where(sentence => sentence != own && !sentence.Contains(answer, StringComparison.OrdinalIgnoreCase))];
    }

    private static string Line(Read read, List<string> neighbours, SentenceQuestionOptions options, Random random)
    {
        var none = random.NextDouble() < options.Unanswerable && neighbours.Count > 1;
        var count = Math.Min(neighbours.Count, random.Next(2, options.MostNeighbours + 1));
        var chosen = Enumerable.Range(0, neighbours.Count).ToArray();
        random.Shuffle(chosen);
        var passage = chosen.Take(count).Order().Select(i => neighbours[i]).ToList();
        List<int> starts = [];
        if (!none)
        {
            passage.Insert(random.Next(passage.Count + 1), read.Sentence);
            starts = Starts(string.Join(' ', passage), read.Reading.Prediction!);
        }
        return JsonSerializer.Serialize(
            new
            {
                id = read.Question.Id, question = read.Question.Question, answers = starts.Select(_ => read.Reading.Prediction), title = "",
                context = string.Join(' ', passage), answer_starts = starts, is_impossible = none,
            },
            Json);
    }

    // In code points, as files of questions count.
    private static List<int> Starts(string passage, string answer)
    {
        var starts = new List<int>();
        for (var at = passage.IndexOf(answer, StringComparison.Ordinal); at >= 0; at = passage.IndexOf(answer, at + answer.Length, StringComparison.Ordinal))
            starts.Add(passage[..at].EnumerateRunes().Count());
        return starts;
    }

    private static long NumberOf(string id) => NumberPattern().Match(id) is { Success: true } match
        ? long.Parse(match.ValueSpan, CultureInfo.InvariantCulture)
        : throw new InvalidDataException($"The id {id} ends in no number. Give the questions the numbers that they have in their data set.");

    [GeneratedRegex("[0-9]{1,18}$")]
    private static partial Regex NumberPattern();

    private sealed record Read(long Number, QuestionExample Question, QuestionOutcome Reading)
    {
        public string Sentence => Question.Context!;
    }
}
