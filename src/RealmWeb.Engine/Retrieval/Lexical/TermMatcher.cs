using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Retrieval.Lexical;

/// <summary>Looks for the terms of one question in passages, by likeness: a word of the passage counts for a term by the cosine of their vectors, so that
/// "invention" counts for "invented". Each term takes the word that is most like it (MaxSim of ColBERT, Khattab and Zaharia 2020, over the word embeddings
/// and without a layer above them, which is quick enough for every candidate). For one caller at a time.</summary>
public sealed class TermMatcher
{
    /// <summary>Cosines up to here are those of words that have nothing to do with one another.</summary>
    private const float Unlike = 0.2f;

    /// <summary>Two terms are near each other where so many words at most lead from one to the other.</summary>
    private const int NearWords = 3;

    private readonly WordVectors _vectors;
    // [terms, d]
    private readonly float[] _terms;
    private readonly float[] _word;
    private readonly float[] _weights;
    private readonly float _total;
    private readonly Dictionary<string, float[]> _likeness = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Piece> _pieces = [];

    /// <param name="terms">Terms of the question in their order.</param>
    public TermMatcher(IReadOnlyList<QuestionTerm> terms, WordVectors vectors)
    {
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(vectors);
        _vectors = vectors;
        _word = new float[vectors.Dimension];
        _terms = new float[terms.Count * vectors.Dimension];
        for (var term = 0; term < terms.Count; term++)
            vectors.Of([.. vectors.Tokenizer.Encode(terms[term].Word)], _terms.AsSpan(term * vectors.Dimension, vectors.Dimension));
        _weights = [.. terms.Select(term => (float)term.Weight)];
        _total = TensorPrimitives.Sum<float>(_weights);
    }

    /// <summary>How much of the question a passage, with its title and its context, holds.</summary>
    public TermMatch Match(Block block)
    {
        ArgumentNullException.ThrowIfNull(block);
        if (_total <= 0)
            return default;
        var title = new float[_weights.Length];
        Hold(block.Title, title, []);
        var passage = title.ToArray();
        var inSentence = 0f;
        var words = new List<float[]>();
        var text = block.TextInContext;
        foreach (var sentence in SentenceSplitter.Split(text))
        {
            var held = title.ToArray();
            Hold(text.AsSpan(sentence.Start, sentence.Length), held, words);
            inSentence = Math.Max(inSentence, TensorPrimitives.Dot<float>(_weights, held));
            TensorPrimitives.Max(passage, held, passage);
        }
        return new TermMatch(inSentence / _total, TensorPrimitives.Dot<float>(_weights, passage) / _total, Near(words));
    }

    // Raises what each term has to what the words of a text are like it, and adds the words.
    private void Hold(ReadOnlySpan<char> text, float[] held, List<float[]> words)
    {
        _pieces.Clear();
        _vectors.Tokenizer.Encode(text, _pieces);
        var pieces = CollectionsMarshal.AsSpan(_pieces);
        for (var (at, next) = (0, 0); at < pieces.Length; at = next)
        {
            for (next = at + 1; next < pieces.Length && pieces[next].Word == pieces[at].Word;)
                next++;
            // Marks are no words.
            if (!char.IsLetterOrDigit(text[pieces[at].Start]))
                continue;
            var likeness = Likeness(text[pieces[at].Start..pieces[next - 1].End], pieces[at..next]);
            words.Add(likeness);
            TensorPrimitives.Max(held, likeness, held);
        }
    }

    // Of each term with the word, 0 to 1.
    private float[] Likeness(ReadOnlySpan<char> word, ReadOnlySpan<Piece> pieces)
    {
        var known = _likeness.GetAlternateLookup<ReadOnlySpan<char>>();
        if (known.TryGetValue(word, out var likeness))
            return likeness;
        _vectors.Of(pieces, _word);
        likeness = new float[_weights.Length];
        for (var term = 0; term < likeness.Length; term++)
            likeness[term] = Math.Clamp((TensorPrimitives.Dot<float>(_terms.AsSpan(term * _word.Length, _word.Length), _word) - Unlike) / (1 - Unlike), 0, 1);
        known[word] = likeness;
        return likeness;
    }

    // Of neighbours in the question, each pair weighs as its lighter term.
    private double Near(List<float[]> words)
    {
        var (sum, total) = (0f, 0f);
        for (var term = 0; term + 1 < _weights.Length; term++)
        {
            var weight = Math.Min(_weights[term], _weights[term + 1]);
            total += weight;
            sum += weight * Near(words, term);
        }
        return total <= 0 ? 0 : sum / total;
    }

    // The best product of a word for the term and one near it for the next term.
    private static float Near(List<float[]> words, int term)
    {
        var best = 0f;
        for (var i = 0; i < words.Count; i++)
        {
            var (first, second) = (words[i][term], words[i][term + 1]);
            // Products are at most what either factor is.
            if (Math.Max(first, second) <= best)
                continue;
            for (var j = i + 1; j < words.Count && j <= i + NearWords; j++)
                best = Math.Max(best, Math.Max(first * words[j][term + 1], second * words[j][term]));
        }
        return best;
    }
}
