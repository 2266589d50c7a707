using System.Numerics.Tensors;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Featurization;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Progress;
using RealmWeb.Engine.Text;
using static TorchSharp.torch;

namespace RealmWeb.Lab.Evidence;

/// <summary>What of the text around a gap is seen.</summary>
/// <param name="Left">Sentences before the gap.</param>
/// <param name="Right">Sentences behind it.</param>
/// <param name="Pieces">Wordpieces at most, [MASK] and the special ones among them; what is farthest from the gap goes first.</param>
public sealed record EvidenceContext(int Left = 4, int Right = 4, int Pieces = 256);

/// <summary>Finds the quotation that belongs into a gap, with the text on both sides as the question and every run of as many sentences of the
/// book as the candidates. Task and measures of RELiC (Thai et al. 2022); the model's embedder takes the place of its two encoders.</summary>
public static class EvidenceRetrieval
{
    private const int QueryBatch = 32;
    private const int BlockBatch = 256;

    /// <summary>Ranks the right quotation of every gap; the inner product decides, the earlier run in the book among equals.</summary>
    public static IReadOnlyList<EvidenceOutcome> Run(
        RealmModel model, IReadOnlyList<EvidenceBook> books, EvidenceContext context, TimeProvider time, IProgress<OperationProgress>? progress,
            CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(books);
        ArgumentNullException.ThrowIfNull(context);
        var outcomes = new List<EvidenceOutcome>();
        var started = time.GetTimestamp();
        var total = books.Sum(book => book.Quotes.Select(quote => quote.Length).Distinct().Sum(length => (long)book.StartsFor(length).Count));
        var done = 0L;
        foreach (var book in books)
        {
            foreach (var quotes in book.Quotes.GroupBy(quote => quote.Length).OrderBy(group => group.Key))
            {
                var starts = book.StartsFor(quotes.Key);
                var candidates = new float[starts.Count * model.Dimension];
                foreach (var batch in Enumerable.Range(0, starts.Count).Chunk(BlockBatch))
                {
                    var blocks = batch.Select(i => Block.Create("", string.Join(' ', book.Sentences.Skip(starts[i]).Take(quotes.Key)), 0)).ToList();
                    model.Encode(blocks, cancellationToken).CopyTo(candidates, batch[0] * model.Dimension);
                    done += batch.Length;
                    progress?.Report(new OperationProgress(
                        "Ranking quotations", done, total, "runs", done / Math.Max(1e-3, time.GetElapsedTime(started).TotalSeconds)));
                }
                foreach (var batch in quotes.Chunk(QueryBatch))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var queries = Embed(model, [.. batch.Select(quote => Row(model, quote, context))]);
                    for (var q = 0; q < batch.Length; q++)
                        outcomes.Add(Rank(book, batch[q], starts, queries.AsSpan(q * model.Dimension, model.Dimension), candidates));
                }
            }
        }
        return outcomes;
    }

    private static EvidenceOutcome Rank(EvidenceBook book, EvidenceQuote quote, IReadOnlyList<int> starts, ReadOnlySpan<float> query, float[] candidates)
    {
        var d = query.Length;
        var scores = new float[starts.Count];
        var gold = -1;
        for (var c = 0; c < starts.Count; c++)
        {
            scores[c] = TensorPrimitives.Dot(query, candidates.AsSpan(c * d, d));
            if (starts[c] == quote.Start)
                gold = c;
        }
        var rank = 1;
        for (var c = 0; c < scores.Length; c++)
            rank += scores[c] > scores[gold] || scores[c] == scores[gold] && c < gold ? 1 : 0;
        return new EvidenceOutcome(book.Title, quote.Id, quote.Length, rank, starts.Count);
    }

    private static InputRow Row(RealmModel model, EvidenceQuote quote, EvidenceContext context)
    {
        IReadOnlyList<Piece> Pieces(IEnumerable<string> sentences) => model.Tokenizer.Encode(string.Join(' ', sentences));
        return model.Featurizer.Gap(
            Pieces(quote.Left.TakeLast(context.Left)), Pieces(quote.Right.Take(context.Right)), Math.Min(context.Pieces, model.Options.Encoder.MaxPositions));
    }

    private static float[] Embed(RealmModel model, IReadOnlyList<InputRow> rows)
    {
        using var noGradient = inference_mode();
        using var scope = NewDisposeScope();
        using var inputs = model.Featurizer.Pack(rows, model.Device);
        // [rows, d]
        return model.QueryEmbedder.Embed(inputs).cpu().data<float>().ToArray();
    }
}
