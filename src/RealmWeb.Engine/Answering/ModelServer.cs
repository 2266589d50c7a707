using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Featurization;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Reading;
using RealmWeb.Engine.Tensors;
using RealmWeb.Engine.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Answering;

/// <summary>One model instance for all askers: what they ask at the same time goes through the model together.</summary>
public sealed class ModelServer : IAsyncDisposable
{
    // Rows that are read together: two questions with five blocks. More gain nothing on a CPU and make the first asker wait.
    private const int ReadBatch = 10;
    private const int EncodeBatch = 32;
    private const int EmbedBatch = 10;
    private const int SpansPerBlock = 20;

    private readonly bool _bfloat16;
    private readonly Lazy<string> _answeringVersion;
    private readonly Lazy<WordVectors> _words;
    private readonly MicroBatcher<IReadOnlyList<Piece>, float[]> _encoder;
    private readonly MicroBatcher<Block, float[]> _embedder;
    private readonly MicroBatcher<(InputRow Row, IReadOnlyList<Piece> Body, Block Block), BlockReading> _reader;

    /// <param name="model">Stays the caller's; disposed after this.</param>
    /// <param name="temperatures">Temperatures at which confidence is wanted, to fit one; null for the model's own, if it has one.</param>
    /// <param name="precision">What the reader's encoder computes with.</param>
    /// <exception cref="TorchUnavailableException">bfloat16 is asked for where it cannot be had.</exception>
    public ModelServer(RealmModel model, IReadOnlyList<double>? temperatures = null, ReadingPrecision precision = ReadingPrecision.Fp32)
    {
        ArgumentNullException.ThrowIfNull(model);
        Allocator.KeepFreedMemory();
        Model = model;
        _answeringVersion = new Lazy<string>(model.AnsweringVersion);
        _words = new Lazy<WordVectors>(() => new WordVectors(model.Embedder.Bert.WordEmbeddings, model.Tokenizer));
        Temperatures = temperatures ?? (model.Answering.Temperature is { } fitted ? [fitted] : []);
        IsCalibrated = temperatures is null && Temperatures.Count > 0;
        _bfloat16 = precision.IsBfloat16(model.Device.type);
        _encoder = new(EncodeQuestions, EncodeBatch);
        _embedder = new(EmbedBlocks, EmbedBatch);
        _reader = new(ReadBlocks, ReadBatch);
    }

    public RealmModel Model { get; }

    /// <summary>What the reader's encoder computes with on this machine: never <see cref="ReadingPrecision.Auto"/>.</summary>
    public ReadingPrecision Precision => _bfloat16 ? ReadingPrecision.Bf16 : ReadingPrecision.Fp32;

    /// <inheritdoc cref="RealmModel.AnsweringVersion"/>
    public string AnsweringVersion => _answeringVersion.Value;

    /// <summary>Words as the retriever's first layer meets them.</summary>
    public WordVectors Words => _words.Value;

    public IReadOnlyList<double> Temperatures { get; }

    /// <summary>Whether confidence is computed at a temperature that was fitted for the model.</summary>
    public bool IsCalibrated { get; }

    /// <summary>Embed_input of a question, [d].</summary>
    public async Task<float[]> EncodeAsync(IReadOnlyList<Piece> question, CancellationToken cancellationToken) =>
        (await _encoder.RunAsync([question], cancellationToken))[0];

