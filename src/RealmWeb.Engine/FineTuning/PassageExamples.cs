using RealmWeb.Engine.Featurization;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.FineTuning;

/// <summary>Draws (question, passage) examples for the reader from question lines that come with their passage.</summary>
/// <remarks>Each draw shows the passage from another side, which is what keeps a small set of questions from being learned by heart: sometimes
/// joined with its neighbour in the article, always a random window that holds the answer, sometimes with another passage of the same
/// article in place of the right one, or an altered question, where no answer is the answer.</remarks>
public sealed class PassageExamples
{
    private readonly WordPieceTokenizer _tokenizer;
    private readonly Featurizer _featurizer;
    private readonly LexicalFeatures? _features;
    private readonly PassageOptions _options;
    private readonly (IReadOnlyList<QuestionExample> Examples, double Weight)[] _sets;
    private readonly double _totalWeight;
    private readonly Dictionary<string, string[]> _passagesOfTitle;
    private readonly AlteredQuestions _altered;

    /// <param name="sets">Question sets with a context on each line, and how often each is drawn from.</param>
    public PassageExamples(
        WordPieceTokenizer tokenizer, LexicalFeatures? features, PassageOptions options,
        IReadOnlyList<(IReadOnlyList<QuestionExample> Examples, double Weight)> sets)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        _tokenizer = tokenizer;
        _featurizer = new Featurizer(tokenizer.Vocabulary);
        _features = features;
        _options = options;
        _sets = [.. sets
            .Select(set => ((IReadOnlyList<QuestionExample>)[.. set.Examples.Where(IsUsable)], set.Weight))
            .Where(set => set.Item1.Count > 0 && set.Weight > 0)];
        if (_sets.Length == 0)
            throw new ArgumentException(
                "No question line has a context with its answer. Give a file whose lines have \"context\" and \"answer_starts\".", nameof(sets));
        _totalWeight = _sets.Sum(set => set.Weight);
        _altered = new AlteredQuestions([.. _sets.SelectMany(set => set.Examples)]);
        _passagesOfTitle = _sets.SelectMany(set => set.Examples)
            .Where(example => !string.IsNullOrEmpty(example.Title))
            .GroupBy(example => example.Title!)
            .ToDictionary(group => group.Key, group => group.Select(example => example.Context!).Distinct().ToArray());
    }

    /// <summary>Number of usable question lines.</summary>
    public int Count => _sets.Sum(set => set.Examples.Count);

    /// <summary>One example; the same generator state gives the same example.</summary>
    public ReaderGroup Draw(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var at = random.NextDouble() * _totalWeight;
        var s = 0;
        while (s < _sets.Length - 1 && at >= _sets[s].Weight)
            at -= _sets[s++].Weight;
        var example = _sets[s].Examples[random.Next(_sets[s].Examples.Count)];
        var (question, text) = (example.Question, example.Context!);
        var answers = AnswerSpans(example);
        if (answers.Count > 0 && random.NextDouble() < _options.WrongPassage && OtherPassage(example, random) is { } other)
        {
            // Hard to tell from the right one: same article. Only where it does not happen to hold the answer words.
            if (!example.Answers.Any(answer => other.Contains(answer, StringComparison.OrdinalIgnoreCase)))
                (text, answers) = (other, []);
        }
        else if (answers.Count > 0 && _options.AlteredQuestion > 0 && random.NextDouble() < _options.AlteredQuestion
            && _altered.Alter(example, random) is { } altered)
        {
            (question, answers) = (altered, []);
        }
        if (random.NextDouble() < _options.JoinNeighbour && Neighbour(example, text, random) is { } neighbour)
        {
            if (random.Next(2) == 0)
            {
                text = text + "\n\n" + neighbour;
            }
            else
            {
                var shift = neighbour.Length + 2;
                text = neighbour + "\n\n" + text;
                answers = [.. answers.Select(span => new TextSpan(span.Start + shift, span.End + shift))];
            }
        }
        return new ReaderGroup([Candidate(question, text, answers, random)]);
    }

    /// <summary>The whole passage, for measuring.</summary>
    public ReaderGroup Whole(QuestionExample example)
    {
        ArgumentNullException.ThrowIfNull(example);
        return new ReaderGroup([Candidate(example.Question, example.Context!, AnswerSpans(example), null)]);
    }

    private static bool IsUsable(QuestionExample example) =>
        !string.IsNullOrEmpty(example.Context) && (example.IsImpossible || example.AnswerStarts is { Count: > 0 });

    private static List<TextSpan> AnswerSpans(QuestionExample example)
    {
        if (example.IsImpossible || example.AnswerStarts is null)
            return [];
        return [.. example.AnswerStarts.Select((start, i) => new TextSpan(start, start + example.Answers[i].Length)).Distinct()];
    }

    private string? OtherPassage(QuestionExample example, Random random)
    {
        if (string.IsNullOrEmpty(example.Title) || !_passagesOfTitle.TryGetValue(example.Title, out var passages) || passages.Length < 2)
            return null;
        var other = passages[random.Next(passages.Length)];
        return other == example.Context ? null : other;
    }

    private string? Neighbour(QuestionExample example, string text, Random random)
    {
        if (string.IsNullOrEmpty(example.Title) || !_passagesOfTitle.TryGetValue(example.Title, out var passages) || passages.Length < 2)
            return null;
        var at = Array.IndexOf(passages, text);
        var neighbour = passages[Math.Clamp(at + (random.Next(2) == 0 ? -1 : 1), 0, passages.Length - 1)];
        return neighbour == text || example.Answers.Any(answer => neighbour.Contains(answer, StringComparison.OrdinalIgnoreCase)) ? null : neighbour;
    }

    private ReaderCandidate Candidate(string question, string text, IReadOnlyList<TextSpan> answers, Random? random)
    {
        var questionPieces = _tokenizer.Encode(question);
        var body = _tokenizer.Encode(text);
        var gold = answers.Select(answer => PieceSpan(body, answer)).Where(span => span.Length > 0).Distinct().ToList();
        int from = 0, count = body.Count;
        if (random is not null && count > _options.WindowPieces)
        {
            count = _options.WindowPieces;
            if (gold.Count > 0)
            {
                var anchor = gold[random.Next(gold.Count)];
                var lowest = Math.Max(0, anchor.End - count);
                var highest = Math.Min(anchor.Start, body.Count - count);
                from = random.Next(Math.Min(lowest, highest), Math.Max(lowest, highest) + 1);
            }
            else
            {
                from = random.Next(body.Count - count + 1);
            }
        }
        var window = Enumerable.Range(from, count).Select(i => body[i]).ToList();
        var features = window.Count == 0 ? null : _features?.Compute(_features.Analyse(question, questionPieces), text, Renumber(window));
        var row = _featurizer.Reader(questionPieces, window, features, _options.MaxLength);
        var spans = gold
            .Where(span => span.Start >= from && span.End <= from + row.BlockPieces)
            .Select(span => new TextSpan(span.Start - from + row.BlockStart, span.End - from + row.BlockStart))
            .ToList();
        return new ReaderCandidate(row, spans);
    }

    /// <summary>The pieces that cover a run of characters.</summary>
    public static TextSpan PieceSpan(IReadOnlyList<Piece> pieces, TextSpan characters)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        var start = 0;
        while (start < pieces.Count && pieces[start].End <= characters.Start)
            start++;
        var end = start;
        while (end < pieces.Count && pieces[end].Start < characters.End)
            end++;
        return new TextSpan(start, end);
    }

    // Features count words from 0.
    private static List<Piece> Renumber(List<Piece> window)
    {
        var first = window[0].Word;
        return first == 0 ? window : [.. window.Select(piece => piece with { Word = piece.Word - first })];
    }
}
