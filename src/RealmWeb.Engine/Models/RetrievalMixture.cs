namespace RealmWeb.Engine.Models;

/// <summary>Dense and lexical retrieval as one distribution: p(z|x) ∝ exp(dense · Embed_input(x)·Embed_doc(z) + lexical · BM25 + unlisted), the
/// last where the terms did not bring the block. Three numbers, fitted on questions by `realm mixture`.</summary>
/// <param name="Dense">Weight of the inner product.</param>
/// <param name="Lexical">Weight of BM25.</param>
/// <param name="Unlisted">What a block counts for that is not in the lexical list, whose BM25 nobody knows.</param>
public sealed record RetrievalMixture(double Dense, double Lexical, double Unlisted)
{
    /// <summary>f(x, z), before the softmax.</summary>
    /// <param name="lexical">BM25; null where the lexical list does not have the block.</param>
    public double Score(double dense, double? lexical) => Dense * dense + (lexical is { } known ? Lexical * known : Unlisted);

    /// <exception cref="InvalidDataException">A number is not finite.</exception>
    public void Validate()
    {
        if (!double.IsFinite(Dense) || !double.IsFinite(Lexical) || !double.IsFinite(Unlisted))
            throw new InvalidDataException($"answering.mixture is {Dense}, {Lexical}, {Unlisted}; its numbers should be finite. Fit it with `realm mixture`.");
    }
}
