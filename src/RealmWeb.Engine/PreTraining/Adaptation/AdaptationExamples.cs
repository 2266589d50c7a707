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
/// <param name="Query">x, as the tower of questions sees it.</param>
internal sealed record AdaptationExample(string Source, InputRow Query, MarginalTarget Target);

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

    /// <summary>Examples of a round whose passages answer them.</summary>
    public async Task<IReadOnlyList<AdaptationExample>> MakeAsync(int round, CancellationToken cancellationToken)
    {
        progress?.Report(new OperationProgress("Looking for facts that several documents hold", 0, null, "sentences", 0));
        var spans = RetrievableSpans.Find(indexed.Blocks, tagger, options, round, cancellationToken);
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
        return examples.Count > 0 ? examples
            : throw new InvalidOperationException(
                $"None of {spans.Count} sentences is answered by a passage of another document, so these documents teach nothing to each other. Add documents "
                + "that speak of the same things, or lower \"leastReading\".");
    }

    private async Task<AdaptationExample?> MakeAsync(ModelServer server, RetrievableSpan span, Random random, CancellationToken cancellationToken)
    {
        var query = Query(span, random.NextDouble() < options.QuestionShare);
        var phrases = Phrases(span);
        var originals = span.Holders.Where(position => !IsCopy(phrases, indexed.Blocks[position].Block)).ToList();
        var read = InOrder(span, originals, query, cancellationToken).Take(options.Read).ToList();
        var readings = await ReadAsync(server, span, read, cancellationToken);
        if (readings.Sum(reading => reading.Probability) < options.LeastReading)
            return null;
        int[] hidden = [.. indexed.OfDocument(indexed.Blocks[span.Source].DocumentId), .. span.Holders.Except(read)];
        return new AdaptationExample(indexed.Blocks[span.Source].Block.Id, query, new MarginalTarget(hidden, readings));
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
        var blocks = positions.Select(position => indexed.Blocks[position].Block).ToList();
        var unread = blocks.Where(block => cache.Find(span.Question, span.Answer, block) is null).ToList();
        if (unread.Count > 0)
        {
            var read = await server.ReadAsync(span.Question, model.Tokenizer.Encode(span.Question), unread, cancellationToken);
            for (var i = 0; i < unread.Count; i++)
                cache.Add(span.Question, span.Answer, unread[i], Likelihood(read[i], unread[i], span.Answer));
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
