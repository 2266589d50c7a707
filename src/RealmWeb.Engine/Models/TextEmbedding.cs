using System.Security.Cryptography;
using System.Text;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Featurization;
using RealmWeb.Engine.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Models;

/// <summary>Texts as vectors in inference mode: what an embedder computes once it stands behind an index.</summary>
/// <param name="queries">Embed_input.</param>
/// <param name="blocks">Embed_doc; the same module where the towers are shared.</param>
/// <param name="dimension">Width d of a vector.</param>
public sealed class TextEmbedding(Embedder queries, Embedder blocks, RetrieverInputs inputs, Featurizer featurizer, int dimension, Device device)
{
    // On a processor what a layer works on stays in a core's cache; a GPU is only busy with many rows at once.
    private readonly int _batch = device.type == DeviceType.CUDA ? 1024 : 16;

    /// <summary>Query vectors, row-major [questions, d].</summary>
    public float[] Queries(IReadOnlyList<IReadOnlyList<Piece>> questions)
    {
        ArgumentNullException.ThrowIfNull(questions);
        return Embed(queries, [.. questions.Select(question => inputs.Query(question))], default);
    }

    /// <summary>Vectors of query inputs that are made already, row-major [rows, d].</summary>
    public float[] Queries(IReadOnlyList<InputRow> rows) => Embed(queries, rows, default);

    /// <summary>Block vectors, row-major [blocks, d].</summary>
    public float[] Blocks(IReadOnlyList<Block> texts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var rows = new InputRow[texts.Count];
        Parallel.For(0, texts.Count, i => rows[i] = inputs.Block(texts[i]));
        return Embed(blocks, rows, cancellationToken);
    }

    /// <summary>Content hash of block tower, its options and vocabulary: vectors with different ones never mix.</summary>
    public string ContentHash() => Hash(blocks);

    /// <summary>Content hash of both towers, their options and vocabulary: scores with different ones are not comparable.</summary>
    public string RetrieverHash() => Hash(blocks, queries);

    private string Hash(params ReadOnlySpan<Embedder> towers)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(inputs.Tokenizer.Vocabulary.Hash + inputs.VectorKind));
        foreach (var tower in towers)
            Models.ContentHash.Append(hash, tower);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // Rows of like length share a batch, so that little is padding.
    private float[] Embed(Embedder embedder, IReadOnlyList<InputRow> rows, CancellationToken cancellationToken)
    {
        var d = dimension;
        var vectors = new float[rows.Count * d];
        foreach (var batch in Enumerable.Range(0, rows.Count).OrderBy(i => rows[i].Length).Chunk(_batch))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var noGradient = inference_mode();
            using var scope = NewDisposeScope();
            using var packed = featurizer.Pack([.. batch.Select(i => rows[i])], device);
            // [batch, d]; a step in bfloat16 may ask
            var embedded = embedder.Embed(packed).to(ScalarType.Float32).cpu().data<float>().ToArray();
            for (var b = 0; b < batch.Length; b++)
                embedded.AsSpan(b * d, d).CopyTo(vectors.AsSpan(batch[b] * d));
        }
        return vectors;
    }
}
