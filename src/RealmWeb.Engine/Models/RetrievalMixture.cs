using System.Text.Json.Serialization;

namespace RealmWeb.Engine.Models;

/// <summary>Dense and lexical retrieval as one distribution: p(z|x) ∝ exp(dense · Embed_input(x)·Embed_doc(z) + w(x) · (lexical · BM25 + what its words
/// match + rarity)), fitted on questions by `realm mixture`.</summary>
/// <remarks>w(x) = exp(−fading · (best(x) − typical)), where best(x) is the greatest inner product of the question with any candidate: the nearer the
/// best passage comes, the less its words need to say. One weight for all questions hurts corpora where the dense list alone is far better.</remarks>
/// <param name="Dense">Weight of the inner product.</param>
/// <param name="Lexical">Weight of BM25 for a question whose best inner product is <paramref name="Typical"/>.</param>
/// <param name="Fading">How fast the weight of words falls as the best inner product rises; 0 for one weight.</param>
/// <param name="Typical">Mean of the best inner products of the questions that it was fitted on.</param>
/// <param name="Unlisted">Of models that were fitted before BM25 was known of every candidate: what a block counts for that the terms did not bring. Null
/// for the others.</param>
/// <param name="Terms">What it counts that a block's words are like those of the question; null for models that were fitted without.</param>
/// <param name="Rarity">Weight of the greatest BM25 of any block, which all candidates of a question get: it orders none of them, but they stand the higher
/// above "no answer" the rarer the words are that some block holds.</param>
/// <param name="Excess">Weight of how much greater the inner product with a half of the block is than that with the whole; below 0 where the whole should
/// agree. 0 for models without vectors of halves.</param>
public sealed record RetrievalMixture(
    double Dense, double Lexical, double Fading = 0, double Typical = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Unlisted = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TermWeights? Terms = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] double Rarity = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] double Excess = 0)
{
    /// <summary>f(x, z), before the softmax.</summary>
    /// <param name="lexical">BM25.</param>
    /// <param name="isListed">Whether the terms brought the block.</param>
    /// <param name="best">The greatest inner product among the candidates of the question.</param>
    /// <param name="match">How the block's words match; not asked for without <see cref="Terms"/>.</param>
    /// <param name="mostLexical">The greatest BM25 of any block.</param>
    /// <param name="excess">By how much <paramref name="dense"/> is above the inner product with the whole block.</param>
    public double Score(
        double dense, double lexical, bool isListed, double best, TermMatch match = default, double mostLexical = 0, double excess = 0)
    {
        var words = Math.Exp(-Fading * (best - Typical));
        return Dense * dense + Excess * excess + words * Rarity * mostLexical + (isListed || Unlisted is null ? words * Words(lexical, match) : Unlisted.Value);
    }

    private double Words(double lexical, TermMatch match) => Lexical * lexical + (Terms?.Score(match) ?? 0);

    /// <summary>All of f(x, z) multiplied.</summary>
    public RetrievalMixture Times(double factor) => this with
    {
        Dense = Dense * factor, Lexical = Lexical * factor, Unlisted = Unlisted * factor,
        Terms = Terms is null ? null : new(Terms.Sentence * factor, Terms.Near * factor, Terms.Passage * factor),
        Rarity = Rarity * factor, Excess = Excess * factor,
    };

    /// <exception cref="InvalidDataException">A number is not finite.</exception>
    public void Validate()
    {
        double[] numbers =
        [
            Dense, Lexical, Fading, Typical, Unlisted ?? 0, Terms?.Sentence ?? 0, Terms?.Near ?? 0, Terms?.Passage ?? 0, Rarity,
            Excess,
        ];
        if (!numbers.All(double.IsFinite))
            throw new InvalidDataException(
                $"answering.mixture is {Dense}, {Lexical}, {Fading}, {Typical}, {Unlisted}, {Terms}, {Rarity}, {Excess}; its numbers should "
                + "be finite. Fit it with `realm mixture`.");
    }
}

/// <summary>Weights of what of a <see cref="TermMatch"/> counts for relevance.</summary>
public sealed record TermWeights(
    double Sentence, double Near, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] double Passage = 0)
{
    /// <summary>What a match adds to f(x, z).</summary>
    public double Score(TermMatch match) => Sentence * match.Sentence + Near * match.Near + Passage * match.Passage;
}
