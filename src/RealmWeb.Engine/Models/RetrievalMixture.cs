using System.Text.Json.Serialization;

namespace RealmWeb.Engine.Models;

/// <summary>Dense and lexical retrieval as one distribution: p(z|x) ∝ exp(dense · Embed_input(x)·Embed_doc(z) + lexical · BM25). Two numbers, fitted on
/// questions by `realm mixture`.</summary>
/// <param name="Dense">Weight of the inner product.</param>
/// <param name="Lexical">Weight of BM25.</param>
/// <param name="Unlisted">Of models that were fitted before BM25 was known of every candidate: what a block counts for that the terms did not bring. Null
/// for the others.</param>
public sealed record RetrievalMixture(
    double Dense, double Lexical, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Unlisted = null)
{
    /// <summary>f(x, z), before the softmax.</summary>
    /// <param name="lexical">BM25.</param>
    /// <param name="isListed">Whether the terms brought the block.</param>
    public double Score(double dense, double lexical, bool isListed) => Dense * dense + (isListed ? Lexical * lexical : Unlisted ?? Lexical * lexical);

    /// <exception cref="InvalidDataException">A number is not finite.</exception>
    public void Validate()
    {
        if (!double.IsFinite(Dense) || !double.IsFinite(Lexical) || !double.IsFinite(Unlisted ?? 0))
            throw new InvalidDataException($"answering.mixture is {Dense}, {Lexical}, {Unlisted}; its numbers should be finite. Fit it with `realm mixture`.");
    }
}
