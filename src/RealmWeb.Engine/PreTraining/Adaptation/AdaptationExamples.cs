using System.Text;
using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Featurization;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.PreTraining.Masking;
using RealmWeb.Engine.Progress;
using RealmWeb.Engine.Reading;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Retrieval.Scan;
using RealmWeb.Engine.Tensors;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.PreTraining.Adaptation;

/// <summary>One x with what its passages say of y.</summary>
/// <param name="Source">Content id of the block that the sentence stands in.</param>
/// <param name="Text">x as a question, or the sentence.</param>
/// <param name="Query">x, as the tower of questions sees it.</param>
/// <param name="Rest">The passage that the sentence was taken from without it, as the tower of passages sees it; null where it keeps the sentence.</param>
internal sealed record AdaptationExample(string Source, string Text, InputRow Query, MarginalTarget Target, InputRow? Rest = null);

/// <summary>Sentences with a hidden span, and what the reader makes of passages that hold it.</summary>
internal sealed class AdaptationExamples(
    RealmModel model, SearchableCorpus corpus, IndexedBlocks indexed, AdaptationOptions options, ISalientSpanTagger tagger, ReadingCache cache,
    TimeProvider time, IProgress<OperationProgress>? progress)
{
    // BM25 lists of a sentence are searched so deep for holders.
    private const int TermDepth = 200;

    // A passage with so much of the sentence is a copy of it: looking y up there teaches to find copies.
    private const double CopyShare = 0.5;

    private const int CopyWords = 3;

    // How often a passage that is encoded anew loses the sentence that asks for it: where it stays, matching its words is enough (paper §3.4).
    private const double RemoveProbability = 0.9;

    private readonly FillingReader? _filling = options.Likelihood == BlockLikelihoodSource.Filling ? new FillingReader(model) : null;

    /// <summary>Examples of a round whose passages answer them, and its sentences with the blocks they stand in; each empty where the options want none.
    /// </summary>
    public async Task<(IReadOnlyList<AdaptationExample> Hiding, IReadOnlyList<AdaptationExample> Cloze)> MakeAsync(
        int round, CancellationToken cancellationToken)
    {
        progress?.Report(new OperationProgress("Looking for facts that several documents hold", 0, null, "sentences", 0));
        var spans = RetrievableSpans.Find(indexed.Blocks, tagger, options, round, cancellationToken);
        List<AdaptationExample> cloze = options.InverseClozeShare <= 0 ? []
            : [.. spans.Select((span, i) => Cloze(span, SeededRandom.At(options.Training.Seed + 1, i)))];
        if (options.InverseClozeShare >= 1)
            return ([], cloze);
        var examples = new List<AdaptationExample>();
        await using var server = new ModelServer(model, temperatures: [], ReadingPrecision.Auto);
        var started = time.GetTimestamp();
        for (var i = 0; i < spans.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await MakeAsync(server, spans[i], SeededRandom.At(options.Training.Seed, i), cancellationToken) is { } example)
                examples.Add(example);
            progress?.Report(new OperationProgress(
                "Reading passages for the hidden spans", i + 1, spans.Count, "sentences", (i + 1) / Math.Max(1e-3, time.GetElapsedTime(started).TotalSeconds))
            {
                Metrics = new Dictionary<string, double> { ["answeredShare"] = examples.Count / (i + 1.0) },
            });
        }
        return examples.Count > 0 ? (examples, cloze)
            : throw new InvalidOperationException(
                $"None of {spans.Count} sentences is answered by a passage of another document, so these documents teach nothing to each other. Add documents "
                + "that speak of the same things, or lower \"leastReading\".");
    }

    private async Task<AdaptationExample?> MakeAsync(ModelServer server, RetrievableSpan span, Random random, CancellationToken cancellationToken)
    {
        var asQuestion = random.NextDouble() < options.QuestionShare;
        var query = Query(span, asQuestion);
        var phrases = Phrases(span);
        var originals = span.Holders.Where(position => !IsCopy(phrases, indexed.Blocks[position].Block)).ToList();
        var read = InOrder(span, originals, query, cancellationToken).Take(options.Read).ToList();
        var readings = await ReadAsync(server, span, read, cancellationToken);
        if (readings.Sum(reading => reading.Probability) < options.LeastReading)
            return null;
        if (options.SharedWordsLeftOut > 0)
            query = Query(Thinned(span, readings.Select(reading => indexed.Blocks[reading.Position].Block), random), asQuestion);
        int[] hidden = [.. indexed.OfDocument(indexed.Blocks[span.Source].DocumentId), .. span.Holders.Except(read)];
        return new AdaptationExample(indexed.Blocks[span.Source].Block.Id, span.Question, query, new MarginalTarget(hidden, readings));
    }

    private AdaptationExample Cloze(RetrievableSpan span, Random random)
    {
        var source = indexed.Blocks[span.Source];
        var sentence = options.SharedWordsLeftOut > 0 ? Thinned(span, [source.Block], random).Sentence : span.Sentence;
        int[] others = [.. indexed.OfDocument(source.DocumentId).Where(position => position != span.Source)];
        return new AdaptationExample(
            source.Block.Id, sentence, model.Inputs.Query(model.Tokenizer.Encode(sentence)), new MarginalTarget(others, [new BlockLikelihood(span.Source, 1)]),
            options.BlockTower && random.NextDouble() < RemoveProbability ? Rest(source.Block, span.Sentence) : null);
    }

    // Null where nothing would be left.
    private InputRow? Rest(Block block, string sentence)
    {
        var text = block.Text.Replace('\n', ' ');
        var start = text.IndexOf(sentence, StringComparison.Ordinal);
        if (start < 0)
            return null;
        var rest = text.Remove(start, sentence.Length);
        return string.IsNullOrWhiteSpace(rest) ? null
            : model.Inputs.Block(Block.Create(block.Title, rest, block.Start, block.Context), options.BlockPieces);
    }

    // Without some of the words outside of the span that the blocks hold too.
    private RetrievableSpan Thinned(RetrievableSpan span, IEnumerable<Block> blocks, Random random)
    {
        var shared = blocks.SelectMany(block => SpanHolders.Words(block.Text, out _).Split(' ')).ToHashSet(StringComparer.Ordinal);
        var (before, after) = (new StringBuilder(), new StringBuilder());
        foreach (var word in SpanWords.Split(span.Sentence))
        {
            var text = span.Sentence[word.Start..word.End];
            if (word.Start < span.Span.End && word.End > span.Span.Start
                || shared.Contains(text.ToLowerInvariant()) && random.NextDouble() < options.SharedWordsLeftOut)
                continue;
            var side = word.Start < span.Span.Start ? before : after;
            side.Append(side.Length > 0 || side == after ? " " : "").Append(text);
        }
        var start = before.Length > 0 ? before.Append(' ').Length : 0;
        return span with { Sentence = $"{before}{span.Answer}{after}", Span = new TextSpan(start, start + span.Span.Length) };
    }

    // As a question, or with [MASK] where the span stood.
    private InputRow Query(RetrievableSpan span, bool asQuestion)
    {
        if (asQuestion)
            return model.Inputs.Query(model.Tokenizer.Encode(span.Question));
        var pieces = model.Tokenizer.Encode(span.Sentence);
        var before = pieces.Where(piece => piece.End <= span.Span.Start);
        var after = pieces.Where(piece => piece.Start >= span.Span.End);
        return model.Inputs.Query([.. before, new Piece(model.Vocabulary.MaskId, span.Span.Start, span.Span.End, 0), .. after]);
    }

    private IEnumerable<int> InOrder(RetrievableSpan span, List<int> holders, InputRow query, CancellationToken cancellationToken)
    {
        if (holders.Count <= options.Read)
            return holders;
        if (options.Order == HolderOrder.Retriever)
        {
            var vector = model.EncodeQueries([query]);
            var vectors = indexed.VectorsOf(holders);
            return holders.Zip(vectors.Chunk(vector.Length), (position, own) => (Position: position, Score: InnerProduct.Of(vector, own)))
                .OrderByDescending(holder => holder.Score).Select(holder => holder.Position);
        }
        var asked = $"{span.Sentence[..span.Span.Start]} {span.Sentence[span.Span.End..]}";
        var remaining = holders.ToHashSet();
        var listed = corpus.Terms.Search(asked, TermDepth, cancellationToken)
            .Select(hit => indexed.OfRow(hit.Row)).OfType<int>().Where(remaining.Contains).ToList();
        return listed.Concat(holders.Except(listed));
    }

    private async Task<List<BlockLikelihood>> ReadAsync(ModelServer server, RetrievableSpan span, List<int> positions, CancellationToken cancellationToken)
    {
        if (options.Likelihood == BlockLikelihoodSource.Holding)
            return [.. positions.Select(position => new BlockLikelihood(position, 1))];
        var blocks = positions.Select(position => indexed.Blocks[position].Block).ToList();
        var unread = blocks.Where(block => cache.Find(span.Question, span.Answer, block) is null).ToList();
        if (unread.Count > 0)
        {
            var likelihoods = _filling is not null ? _filling.Read(span, unread)
                : [.. (await server.ReadAsync(span.Question, model.Tokenizer.Encode(span.Question), unread, cancellationToken))
                    .Zip(unread, (reading, block) => Likelihood(reading, block, span.Answer))];
            for (var i = 0; i < unread.Count; i++)
                cache.Add(span.Question, span.Answer, unread[i], likelihoods[i]);
        }
        return [.. positions.Select((position, i) => new BlockLikelihood(position, cache.Find(span.Question, span.Answer, blocks[i])!.Value))
            .Where(reading => reading.Probability > 0)];
    }

    /// <summary>p(y | z, x): the mass of the spans of z that read y among all spans of z.</summary>
    internal static double Likelihood(BlockReading reading, Block block, string answer)
    {
        var wanted = AnswerNormalization.Normalize(answer);
        return Math.Min(1, reading.Spans.Where(span => AnswerNormalization.Normalize(block.Text.Substring(span.Span.Start, span.Span.Length)) == wanted)
            .Sum(span => Math.Exp(span.Logit - reading.LogSumExp)));
    }

    private static HashSet<string> Phrases(RetrievableSpan span) =>
        [.. Phrases($"{span.Sentence[..span.Span.Start]} {span.Sentence[span.Span.End..]}")];

    private static bool IsCopy(HashSet<string> phrases, Block block) =>
        phrases.Count > 0 && Phrases(block.Text).Distinct().Count(phrases.Contains) >= CopyShare * phrases.Count;

    private static IEnumerable<string> Phrases(string text)
    {
        var words = SpanHolders.Words(text, out _).Split(' ');
        for (var first = 0; first + CopyWords <= words.Length; first++)
            yield return string.Join(' ', words, first, CopyWords);
    }
}
