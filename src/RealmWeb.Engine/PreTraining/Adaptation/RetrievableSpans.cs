using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.PreTraining.Masking;
using RealmWeb.Engine.Tensors;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.PreTraining.Adaptation;

/// <summary>Draws sentences and hides what other documents can supply: the paper's salient spans (§3.4), where another document holds them.</summary>
internal static class RetrievableSpans
{
    // Shorter ones ask for nothing, longer ones are lists.
    private const int FewestWords = 6;
    private const int MostWords = 60;

    private const int LongestTerm = 3;
    private const int ShortestWord = 4;

    // Names, dates and numbers are answered by other documents three times as often as terms.
    private const double SalientWeight = 3;

    // Weights of what never recurs, where that counts: a name or number may still be all that a sentence is about; a term is drawn where there is nothing else.
    private const double LeastOfSalient = 0.1;
    private const double LeastOfTerm = 0.001;

    private const int DrawsPerSentence = 20;

    private sealed record Candidate(TextSpan Span, bool IsSalient);

    private sealed record Drawn(int Source, string Sentence, List<Candidate> Candidates);

    /// <summary>The sentences of a round.</summary>
    /// <param name="round">Number of the round, from 0: each draws others.</param>
    public static IReadOnlyList<RetrievableSpan> Find(
        IReadOnlyList<StoredBlock> blocks, ISalientSpanTagger tagger, AdaptationOptions options, int round, CancellationToken cancellationToken)
    {
        var sentences = Draw(blocks, tagger, options, round, cancellationToken);
        var holders = new SpanHolders(
            sentences.SelectMany(drawn => drawn.Candidates.Select(candidate => Text(drawn.Sentence, candidate.Span))), blocks, options.MostDocuments + 1,
            cancellationToken);
        return [.. sentences.Select((drawn, i) => Choose(drawn, holders, blocks, options, Random(options, round, -1L - i))).OfType<RetrievableSpan>()];
    }

    private static Random Random(AdaptationOptions options, int round, long position) => SeededRandom.At(options.Training.Seed + 7919 * (round + 1), position);

    private static List<Drawn> Draw(
        IReadOnlyList<StoredBlock> blocks, ISalientSpanTagger tagger, AdaptationOptions options, int round, CancellationToken cancellationToken)
    {
        var (found, seen) = (new List<Drawn>(), new HashSet<string>(StringComparer.Ordinal));
        for (var draw = 0L; draw < (long)options.Sentences * DrawsPerSentence && found.Count < options.Sentences; draw++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var random = Random(options, round, draw);
            var source = random.Next(blocks.Count);
            var text = blocks[source].Block.Text;
            var all = SentenceSplitter.Split(text);
            if (all.Count == 0)
                continue;
            var chosen = all[random.Next(all.Count)];
            var sentence = text.Substring(chosen.Start, chosen.Length).Replace('\n', ' ');
            if (!seen.Add(sentence) || Candidates(sentence, tagger) is not { Count: > 0 } candidates)
                continue;
            found.Add(new Drawn(source, sentence, candidates));
        }
        return found;
    }

    private static List<Candidate> Candidates(string sentence, ISalientSpanTagger tagger)
    {
        var words = SpanWords.Split(sentence).Where(word => char.IsLetterOrDigit(sentence[word.Start])).ToList();
        if (words.Count is < FewestWords or > MostWords)
            return [];
        var candidates = tagger.Tag(sentence).Select(span => new Candidate(span, IsSalient: true)).ToList();
        for (var first = 0; first < words.Count; first++)
        {
            for (var last = first; last < Math.Min(words.Count, first + LongestTerm); last++)
            {
                var term = new TextSpan(words[first].Start, words[last].End);
                if (words[first].Length >= ShortestWord && words[last].Length >= ShortestWord && IsOneTerm(sentence, term)
                    && candidates.TrueForAll(other => !other.IsSalient || other.Span.End <= term.Start || other.Span.Start >= term.End))
                    candidates.Add(new Candidate(term, IsSalient: false));
            }
        }
        return candidates;
    }

    // No comma or bracket stands within a term.
    private static bool IsOneTerm(string sentence, TextSpan term) =>
        Text(sentence, term).All(unit => char.IsLetterOrDigit(unit) || unit is ' ' or '-');

    private static RetrievableSpan? Choose(Drawn drawn, SpanHolders holders, IReadOnlyList<StoredBlock> blocks, AdaptationOptions options, Random random)
    {
        var own = blocks[drawn.Source].DocumentId;
        var possible = new List<(Candidate Candidate, IReadOnlyList<int> Holders, double Weight)>();
        foreach (var candidate in drawn.Candidates)
        {
            List<int> others = [.. holders.Of(Text(drawn.Sentence, candidate.Span)).Where(position => blocks[position].DocumentId != own)];
            var documents = others.Select(position => blocks[position].DocumentId).Distinct().Count();
            if (documents >= options.LeastDocuments && documents <= options.MostDocuments)
                possible.Add((candidate, others, Weight(candidate, documents, holders.TimesPerDocument(Text(drawn.Sentence, candidate.Span)), options)));
        }
        var at = random.NextDouble() * possible.Sum(entry => entry.Weight);
        foreach (var (candidate, others, weight) in possible)
        {
            at -= weight;
            if (at <= 0)
                return new RetrievableSpan(drawn.Source, drawn.Sentence, candidate.Span, others);
        }
        return null;
    }

    private static double Weight(Candidate candidate, int documents, double timesPerDocument, AdaptationOptions options)
    {
        var weight = (candidate.IsSalient ? SalientWeight : 1) * Math.Log2(1 + documents);
        return options.Recurring ? weight * Math.Max(candidate.IsSalient ? LeastOfSalient : LeastOfTerm, timesPerDocument - 1) : weight;
    }

    private static string Text(string sentence, TextSpan span) => sentence.Substring(span.Start, span.Length);
}
