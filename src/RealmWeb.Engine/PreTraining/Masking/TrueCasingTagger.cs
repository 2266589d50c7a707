using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.PreTraining.Masking;

/// <summary>Finds names by their capitals, with statistics of the corpus for where a capital is forced. Paper §3.4 tags entities with a BERT trained on
/// CoNLL-2003; this learns from the corpus alone.</summary>
/// <remarks>English, and other languages that capitalise names only. Safe for concurrent use. What it cannot tell is listed in docs/salient-spans.md.</remarks>
public sealed class TrueCasingTagger(CasingStatistics statistics) : ISalientSpanTagger
{
    // A lone capitalised word that the corpus mostly writes small is emphasis or a role; at the head of a sentence it takes more to be a name.
    private const double Free = 0.5, AtHead = 0.6;

    // Words that are names and nothing else: "of" behind them begins something new (Trouville of the league), behind others it goes on (Bank of England),
    // and behind those that it often goes on behind (University).
    private const double Pure = 0.9, OftenOf = 0.05;

    // What is needed of the ending of a word that was never seen free, at the head of a sentence, where a name follows.
    private const double EndingBeforeName = 0.2;

    private const int LongestTitle = 12;

    // A first word as rarely large as "In" makes no pair, however often titles begin with it.
    private const double LeastForPair = 0.05;

    [ThreadStatic]
    private static List<CasedWord>? _words;

    /// <summary>Learns from a corpus in one pass.</summary>
    public static TrueCasingTagger Train(IEnumerable<string> texts, CancellationToken cancellationToken = default) =>
        new(CasingStatistics.Learn(texts, cancellationToken: cancellationToken));

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static TrueCasingTagger Load(string path) => new(CasingStatistics.Load(path));

    public CasingStatistics Statistics => statistics;

    public void Save(string path) => statistics.Save(path);

    public IReadOnlyList<TextSpan> Tag(string sentence)
    {
        ArgumentNullException.ThrowIfNull(sentence);
        var words = _words ??= [];
        CasedWords.Read(sentence, words);
        List<TextSpan>? spans = null;
        for (var i = 0; i < words.Count;)
        {
            var last = QuotedTitle(words, i, sentence);
            if (last < 0 && !Opens(words, i, sentence))
            {
                i++;
                continue;
            }
            var quoted = last > 0;
            last = Math.Max(last, i);
            while (!quoted && Next(words, last, sentence) is var next and > 0)
                last = next;
            if (IsName(words, i, last, sentence))
                (spans ??= []).Add(new TextSpan(words[i].Start, words[last].End));
            i = last + 1;
        }
        return spans ?? (IReadOnlyList<TextSpan>)[];
    }

    private double Share(CasedWord word, string sentence) => statistics.NameShare(word.In(sentence));

    // The last word of a quotation that is written as a title is ("Notes from the Human World"), or -1.
    private static int QuotedTitle(List<CasedWord> words, int first, string sentence)
    {
        if (!words[first].Quoted || words[first].Casing == Casing.Lower)
            return -1;
        for (var i = first; i < words.Count && i < first + LongestTitle; i++)
        {
            var large = words[i].Casing != Casing.Lower;
            if (!large && (words[i].Letters - words[i].Start > 5 || !CasedWords.IsSmall(words[i].In(sentence))) || i > first && !words[i].Follows)
                return -1;
            var end = words[i].End + (words[i].Possessive ? 2 : 0);
            if (end < sentence.Length && sentence[end] is '"' or '”' or '»' or '’' or ',' && i > first)
                return large && (sentence[end] != ',' || end + 1 < sentence.Length && sentence[end + 1] is '"' or '”') ? i : -1;
        }
        return -1;
    }

    private bool Opens(List<CasedWord> words, int i, string sentence)
    {
        var word = words[i];
        if (word.Casing == Casing.Lower || word.In(sentence) is "The" or "A" or "An" or "Mr" or "Mrs" or "Ms" or "Dr" or "Prof" or "O")
            return false;
        if (!word.Forced || word.Casing == Casing.Marked)
            return true;
        var share = Share(word, sentence);
        if (share >= AtHead)
            return true;
        var next = i + 1 < words.Count && words[i + 1] is { Follows: true, Casing: not Casing.Lower } && !word.Possessive ? words[i + 1] : default;
        if (share < 0)
            return !EnglishAbbreviations.IsStarter(word.In(sentence)) && statistics.EndingShare(word.In(sentence)) >= (next.End > 0 ? EndingBeforeName : Free);
        return share >= LeastForPair && next.End > 0 && statistics.PairCount(word.In(sentence), next.In(sentence)) > 0;
    }

    // The word that the name goes on to, or 0.
    private int Next(List<CasedWord> words, int i, string sentence)
    {
        if (i + 1 >= words.Count || !words[i + 1].Follows)
            return 0;
        // Hadrian's Wall goes on, Hadrian's Rome does not.
        if (IsLarge(words[i + 1], sentence))
            return words[i].Possessive && IsPure(words[i + 1]) ? 0 : i + 1;
        if (words[i].Possessive)
            return 0;
        var joiner = words[i + 1].In(sentence);
        var to = i + 2;
        if (joiner is "of" or "for" && to < words.Count && words[to].In(sentence) is "the")
            to++;
        else if (joiner is "de" or "von" or "van" && to < words.Count && words[to].In(sentence) is "la" or "las" or "los" or "der" or "den" or "het")
            to++;
        if (to >= words.Count || !words[to].Follows || !words[to - 1].Follows || !IsLarge(words[to], sentence))
            return 0;
        return joiner switch
        {
            "de" or "del" or "della" or "di" or "da" or "do" or "dos" or "das" or "du" or "des" or "la" or "le" or "y" or "van" or "von"
                or "der" or "den" or "ter" or "af" or "av" or "zu" or "bin" or "ibn" or "al" or "el" => to,
            "of" when !IsPure(words[i]) || statistics.OfShare(words[i].In(sentence)) >= OftenOf => to,
            "for" when !IsPure(words[i]) => to,
            "and" when !IsPure(words[i]) && !IsPure(words[to]) => to,
            _ => 0,
        };

        bool IsPure(CasedWord word) => word.Casing == Casing.Marked || Share(word, sentence) is < 0 or >= Pure;
    }

    // In a heading every word is judged alone.
    private bool IsLarge(CasedWord word, string sentence) =>
        word.Casing != Casing.Lower && (!word.Forced || word.Casing == Casing.Marked || Share(word, sentence) is < 0 or >= AtHead);

    private bool IsName(List<CasedWord> words, int first, int last, string sentence)
    {
        if (last > first)
            return true;
        var word = words[first];
        // Plan B, vitamin C, part IV.
        if (word.End - word.Start == 1 || !word.In(sentence).ContainsAnyExcept("IVXLC"))
            return false;
        return Share(word, sentence) is < 0 or >= Free;
    }
}
