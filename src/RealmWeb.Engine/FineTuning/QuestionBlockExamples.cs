using RealmWeb.Engine.Featurization;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Training;

namespace RealmWeb.Engine.FineTuning;

/// <summary>Draws (question, passage) pairs for the embedder from question lines that come with their passage.</summary>
/// <param name="maxBlockLength">Pieces of a passage input at most.</param>
public sealed class QuestionBlockExamples(RetrieverInputs inputs, IReadOnlyList<QuestionExample> examples, int maxBlockLength = 288)
{
    private readonly QuestionExample[] _usable = [.. examples.Where(example => !string.IsNullOrEmpty(example.Context) && !example.IsImpossible)];

    /// <summary>Number of usable question lines.</summary>
    public int Count => _usable.Length;

    /// <summary>One pair without hard negatives.</summary>
    public RetrievalPair Draw(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var example = _usable[random.Next(_usable.Length)];
        return new RetrievalPair(
            inputs.Query(inputs.Tokenizer.Encode(example.Question), Featurizer.MaxQuestionPieces),
            inputs.Block(inputs.Tokenizer.Encode(example.Title ?? ""), inputs.Tokenizer.Encode(example.Context!), maxBlockLength), []);
    }
}
