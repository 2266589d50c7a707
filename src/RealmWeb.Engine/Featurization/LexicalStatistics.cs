using System.Numerics.Tensors;

namespace RealmWeb.Engine.Featurization;

/// <summary>What lexical features know about each word piece; stored with the model, so that training and answering see the same.</summary>
/// <param name="inverseDocumentFrequency">ln(paragraphs / paragraphs with the piece), one a row of the vocabulary.</param>
/// <param name="wordVectors">Unit-length vectors × 127, row-major [V, dimension]; a row of zeros is a piece without one.</param>
public sealed class LexicalStatistics(float[] inverseDocumentFrequency, sbyte[] wordVectors, int dimension)
{
    public float[] InverseDocumentFrequency { get; } = inverseDocumentFrequency;

    public sbyte[] WordVectors { get; } = wordVectors;

    /// <summary>Width of a word vector; 0 where the model has none.</summary>
    public int Dimension { get; } = dimension;

    /// <summary>Quantises vectors to the stored form.</summary>
    /// <param name="vectors">Row-major [V, dimension]; rows need not have unit length.</param>
    public static LexicalStatistics Create(float[] inverseDocumentFrequency, float[] vectors, int dimension)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        var stored = new sbyte[vectors.Length];
        for (var row = 0; dimension > 0 && row < vectors.Length / dimension; row++)
        {
            var vector = vectors.AsSpan(row * dimension, dimension);
            var length = TensorPrimitives.Norm<float>(vector);
            for (var i = 0; length > 0 && i < dimension; i++)
                stored[row * dimension + i] = (sbyte)Math.Clamp(MathF.Round(vector[i] / length * 127), -127, 127);
        }
        return new LexicalStatistics(inverseDocumentFrequency, stored, dimension);
    }

    /// <summary>Counts the paragraphs that each piece occurs in.</summary>
    /// <param name="paragraphs">Piece ids, one array a paragraph.</param>
    public static float[] CountInverseDocumentFrequency(IEnumerable<int[]> paragraphs, int vocabularySize)
    {
        ArgumentNullException.ThrowIfNull(paragraphs);
        var frequency = new int[vocabularySize];
        var lastSeen = new int[vocabularySize];
        var count = 0;
        foreach (var paragraph in paragraphs)
        {
            count++;
            foreach (var piece in paragraph)
            {
                if (lastSeen[piece] == count)
                    continue;
                lastSeen[piece] = count;
                frequency[piece]++;
            }
        }
        // A piece that was never seen is as rare as one seen once.
        return [.. frequency.Select(f => MathF.Log((float)Math.Max(1, count) / Math.Max(1, f)))];
    }

    /// <summary>Cosine similarity of two pieces' vectors, -1 to 1; 0 where either has none.</summary>
    public float Similarity(int piece, int other)
    {
        if (Dimension == 0)
            return 0;
        var a = WordVectors.AsSpan(piece * Dimension, Dimension);
        var b = WordVectors.AsSpan(other * Dimension, Dimension);
        var sum = 0;
        for (var i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum / (127f * 127f);
    }
}
