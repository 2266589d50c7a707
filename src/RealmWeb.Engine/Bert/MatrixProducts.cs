namespace RealmWeb.Engine.Bert;

/// <summary>Counts the arithmetic of matrix products, which is nearly all that a transformer computes.</summary>
public static class MatrixProducts
{
    /// <summary>Floating-point operations (a multiplication and an addition are two) of one masked-LM training step.</summary>
    /// <remarks>Padding counts, since it is computed. Left out, as they are no matrix products: look-ups, normalisation, activations, softmax,
    /// dropout, the optimiser.</remarks>
    /// <param name="rows">Inputs of the batch.</param>
    /// <param name="length">Pieces of an input, padding included.</param>
    /// <param name="masks">Predicted pieces of the batch.</param>
    public static double MaskedLanguageModelStep(BertOptions options, long rows, long length, long masks)
    {
        ArgumentNullException.ThrowIfNull(options);
        double tokens = rows * length, hidden = options.HiddenSize;
        // Query, key, value and output; scores and mixing; the two of the feed-forward block.
        var layer = 4 * 2 * tokens * hidden * hidden + 2 * 2 * tokens * length * hidden + 2 * 2 * tokens * hidden * options.IntermediateSize;
        var head = 2.0 * masks * hidden * hidden + 2.0 * masks * hidden * options.VocabularySize;
        // Backward, each product is followed by two of its size: the gradients of its two factors.
        return 3 * (options.LayerCount * layer + head);
    }
}
