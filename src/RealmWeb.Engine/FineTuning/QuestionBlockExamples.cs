using RealmWeb.Engine.Featurization;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Text;
using RealmWeb.Engine.Training;

namespace RealmWeb.Engine.FineTuning;

/// <summary>Draws (question, passage) pairs for the embedder from question lines that come with their passage.</summary>
/// <param name="maxBlockLength">Pieces of a passage input at most.</param>
public sealed class QuestionBlockExamples(WordPieceTokenizer tokenizer, IReadOnlyList<QuestionExample> examples, int maxBlockLength = 288)
{
    private readonly Featurizer _featurizer = new(tokenizer.Vocabulary);
    private readonly QuestionExample[] _usable = [.. examples.Where(example => !string.IsNullOrEmpty(example.Context) && !example.IsImpossible)];

    /// <summary>Number of usable question lines.</summary>
    public int Count => _usable.Length;

    /// <summary>One pair without hard negatives.</summary>
    public RetrievalPair Draw(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var example = _usable[random.Next(_usable.Length)];
        return new RetrievalPair(
            _featurizer.Query(tokenizer.Encode(example.Question), Featurizer.MaxQuestionPieces),
            _featurizer.Block(tokenizer.Encode(example.Title ?? ""), tokenizer.Encode(example.Context!), maxBlockLength), []);
    }
}
