using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Featurization;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Reading;
using RealmWeb.Engine.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Answering;

/// <summary>One model instance for all askers: what they ask at the same time goes through the model together.</summary>
public sealed class ModelServer : IAsyncDisposable
{
    // Rows in one forward pass: two questions with five blocks. More gain nothing on a CPU and make the first asker wait.
    private const int ReadBatch = 10;
    private const int EncodeBatch = 32;
    private const int SpansPerBlock = 20;

    private readonly MicroBatcher<IReadOnlyList<Piece>, float[]> _encoder;
    private readonly MicroBatcher<(InputRow Row, IReadOnlyList<Piece> Body, Block Block), BlockReading> _reader;

    /// <param name="model">Stays the caller's; disposed after this.</param>
    /// <param name="temperatures">Temperatures at which confidence is wanted, to fit one; null for the model's own, if it has one.</param>
    public ModelServer(RealmModel model, IReadOnlyList<double>? temperatures = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        Model = model;
        Temperatures = temperatures ?? (model.Answering.Temperature is { } fitted ? [fitted] : []);
        IsCalibrated = temperatures is null && Temperatures.Count > 0;
        _encoder = new(EncodeQuestions, EncodeBatch);
        _reader = new(ReadBlocks, ReadBatch);
    }

    public RealmModel Model { get; }

    public IReadOnlyList<double> Temperatures { get; }

    /// <summary>Whether confidence is computed at a temperature that was fitted for the model.</summary>
    public bool IsCalibrated { get; }

    /// <summary>Embed_input of a question, [d].</summary>
    public async Task<float[]> EncodeAsync(IReadOnlyList<Piece> question, CancellationToken cancellationToken) =>
        (await _encoder.RunAsync([question], cancellationToken))[0];

    /// <summary>Reads blocks for one question, each in its context; spans are offsets in the blocks' texts.</summary>
    public async Task<IReadOnlyList<BlockReading>> ReadAsync(
        string question, IReadOnlyList<Piece> pieces, IReadOnlyList<Block> blocks, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        var analysis = Model.Features?.Analyse(question, pieces);
        var items = new List<(InputRow, IReadOnlyList<Piece>, Block)>(blocks.Count);
        foreach (var block in blocks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var body = Model.Tokenizer.Encode(block.TextInContext);
            var features = analysis is null ? null : Model.Features!.Compute(analysis, block.TextInContext, body);
            var row = Model.Featurizer.Reader(pieces, body, features, Model.ReaderLength);
            items.Add((row with { ContextPieces = body.Count(piece => piece.Start < block.ContextLength) }, body, block));
        }
        return await _reader.RunAsync(items, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _encoder.DisposeAsync();
        await _reader.DisposeAsync();
    }

    private List<float[]> EncodeQuestions(IReadOnlyList<IReadOnlyList<Piece>> questions)
    {
        var vectors = Model.EncodeQueries(questions);
        return [.. Enumerable.Range(0, questions.Count).Select(q => vectors[(q * Model.Dimension)..((q + 1) * Model.Dimension)])];
    }

    /// <summary>One forward pass of the reader. Runs on the batcher's thread; tests call it on theirs, to count tensors.</summary>
    internal List<BlockReading> ReadBlocks(IReadOnlyList<(InputRow Row, IReadOnlyList<Piece> Body, Block Block)> items)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        List<InputRow> rows = [.. items.Select(item => item.Row)];
        using var inputs = Model.Featurizer.Pack(rows, Model.Device);
        using var output = Model.Reader.Read(inputs, Featurizer.BlockMask(rows, Model.Device));
        // [rows, spans]
        var logits = output.SpanLogits;
        var spans = (int)Math.Min(SpansPerBlock, logits.shape[1]);
        // [rows, spans]
        var (best, numbers) = logits.topk(spans, 1);
        // [rows]
        var sums = logits.logsumexp(1).cpu().data<float>().ToArray();
        // [temperatures][rows]
        var tempered = Temperatures.Select(temperature => TemperedSums(logits, temperature)).ToList();
        var bestValues = best.cpu().data<float>().ToArray();
        var bestNumbers = numbers.cpu().data<long>().ToArray();
        var nulls = output.NullLogits?.cpu().data<float>().ToArray();
        var readings = new List<BlockReading>(items.Count);
        for (var r = 0; r < items.Count; r++)
        {
            var found = new List<ReadSpan>(spans);
            for (var s = 0; s < spans; s++)
            {
                var logit = bestValues[r * spans + s];
                // Below this only spans that leave the block are left.
                if (logit < SpanReader.OutsideBlock / 2)
                    break;
                var (start, width) = SpanNumbering.Span(inputs.Length, bestNumbers[r * spans + s]);
                var first = start - rows[r].BlockStart;
                var block = items[r].Block;
                var span = new TextSpan(items[r].Body[first].Start - block.ContextLength, items[r].Body[first + width - 1].End - block.ContextLength);
                // Words on both sides of a paragraph's end are no answer; the model rarely thinks so, and never may say so.
                if (!block.Text.AsSpan(span.Start, span.Length).Contains('\n'))
                    found.Add(new ReadSpan(span, logit));
            }
            readings.Add(new BlockReading(sums[r], nulls?[r], found) { TemperedLogSums = [.. tempered.Select(values => (double)values[r])] });
        }
        return readings;
    }

    private static float[] TemperedSums(Tensor logits, double temperature)
    {
        using var scope = NewDisposeScope();
        using var divisor = ((float)temperature).ToScalar();
        // [rows]
        return logits.div(divisor).logsumexp(1).cpu().data<float>().ToArray();
    }
}
