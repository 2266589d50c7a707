using System.Text.Json.Serialization;

namespace RealmWeb.Engine.Models;

/// <summary>Dense and lexical retrieval as one distribution: p(z|x) ∝ exp(dense · Embed_input(x)·Embed_doc(z) + w(x) · BM25), fitted on questions by
/// `realm mixture`.</summary>
/// <remarks>w(x) = lexical · exp(−fading · (best(x) − typical)), where best(x) is the greatest inner product of the question with any candidate: the nearer the
/// best passage comes, the less its words need to say. One weight for all questions hurts corpora where the dense list alone is far better.</remarks>
/// <param name="Dense">Weight of the inner product.</param>
/// <param name="Lexical">Weight of BM25 for a question whose best inner product is <paramref name="Typical"/>.</param>
/// <param name="Fading">How fast the weight of BM25 falls as the best inner product rises; 0 for one weight.</param>
/// <param name="Typical">Mean of the best inner products of the questions that it was fitted on.</param>
/// <param name="Unlisted">Of models that were fitted before BM25 was known of every candidate: what a block counts for that the terms did not bring. Null
/// for the others.</param>
public sealed record RetrievalMixture(
    double Dense, double Lexical, double Fading = 0, double Typical = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Unlisted = null)
{
    /// <summary>f(x, z), before the softmax.</summary>
    /// <param name="lexical">BM25.</param>
    /// <param name="isListed">Whether the terms brought the block.</param>
    /// <param name="best">The greatest inner product among the candidates of the question.</param>
    public double Score(double dense, double lexical, bool isListed, double best) =>
        Dense * dense + (isListed || Unlisted is null ? Lexical * Math.Exp(-Fading * (best - Typical)) * lexical : Unlisted.Value);

    /// <exception cref="InvalidDataException">A number is not finite.</exception>
    public void Validate()
    {
        if (!new[] { Dense, Lexical, Fading, Typical, Unlisted ?? 0 }.All(double.IsFinite))
            throw new InvalidDataException(
                $"answering.mixture is {Dense}, {Lexical}, {Fading}, {Typical}, {Unlisted}; its numbers should be finite. Fit it with `realm mixture`.");
    }
}
