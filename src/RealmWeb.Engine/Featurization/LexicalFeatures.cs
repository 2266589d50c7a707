using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Featurization;

/// <summary>Features of each passage piece that say how it relates to the question. Each is a level that picks a row of a small embedding table
/// (<c>BertOptions.FeatureSizes</c>); row 0 is zero and stands for question and special tokens.</summary>
/// <remarks>Not in the paper: published checkpoints have none. A model of two layers trained for minutes reads three times as well with them
/// (docs/decisions/0005-small-model.md). Computed here for training and for answering alike. Safe for concurrent use.</remarks>
public sealed class LexicalFeatures(WordPieceTokenizer tokenizer, LexicalStatistics statistics)
{
    // idf from which a piece counts as content and not as filler.
    private const float ContentIdf = 3f;
    private const int DensityReach = 12;
    private const int SmoothReach = 10;

    private static readonly string[] FeatureNames =
        ["match", "density", "shape", "continuation", "word", "stem", "rarity", "left", "right", "sentence", "type", "similar", "smooth", "focus"];

    // Levels of each feature, without the zero row.
    private static readonly int[] Levels = [4, 8, 10, 2, 4, 3, 6, 8, 8, 6, 80, 8, 8, 9];

    private static readonly float[] SimilarityBounds = [.25f, .35f, .45f, .55f, .65f, .75f, .97f];
    private static readonly float[] FocusBounds = [.1f, .2f, .3f, .4f, .5f, .6f, .9f];

    private static readonly FrozenSet<string> Months = FrozenSet.ToFrozenSet(
        ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"]);

    private static readonly FrozenSet<string> NumberWords = FrozenSet.ToFrozenSet(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "hundred", "thousand", "million", "billion", "half",
            "dozen"]);

    private static readonly FrozenSet<string> MeasureWords = FrozenSet.ToFrozenSet(
        ["many", "much", "long", "old", "far", "tall", "large", "big", "high", "often", "fast", "deep", "wide", "heavy"]);

    private static readonly FrozenSet<string> TimeWords = FrozenSet.ToFrozenSet(["year", "years", "date", "day", "month", "decade", "century"]);

    private static readonly FrozenSet<string> AmountWords = FrozenSet.ToFrozenSet(["percent", "percentage", "number", "amount", "proportion", "fraction"]);

    /// <summary>Names of the features, in their order.</summary>
    public static IReadOnlyList<string> Names => FeatureNames;

    /// <summary>Rows of each feature's embedding table, the zero row included.</summary>
    public static IReadOnlyList<int> Sizes { get; } = [.. Levels.Select(levels => levels + 1)];

    /// <summary>Number of features.</summary>
    public static int Count => Levels.Length;