    /// <summary>Embed_doc of blocks that no index holds yet, [d] each.</summary>
    public Task<IReadOnlyList<float[]>> EmbedAsync(IReadOnlyList<Block> blocks, CancellationToken cancellationToken) =>
        _embedder.RunAsync(blocks, cancellationToken);

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
        await _embedder.DisposeAsync();
        await _reader.DisposeAsync();
    }

    private List<float[]> EncodeQuestions(IReadOnlyList<IReadOnlyList<Piece>> questions) => Rows(Model.EncodeQueries(questions));

    private List<float[]> EmbedBlocks(IReadOnlyList<Block> blocks) => Rows(Model.Encode(blocks, CancellationToken.None));

    private List<float[]> Rows(float[] vectors) => [.. vectors.Chunk(Model.Dimension)];

    /// <summary>Reads what is asked at the same time. Runs on the batcher's thread; tests call it on theirs, to count tensors.</summary>
    internal List<BlockReading> ReadBlocks(IReadOnlyList<(InputRow Row, IReadOnlyList<Piece> Body, Block Block)> items)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var readings = new BlockReading[items.Count];
        foreach (var (places, hidden) in EncodeInPasses([.. items.Select(item => item.Row)]))
        {
            using var pass = NewDisposeScope();
            var found = ReadPass([.. places.Select(place => items[place])], hidden);
            for (var i = 0; i < places.Length; i++)
                readings[places[i]] = found[i];
        }
        return [.. readings];
    }

    // All passes under one autocast, which converts the weights once for all of them. [rows, s, hidden] each.
    private List<(int[] Places, Tensor Hidden)> EncodeInPasses(List<InputRow> rows)
    {
        // A GPU is only busy with many rows at once.
        var passes = Model.Device.type == DeviceType.CUDA ? [.. Enumerable.Range(0, rows.Count).Chunk(ReadBatch)]
            : ReadingPasses.Of([.. rows.Select(row => row.Length)], ReadBatch);
        using var autocast = _bfloat16 ? new Autocast(Model.Device.type) : null;
        var encoded = new List<(int[], Tensor)>(passes.Count);
        foreach (var places in passes)
        {
            using var inputs = Model.Featurizer.Pack([.. places.Select(place => rows[place])], Model.Device);
            encoded.Add((places, Model.Reader.Encode(inputs)));
        }
        return encoded;
    }

    private List<BlockReading> ReadPass(IReadOnlyList<(InputRow Row, IReadOnlyList<Piece> Body, Block Block)> items, Tensor hidden)
    {
        using var wide = hidden.to(ScalarType.Float32);
        var scores = Model.Reader.ScoreWithoutGraph(wide);
        var readings = new List<BlockReading>(items.Count);
        for (var r = 0; r < items.Count; r++)
        {
            var (row, body, block) = items[r];
            var logits = scores.Of(r, row.BlockStart + Math.Min(row.ContextPieces, row.BlockPieces), row.BlockStart + row.BlockPieces);
            var found = new List<ReadSpan>(SpansPerBlock);
            foreach (var (start, width, logit) in Best(logits))
            {
                var first = start - row.BlockStart;
                var span = new TextSpan(body[first].Start - block.ContextLength, body[first + width - 1].End - block.ContextLength);
                // Words on both sides of a paragraph's end are no answer; the model rarely thinks so, and never may say so.
                if (!block.Text.AsSpan(span.Start, span.Length).Contains('\n'))
                    found.Add(new ReadSpan(span, logit));
            }
            readings.Add(new BlockReading(LogSum(logits, 1), scores.Null(r), found)
            {
                TemperedLogSums = [.. Temperatures.Select(temperature => LogSum(logits, temperature))],
            });
        }
        return readings;
    }

    private static IEnumerable<(int Start, int Width, float Logit)> Best(IReadOnlyList<(int Start, int Width, float Logit)> spans)
    {
        var best = new PriorityQueue<(int Start, int Width, float Logit), float>(SpansPerBlock + 1);
        foreach (var span in spans)
        {
            if (best.Count < SpansPerBlock)
                best.Enqueue(span, span.Logit);
            else if (span.Logit > best.Peek().Logit)
                best.EnqueueDequeue(span, span.Logit);
        }
        return best.UnorderedItems.Select(item => item.Element).OrderByDescending(span => span.Logit);
    }

    // log of the summed exponentials of the logits divided by a temperature.
    private static double LogSum(IReadOnlyList<(int Start, int Width, float Logit)> spans, double temperature)
    {
        if (spans.Count == 0)
            return SpanReader.OutsideBlock / temperature;
        var most = spans.Max(span => span.Logit);
        return most / temperature + Math.Log(spans.Sum(span => Math.Exp((span.Logit - most) / temperature)));
    }
}
