using System.Numerics.Tensors;
using RealmWeb.Engine.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Models;

/// <summary>Words as vectors: rows of the retriever's table of word pieces, as they are before any layer reads them.</summary>
/// <remarks>All rows share much of their mean, so that is taken off; a word of several pieces is the mean of theirs. Safe for concurrent use.</remarks>
public sealed class WordVectors
{
    // Less its mean, [vocabulary, d].
    private readonly float[] _table;

    /// <param name="table">Word embeddings, [vocabulary, d]; copied.</param>
    public WordVectors(torch.Tensor table, WordPieceTokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(table);
        using var scope = NewDisposeScope();
        var rows = table.detach().to(ScalarType.Float32).cpu();
        _table = (rows - rows.mean([0L])).contiguous().data<float>().ToArray();
        Dimension = (int)rows.shape[1];
        Tokenizer = tokenizer;
    }

    public WordPieceTokenizer Tokenizer { get; }

    /// <summary>d, the number of numbers of a vector.</summary>
    public int Dimension { get; }

    /// <summary>The vector of a word, scaled to length 1; zeros for one that the vocabulary does not know.</summary>
    /// <param name="into">d numbers.</param>
    public void Of(ReadOnlySpan<Piece> word, Span<float> into)
    {
        into.Clear();
        foreach (var piece in word)
        {
            if (piece.Id == Tokenizer.Vocabulary.UnknownId)
            {
                into.Clear();
                return;
            }
            TensorPrimitives.Add(into, _table.AsSpan(piece.Id * Dimension, Dimension), into);
        }
        var length = TensorPrimitives.Norm<float>(into);
        if (length > 0)
            TensorPrimitives.Divide(into, length, into);
    }
}