    /// <summary>What the features need to know of a question; once a question.</summary>
    public QuestionAnalysis Analyse(string question, IReadOnlyList<Piece> pieces)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        var words = WordsOf(question, pieces);
        var ids = pieces.Select(piece => piece.Id).ToHashSet();
        var idf = statistics.InverseDocumentFrequency;
        return new QuestionAnalysis(
            pieces, ids, words.ToHashSet(),
            words.Where(word => word.Length >= 4 && word.All(char.IsLetter)).Select(word => word[..Math.Min(5, word.Length)]).ToHashSet(),
            [.. ids.Where(id => idf[id] >= ContentIdf && !IsPunctuation(id))],
            TypeOf(words), FocusOf(words, pieces));
    }

    /// <summary>Levels of a passage's pieces, each plus one (0 is the zero row).</summary>
    /// <returns>Row-major [pieces, <see cref="Count"/>].</returns>
    public byte[] Compute(QuestionAnalysis question, string text, IReadOnlyList<Piece> pieces)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(pieces);
        var n = pieces.Count;
        var levels = new byte[n * Count];
        if (n == 0)
            return levels;
        var idf = statistics.InverseDocumentFrequency;
        var words = WordsOf(text, pieces);
        var wordIdf = new float[words.Count];
        foreach (var piece in pieces)
            wordIdf[piece.Word] = MathF.Max(wordIdf[piece.Word], idf[piece.Id]);
        var sentences = SentencesOf(text, pieces, words);
        var shapes = new int[n];
        var matchWeight = new float[n];
        var density = new float[n];
        Density(question, pieces, density);
        var similar = new float[n];
        var smooth = new float[n];
        Similarities(question, pieces, similar, smooth);
        var densest = MathF.Max(1e-6f, density.Max());
        var smoothest = MathF.Max(1e-6f, smooth.Max());

        for (var p = 0; p < n; p++)
        {
            var piece = pieces[p];
            var word = words[piece.Word];
            var alphanumeric = char.IsLetterOrDigit(word[0]);
            var continuation = p > 0 && pieces[p - 1].Word == piece.Word;
            var exact = alphanumeric && question.Words.Contains(word);
            var stem = exact ? 2 : word.Length >= 4 && question.Stems.Contains(word[..Math.Min(5, word.Length)]) ? 1 : 0;
            matchWeight[p] = stem == 2 ? wordIdf[piece.Word] : stem == 1 ? 0.7f * wordIdf[piece.Word] : 0;
            shapes[p] = ShapeOf(text.AsSpan(WordStart(pieces, p), WordEnd(pieces, p) - WordStart(pieces, p)), word);
            Set(levels, p, 0, alphanumeric && question.PieceIds.Contains(piece.Id) ? RarityLevel(idf[piece.Id]) : 0);
            Set(levels, p, 1, Math.Min(7, (int)(8 * density[p] / densest)));
            Set(levels, p, 2, shapes[p]);
            Set(levels, p, 3, continuation ? 1 : 0);
            Set(levels, p, 4, exact ? RarityLevel(wordIdf[piece.Word]) : 0);
            Set(levels, p, 5, stem);
            Set(levels, p, 6, Math.Min(5, (int)(idf[piece.Id] / 2)));
            Set(levels, p, 10, (int)question.Type * 10 + shapes[p]);
            Set(levels, p, 11, Level(similar[p], SimilarityBounds));
            Set(levels, p, 12, Math.Min(7, (int)(8 * smooth[p] / smoothest)));
            Set(levels, p, 13, question.FocusPiece is { } focus ? 1 + Level(statistics.Similarity(piece.Id, focus), FocusBounds) : 0);
        }
        Distances(pieces, matchWeight, levels);
        SentenceMass(pieces, words, sentences, matchWeight, levels);
        return levels;
    }

    private static void Set(byte[] levels, int piece, int feature, int level) => levels[piece * Count + feature] = (byte)(level + 1);

    // Sum over distinct matched pieces near by, each weighted by its rarity and nearness.
    private void Density(QuestionAnalysis question, IReadOnlyList<Piece> pieces, float[] density)
    {
        foreach (var id in question.PieceIds)
        {
            if (IsPunctuation(id))
                continue;
            var weight = statistics.InverseDocumentFrequency[id];
            SpreadBest(pieces.Count, DensityReach, p => pieces[p].Id == id ? weight : 0, density);
        }
    }

    // The closest meaning of any question piece, and the same summed and smoothed over the neighbourhood.
    private void Similarities(QuestionAnalysis question, IReadOnlyList<Piece> pieces, float[] similar, float[] smooth)
    {
        var values = new float[pieces.Count];
        foreach (var id in question.ContentPieces)
        {
            for (var p = 0; p < values.Length; p++)
            {
                var similarity = statistics.Similarity(pieces[p].Id, id);
                similar[p] = MathF.Max(similar[p], similarity);
                values[p] = MathF.Max(0, similarity - 0.2f) * statistics.InverseDocumentFrequency[id];
            }
            SpreadBest(values.Length, SmoothReach, p => values[p], smooth);
        }
    }

    // Adds to each place the best of the values around it, falling linearly to zero beyond the reach.
    private static void SpreadBest(int count, int reach, Func<int, float> value, float[] sum)
    {
        var best = new float[count];
        var any = false;
        for (var p = 0; p < count; p++)
        {
            var v = value(p);
            if (v <= 0)
                continue;
            any = true;
            for (var at = Math.Max(0, p - reach); at <= Math.Min(count - 1, p + reach); at++)
                best[at] = MathF.Max(best[at], v * (1 - (float)Math.Abs(p - at) / (reach + 1)));
        }
        for (var p = 0; any && p < count; p++)
            sum[p] += best[p];
    }

    // Words to the nearest matched content word on each side.
    private static void Distances(IReadOnlyList<Piece> pieces, float[] matchWeight, byte[] levels)
    {
        const float Content = 0.7f * ContentIdf;
        int? last = null;
        for (var p = 0; p < pieces.Count; p++)
        {
            if (matchWeight[p] >= Content)
                last = pieces[p].Word;
            Set(levels, p, 7, last is { } word ? DistanceLevel(pieces[p].Word - word) : 0);
        }
        last = null;
        for (var p = pieces.Count - 1; p >= 0; p--)
        {
            if (matchWeight[p] >= Content)
                last = pieces[p].Word;
            Set(levels, p, 8, last is { } word ? DistanceLevel(word - pieces[p].Word) : 0);
        }
    }

    // How much of the question the piece's sentence holds, relative to the best sentence of the passage.
    private static void SentenceMass(IReadOnlyList<Piece> pieces, IReadOnlyList<string> words, int[] sentences, float[] matchWeight, byte[] levels)
    {
        var mass = new float[sentences[^1] + 1];
        var counted = new HashSet<(int, string)>();
        for (var p = 0; p < pieces.Count; p++)
        {
            var word = words[pieces[p].Word];
            if (matchWeight[p] > 0 && counted.Add((sentences[p], word[..Math.Min(5, word.Length)])))
                mass[sentences[p]] += matchWeight[p];
        }
        var most = mass.Max();
        for (var p = 0; p < pieces.Count; p++)
        {
            var ratio = most > 0 ? mass[sentences[p]] / most : -1;
            Set(levels, p, 9, ratio < 0 ? 0 : ratio >= 0.999f ? 5 : ratio >= 0.75f ? 4 : ratio >= 0.5f ? 3 : ratio > 0.25f ? 2 : 1);
        }
    }

    private int? FocusOf(IReadOnlyList<string> words, IReadOnlyList<Piece> pieces)
    {
        for (var w = 0; w < words.Count; w++)
        {
            if (words[w] is not ("what" or "which" or "how"))
                continue;
            return pieces.Where(
                piece => piece.Word > w && piece.Word <= w + 4 && statistics.InverseDocumentFrequency[piece.Id] >= 2.5f && !IsPunctuation(piece.Id))
                .Select(piece => (int?)piece.Id).FirstOrDefault();
        }
        return null;
    }

    private static QuestionType TypeOf(IReadOnlyList<string> words)
    {
        for (var w = 0; w < words.Count; w++)
        {
            switch (words[w])
            {
                case "how":
                    return w + 1 < words.Count && MeasureWords.Contains(words[w + 1]) ? QuestionType.Quantity : QuestionType.How;
                case "what" or "which":
                    foreach (var next in words.Skip(w + 1).Take(2))
                    {
                        if (TimeWords.Contains(next))
                            return QuestionType.When;
                        if (AmountWords.Contains(next))
                            return QuestionType.Quantity;
                    }
                    return QuestionType.What;
                case "who" or "whom" or "whose":
                    return QuestionType.Who;
                case "when":
                    return QuestionType.When;
                case "where":
                    return QuestionType.Where;
                case "why":
                    return QuestionType.Why;
            }
        }
        return QuestionType.Other;
    }

    // 0 none, 1 four digits, 2 other number, 3 with a digit, 4 ALL CAPS, 5 Capitalised, 6 punctuation, 7 number word, 8 lower, 9 month.
    private static int ShapeOf(ReadOnlySpan<char> original, string word)
    {
        if (original.IsEmpty)
            return 0;
        int digits = 0, upper = 0;
        foreach (var c in original)
        {
            digits += char.IsDigit(c) ? 1 : 0;
            upper += char.IsUpper(c) ? 1 : 0;
        }
        if (digits == original.Length)
            return digits == 4 ? 1 : 2;
        if (digits > 0)
            return 3;
        if (!char.IsLetter(original[0]))
            return 6;
        if (original.Length > 1 && upper == original.Length)
            return 4;
        if (char.IsUpper(original[0]))
            return Months.Contains(word) ? 9 : 5;
        return NumberWords.Contains(word) ? 7 : 8;
    }

    private static int RarityLevel(float idf) => idf < 3 ? 1 : idf < 6 ? 2 : 3;

    private static int DistanceLevel(int words) => words switch { 0 => 1, 1 => 2, 2 => 3, <= 4 => 4, <= 8 => 5, <= 16 => 6, _ => 7 };

    private static int Level(float value, float[] bounds)
    {
        var level = 0;
        while (level < bounds.Length && value >= bounds[level])
            level++;
        return level;
    }

    private bool IsPunctuation(int id)
    {
        var token = tokenizer.Token(id);
        return token.Length == 1 && (char.IsPunctuation(token[0]) || char.IsSymbol(token[0]));
    }

    private List<string> WordsOf(string text, IReadOnlyList<Piece> pieces)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        for (var p = 0; p < pieces.Count; p++)
        {
            var token = tokenizer.Token(pieces[p].Id);
            if (pieces[p].Id == tokenizer.Vocabulary.UnknownId)
                word.Append(text[pieces[p].Start..pieces[p].End].ToLower(CultureInfo.InvariantCulture));
            else
                word.Append(word.Length > 0 && token.StartsWith("##", StringComparison.Ordinal) ? token[2..] : token);
            if (p + 1 < pieces.Count && pieces[p + 1].Word == pieces[p].Word)
                continue;
            words.Add(word.ToString());
            word.Clear();
        }
        return words;
    }

    // Number of the sentence of each piece. A rough cut by stops is enough here and costs nothing; blocks are cut with the real splitter.
    private static int[] SentencesOf(string text, IReadOnlyList<Piece> pieces, List<string> words)
    {
        var sentences = new int[pieces.Count];
        var sentence = 0;
        for (var p = 0; p < pieces.Count; p++)
        {
            sentences[p] = sentence;
            var word = pieces[p].Word;
            var end = pieces[p].End;
            if (words[word] is "." or "!" or "?" && (end >= text.Length || char.IsWhiteSpace(text[end])) && !(word > 0 && words[word - 1].Length == 1))
                sentence++;
        }
        return sentences;
    }

    private static int WordStart(IReadOnlyList<Piece> pieces, int p)
    {
        while (p > 0 && pieces[p - 1].Word == pieces[p].Word)
            p--;
        return pieces[p].Start;
    }

    private static int WordEnd(IReadOnlyList<Piece> pieces, int p)
    {
        while (p + 1 < pieces.Count && pieces[p + 1].Word == pieces[p].Word)
            p++;
        return pieces[p].End;
    }
}
